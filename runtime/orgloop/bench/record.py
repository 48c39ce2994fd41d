"""What a job leaves on disk, as the lab that comes next reads it.

``jobs/<id>/`` holds ``job.json`` (what was asked; ``fetched.json`` once the result was fetched),
``running.json`` (which supervisor has it), the steps' logs, and ``result.json``, which appears
whole and last.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Collection, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orgloop.bench.protocol import Job, JobResult
from orgloop.bench.sandbox import JOB_VARIABLE
from orgloop.bench.supervisor.serve import boot_id, start_time
from orgloop.errors import BenchError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")


class Running(BaseModel):
    """The supervisor that a job was given to."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pid: int
    start: int
    boot: str

    @property
    def alive(self) -> bool:
        """Whether that very process still lives; a pid that came back does not count."""
        if self.boot != boot_id():
            return False
        if self.start == 0:  # no /proc here: the pid must do
            with contextlib.suppress(OSError):
                os.kill(self.pid, 0)
                return True
            return False
        return start_time(self.pid) == self.start


class JobRecord:
    """The directory of one job."""

    def __init__(self, jobs: Path, job_id: str) -> None:
        """Raises BenchError for an id that is no file name."""
        if not _ID.fullmatch(job_id):
            raise BenchError(f"`{job_id}` cannot be the id of a job.")
        self.id = job_id
        self.folder = jobs / job_id

    def result(self) -> JobResult | None:
        """The result, if there is a whole one."""
        try:
            return JobResult.model_validate_json((self.folder / "result.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def running(self) -> Running | None:
        """The supervisor that has it, alive or not."""
        try:
            return Running.model_validate_json((self.folder / "running.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def asked(self) -> Job | None:
        """The job, if nobody has fetched its result yet."""
        return self._read("job.json")

    def is_of(self, job: Job) -> bool:
        """Whether this is the record of ``job``, and not of one that had its id before.

        Ids come again where a ledger was put back to an earlier state.
        """
        known = self.asked() or self._read("fetched.json")
        return known is None or known.commit == job.commit

    def begin(self, job: Job) -> None:
        """Clear what an earlier attempt left, its scratch folders too, and note what is asked.

        Raises OSError.
        """
        if self.folder.exists():
            bury_survivors((self.folder,))
            for name in ("running.json", "result.json", "fetched.json"):
                (self.folder / name).unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write("job.json", job.model_dump_json().encode())
        for folder in job.scratch:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)

    def entrust(self, pid: int) -> None:
        """Note which supervisor gets the job, before it gets it. Raises OSError.

        A lab that dies in between leaves a supervisor that ends without the job; one that dies
        after it is found to have begun. Never do two have it.
        """
        running = Running(pid=pid, start=start_time(pid), boot=boot_id())
        self._write("running.json", running.model_dump_json().encode())

    def fetched(self) -> None:
        """Note that the result reached a lab; it stays to be fetched again. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "job.json").rename(self.folder / "fetched.json")
        (self.folder / "running.json").unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove the result and all else."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, name: str) -> Job | None:
        try:
            return Job.model_validate_json((self.folder / name).read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, name: str, data: bytes) -> None:
        part = self.folder / f"{name}.part"
        part.write_bytes(data)
        part.rename(self.folder / name)


def records(jobs: Path) -> Iterator[JobRecord]:
    """Every job that has a directory."""
    with contextlib.suppress(OSError):
        for entry in sorted(os.scandir(jobs), key=lambda item: item.name):
            if entry.is_dir(follow_symlinks=False) and _ID.fullmatch(entry.name):
                yield JobRecord(jobs, entry.name)


def mark_of(folder: Path) -> str:
    """What tells a job's processes from all others on the machine: where its record is."""
    return str(folder.resolve())


def bury_survivors(folders: Collection[Path]) -> None:
    """Kill what is left of the jobs of these folders, whose supervisors were killed.

    That is a run without a sandbox, or a sandbox that was killed before it was set up.
    """
    marks = {f"{JOB_VARIABLE}={mark_of(folder)}".encode() for folder in folders}
    for pid, environment in _environments():
        if marks.intersection(environment.split(b"\0")):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def _environments() -> Iterator[tuple[int, bytes]]:
    with contextlib.suppress(OSError):
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    yield int(entry.name), (entry / "environ").read_bytes()
