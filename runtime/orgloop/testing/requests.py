"""Requests made by hand: files in memory, and a request with sensible parts left out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from orgloop.engines.protocol import Evidence, PastStep, Request
from orgloop.role import Role, RoleOrg
from orgloop.task import Task


class FilesInMemory:
    """:class:`~orgloop.engines.protocol.SourceFiles` over a mapping."""

    def __init__(self, files: Mapping[str, bytes | str]) -> None:
        self._files = {
            path: data.encode() if isinstance(data, str) else data for path, data in files.items()
        }

    def paths(self) -> Sequence[str]:
        """Every path, sorted."""
        return sorted(self._files)

    def read(self, path: str) -> bytes:
        """The bytes; raises KeyError where there is no such file."""
        return self._files[path]

    def blob(self, path: str) -> str:
        """The git blob id; raises KeyError where there is no such file."""
        data = self._files[path]
        head = b"blob %d\0" % len(data)
        return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()

    def edited(self, edits: Mapping[str, bytes | None]) -> FilesInMemory:
        """The files with an answer's edits put on them."""
        kept = {path: data for path, data in self._files.items() if path not in edits}
        return FilesInMemory(
            kept | {path: data for path, data in edits.items() if data is not None}
        )


def a_task(**changes: object) -> Task:
    """A task on ``train.py`` that minimises ``loss``."""
    keys: dict[str, object] = {
        "name": "sample",
        "metric": "loss",
        "goal": "minimize",
        "run": "python train.py --seed {seed}",
        "editable": ("train.py",),
    }
    return Task.model_validate(keys | changes)


def a_role(name: str = "role", *, embedded: str | None = None, **changes: object) -> Role:
    """A role by that name; ``changes`` are further fields of ``org``."""
    org = RoleOrg(embedded=embedded, **changes)  # type: ignore[arg-type]
    return Role(name=name, description=f"The {name} of a sample.", org=org)


def a_request(
    *,
    files: FilesInMemory | Mapping[str, bytes | str],
    now: FilesInMemory | None = None,
    role: Role | None = None,
    task: Task | None = None,
    decisions: tuple[str, ...] = (),
    history: Sequence[PastStep] = (),
    evidence: Evidence | None = None,
    seed: int = 0,
    experiment: str = "e0001",
) -> Request:
    """A request; ``files`` are the incumbent's, ``now`` those of the walk where they differ."""
    base = files if isinstance(files, FilesInMemory) else FilesInMemory(files)
    return Request(
        experiment=experiment,
        role=role or a_role(),
        task=task or a_task(),
        brief="You are a role of a sample.",
        decisions=decisions,
        base=base,
        files=now or base,
        history=history,
        evidence=evidence or Evidence(),
        seed=seed,
    )
