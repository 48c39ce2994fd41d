"""What an executor has to know of a result before it hands it on."""

from __future__ import annotations

from orgloop.bench.protocol import Ending, Job, JobResult, StepResult

_NO_FAULT = (Ending.BROKEN, Ending.KILLED)


def tells(result: JobResult) -> bool:
    """Whether the result says something of the job.

    Not so where the bench failed or somebody stopped it (another try is due, when that is mended),
    and where its folder was removed under it, so that what it printed cannot be read.
    """
    return (
        bool(result.steps) and result.steps[-1].ending not in _NO_FAULT and not output_lost(result)
    )


def output_lost(result: JobResult) -> bool:
    """Whether what a step printed is gone."""
    ran = [step.output for step in result.steps if step.ending not in _NO_FAULT]
    return any(output is not None and not output.is_file() for output in ran)


def stopped(job: Job) -> JobResult:
    """The result of a job that was ended before it began."""
    name = job.steps[0].name if job.steps else ""
    return JobResult(id=job.id, steps=(StepResult(name=name, ending=Ending.KILLED),))
