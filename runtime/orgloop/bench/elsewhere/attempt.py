"""One try at a job, as lab and node both see it: a directory on the file system that they share.

``jobs/<id>/`` of a job that is run elsewhere holds ``job.json`` as any, ``attempt.json`` (which try
counts, and what the queue calls it), and a directory for that try with its own ``job.json``, its
logs and its ``result.json``. In it lies a *ticket*. The node takes it by renaming it before it does
anything, and the lab takes it back by the same rename before it tries again: a file system renames
once, so of one job never two tries run, however often a queue loses track of it, a scheduler starts
it twice, or a lab dies amid submitting.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orgloop.bench.protocol import Job, JobResult
from orgloop.bench.record import records

NOTE = "attempt.json"
_TICKET, _CLAIMED, _WITHDRAWN = "ticket", "claimed", "withdrawn"


class Note(BaseModel):
    """``attempt.json``: the try that counts. Written before it is submitted, and again after."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: str
    queue: str
    """The queue's label."""
    executor: str
    """What `executor:` calls it."""
    name: str
    """What the submission is called in the queue."""
    handle: str | None = None
    """What the queue gave for it; None while nobody knows whether it was submitted."""


class NodeSaid(BaseModel):
    """``node.json``: what the node tells of itself before it begins."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    host: str
    warning: str = ""
    """Why runs are not confined there, where they are not."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The directory of one try."""

    folder: Path

    @property
    def token(self) -> str:
        """Its name, and the id that its result carries."""
        return self.folder.name

    @classmethod
    def prepare(cls, job_folder: Path, job: Job) -> Attempt:
        """Make one, with its ticket. Raises OSError."""
        made = cls(job_folder / f"a{uuid.uuid4().hex[:12]}")
        made.folder.mkdir(parents=True)
        write_durably(made.folder / "job.json", job.model_dump_json().encode())
        write_durably(made.folder / _TICKET, b"")
        return made

    def claim(self) -> bool:
        """On the node: take the ticket; False where it is not there to be taken."""
        return _renamed(self.folder / _TICKET, self.folder / _CLAIMED)

    def withdraw(self) -> bool:
        """In the lab: take the ticket back; False where a node has it, and may be running it."""
        if (self.folder / _WITHDRAWN).exists():
            return True
        return _renamed(self.folder / _TICKET, self.folder / _WITHDRAWN)

    @property
    def claimed(self) -> bool:
        """Whether a node has begun."""
        return (self.folder / _CLAIMED).exists()

    def job(self) -> Job:
        """What is to be run. Raises OSError or ValidationError."""
        return Job.model_validate_json((self.folder / "job.json").read_bytes())

    def say(self, warning: str) -> None:
        """On the node: tell where it is run, and whether it is confined there. Raises OSError."""
        said = NodeSaid(host=socket.gethostname(), warning=warning)
        write_durably(self.folder / "node.json", said.model_dump_json().encode())

    def said(self) -> NodeSaid | None:
        """What the node told."""
        try:
            return NodeSaid.model_validate_json((self.folder / "node.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def result(self, job_id: str) -> JobResult | None:
        """The result under the job's own id, if there is a whole one."""
        with contextlib.suppress(OSError):
            os.listdir(self.folder)  # noqa: PTH208 - has a network file system look again
        try:
            found = JobResult.model_validate_json((self.folder / "result.json").read_bytes())
        except (OSError, ValidationError):
            return None
        return found.model_copy(update={"id": job_id})

    def clear(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)


def read_note(job_folder: Path) -> Note | None:
    """Which try counts; None where there is none."""
    try:
        return Note.model_validate_json((job_folder / NOTE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_note(job_folder: Path, note: Note) -> None:
    """Have it on the platter before anything else happens. Raises OSError."""
    write_durably(job_folder / NOTE, note.model_dump_json().encode())


def left_with_others(jobs: Path, known: Collection[str]) -> list[tuple[str, Note]]:
    """Jobs that an earlier lab submitted and that did not come back, but for those in ``known``."""
    return [
        (record.id, note)
        for record in records(jobs)
        if record.id not in known
        and record.asked() is not None
        and (note := read_note(record.folder)) is not None
        and Attempt(record.folder / note.token).result(record.id) is None
    ]


def clear_attempts(job_folder: Path) -> None:
    """Remove every try of a job, and the note of which counts."""
    (job_folder / NOTE).unlink(missing_ok=True)
    for folder in job_folder.glob("a*/"):
        Attempt(folder).clear()


def write_durably(path: Path, data: bytes) -> None:
    """Whole or not at all, and there after a loss of power. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _renamed(source: Path, target: Path) -> bool:
    try:
        source.rename(target)
    except OSError:
        return False
    return True
