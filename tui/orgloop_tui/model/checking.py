"""The lab's organization as it would be with what is being edited: its problems and its chart."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orgloop.charter import chart_of
from orgloop.org import Org, load_org
from orgloop.org.files import CHARTER, filled_in, own_files
from orgloop.org.load import in_order
from orgloop.problems import Problem, Problems
from orgloop.task import Task, parse_task
from orgloop_tui.model.frame import Chart


@dataclass(frozen=True, slots=True)
class Files:
    """What the lab holds, and what it works under."""

    own: Mapping[str, bytes]
    whole: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """What `orgloop check` would say of ``org/`` and ``roles/``."""

    problems: tuple[Problem, ...] = ()
    chart: Chart | None = None
    """None where the chart does not parse."""

    @property
    def errors(self) -> int:
        """How many findings block a run."""
        return sum(found.severity == "error" for found in self.problems)

    def of(self, path: str) -> list[Problem]:
        """The findings of one file."""
        return [found for found in self.problems if found.path == path]

    def after(self, paths: Sequence[str], path: str, line: int) -> tuple[str, int] | None:
        """The next finding behind a line of a file, in this file or those that follow it.

        Round again from the last to the first; None where nothing is wrong with ``paths``.
        """
        here = (paths.index(path) if path in paths else 0, line)
        places = sorted(
            {(paths.index(one.path), one.line or 1) for one in self.problems if one.path in paths}
        )
        if not places:
            return None
        at, found = next((place for place in places if place > here), places[0])
        return paths[at], found

    @property
    def count(self) -> str:
        """How many errors there are, in words."""
        return "an error" if self.errors == 1 else f"{self.errors} errors"

    @property
    def first(self) -> str:
        """The first error, with its place and what to do; empty without one."""
        for one in self.problems:
            if one.severity == "error":
                where = one.path if one.line is None else f"{one.path}:{one.line}"
                return f"{where}: {one.message} {one.hint}".rstrip()
        return ""


def stamp_of(lab: Path) -> object:
    """Equal for two looks between which nobody wrote ``task.md``, ``org/`` or ``roles/``."""
    found = []
    with contextlib.suppress(OSError):
        status = (lab / "task.md").stat()
        found.append(("task.md", status.st_mtime_ns, status.st_size, status.st_ino))
    for name in ("org", "roles"):
        try:
            with os.scandir(lab / name) as entries:
                for entry in entries:
                    status = entry.stat()
                    found.append((entry.path, status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            continue  # one that is not there, or goes just now, is another stamp as well
    return sorted(found)


def read_files(lab: Path) -> Files:
    """Read ``org/`` and ``roles/``; what cannot be read is left out."""
    own = own_files(lab, Problems())
    return Files(own, filled_in(own))


def check(lab: Path, drafts: Mapping[str, bytes]) -> Checked:
    """Check the lab's files with ``drafts`` in the place of those that are edited."""
    problems = Problems()
    files = filled_in({**own_files(lab, problems), **drafts})
    org, found = load_org(files, _task(lab))
    problems.extend(found)
    return Checked(tuple(in_order(problems)), _chart(org, files.get(CHARTER, b"")))


def _chart(org: Org | None, charter: bytes) -> Chart | None:
    """The arrows alone where the rest does not check."""
    if org is not None:
        return Chart.of(org)
    flow = chart_of(charter)
    return None if flow is None else Chart("", flow)


def _task(lab: Path) -> Task | None:
    try:
        content = (lab / "task.md").read_bytes()
    except OSError:
        return None
    return parse_task(content, "task.md", Problems())
