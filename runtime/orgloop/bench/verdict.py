"""Reads a measurement out of what a job left."""

from __future__ import annotations

import signal
from collections.abc import Mapping

from orgloop.bench.metric import MetricReader
from orgloop.bench.protocol import Crash, CrashKind, Ending, JobResult, Measurement, StepResult
from orgloop.bench.tail import (
    exception_line,
    ran_out_of_memory,
    ran_out_of_space,
    read_log,
    tail,
)
from orgloop.errors import BenchError

RUN, PREDICT, ASK, SCORE, EVALUATE = "run", "predict", "ask", "score", "evaluate"
TRUSTED = frozenset({ASK, SCORE, EVALUATE})

_KINDS: Mapping[Ending, CrashKind] = {
    Ending.CPU: CrashKind.CPU,
    Ending.WALL: CrashKind.TIMEOUT,
    Ending.MEMORY: CrashKind.MEMORY,
    Ending.PROCESSES: CrashKind.PROCESSES,
    Ending.DISK: CrashKind.DISK,
    Ending.FROZEN: CrashKind.FROZEN,
    Ending.ARTIFACTS: CrashKind.ARTIFACTS,
    Ending.KILLED: CrashKind.STOPPED,
}
_SENTENCES: Mapping[Ending, str] = {
    Ending.CPU: "It used {cpu:.1f} s of CPU time and had {limit:.3g} s{key}.",
    Ending.WALL: "It took {wall:.1f} s and had {limit:.3g} s{key}.",
    Ending.MEMORY: "It used {peak} of memory and had {size}{key}.",
    Ending.PROCESSES: "It had more than {limit:.0f} {what} at one time{key}.",
    Ending.DISK: "It wrote more than {size} to disk{key}.",
    Ending.FROZEN: "It changed tracked files while it ran: {what}. "
    "What a run may write over is named under `artifacts`.",
    Ending.KILLED: "It was stopped.",
}


def measurement(result: JobResult, reader: MetricReader) -> Measurement:
    """A value, or the crash that stands in its place.

    Raises BenchError where the bench itself failed, which is no fault of the experiment.
    """
    if not result.steps:
        raise BenchError(f"Job {result.id} ran no step.")
    last = result.steps[-1]
    text = read_log(last.output)
    if last.ending is Ending.BROKEN:
        said = tail(text).rpartition("\n")[2]
        raise BenchError(
            f"Job {result.id} could not run its step `{last.name}`: {last.message or said}.",
            hint=(f"The bench said: {said} " if last.message and said else "")
            + "Nothing is lost or charged: mend that, then `orgloop run` runs it again.",
        )
    crash = crash_of(last, text)
    value: float | None = None
    metrics: Mapping[str, float] = {}
    if crash is None:
        beside: dict[str, float] = {}
        for step in result.steps[:-1]:
            beside |= reader.read(read_log(step.output)).metrics
        reading = reader.read(text, beside=beside)
        value, metrics = reading.value, reading.metrics
        if reading.kind is not None:
            kind = reading.kind
            if last.name in TRUSTED and kind is CrashKind.NO_METRIC:
                kind = CrashKind.EVALUATOR
            crash = Crash(
                kind=kind,
                step=last.name,
                message=reading.message + _left_out(last, kind),
                tail=tail(text),
            )
    own = [step for step in result.steps if step.name not in TRUSTED]
    return Measurement(
        value=value,
        metrics=metrics,
        crash=crash,
        wall_s=sum(step.wall_s for step in result.steps),
        cpu_s=sum(step.cpu_s for step in own),
        peak_bytes=max((step.peak_bytes for step in own), default=0),
        log=next((step.output for step in result.steps if step.name == RUN), None),
    )


def crash_of(step: StepResult, text: str) -> Crash | None:
    """Why the step failed; None where it did not."""
    if step.ending is Ending.OK:
        return None
    kind, message = _why(step, text)
    if step.name in TRUSTED and kind is not CrashKind.STOPPED:
        said = tail(text).rpartition("\n")[2][:300]
        why = f"{message} It said: {said}" if kind is CrashKind.EXIT and said else message
        kind, message = CrashKind.EVALUATOR, f"The evaluator failed: {why}"
    return Crash(kind=kind, step=step.name, message=message, tail=tail(text))


def _why(step: StepResult, text: str) -> tuple[CrashKind, str]:
    if step.ending is Ending.ARTIFACTS:
        return CrashKind.ARTIFACTS, f"It ended well, but {step.message}."
    if step.ending in _SENTENCES:
        limit = step.limit or 0.0
        sentence = _SENTENCES[step.ending].format(
            cpu=step.cpu_s,
            wall=step.wall_s,
            peak=_size(step.peak_bytes),
            limit=limit,
            size=_size(limit),
            what=step.message or "processes",
            # What else is run here, a setup, a role's command, has limits of other names.
            key=f" (`limits.{step.ending.value}`)" if step.name in (RUN, PREDICT) else "",
        )
        return _KINDS[step.ending], sentence
    if step.message:
        return CrashKind.EXIT, f"Its program could not be run in the sandbox: {step.message}."
    code = step.exit_code or 0
    raised = exception_line(text)
    if ran_out_of_memory(text):
        return CrashKind.MEMORY, raised or "It ran out of memory."
    if ran_out_of_space(text):
        return CrashKind.DISK, f"It found no more room to write: {raised or 'see its output'}"
    if raised is not None:
        return CrashKind.EXCEPTION, raised
    if code == 128 + signal.SIGKILL:
        return CrashKind.EXIT, (
            "It was ended by SIGKILL, which no limit of the task's sent: by itself, or by a "
            "machine that was short of memory."
        )
    if code > 128:
        return CrashKind.EXIT, f"It was ended by {_signal_name(code - 128)}."
    return CrashKind.EXIT, f"It ended with status {code}."


def _left_out(step: StepResult, kind: CrashKind) -> str:
    if not step.dropped or kind not in (CrashKind.NO_METRIC, CrashKind.EVALUATOR):
        return ""
    return (
        f" It printed {_size(step.dropped)} more than is kept (`limits.output`), and what was left "
        "out was not read."
    )


def _size(count: float) -> str:
    for unit, factor in (("GB", 2**30), ("MB", 2**20), ("kB", 2**10)):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} bytes"


def _signal_name(number: int) -> str:
    names = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV"}
    names |= {13: "SIGPIPE", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ"}
    return names.get(number, f"signal {number}")
