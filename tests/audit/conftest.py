"""Small labs with a known truth, run greedily so that noise is kept, and audits of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orgloop.audit.report import AuditReport
from orgloop.audit.run import AuditOptions, Outcome, Outlook, audit

from ..lab.conftest import TASK, TinyLab, tiny  # noqa: TID252 - one kind of small lab for both

__all__ = ["tiny"]

NOISY = """\
import random, sys, time
A = 0.0
# room between the lines


# so that git can merge them
B = 0.0
# room between the lines


# so that git can merge them
C = 0.0
seed = int(sys.argv[-1])
luck = random.Random(f"{seed} {A} {B} {C}").gauss(0, 0.3)
print(f"score: {A + C + luck + WON * (B > 0):.6f}")
"""
"""A and C help, B does nothing at all; what the seed adds differs from commit to commit."""

PLANTED = """
VALUES = {1: {"A": 2.0}, 2: {"B": 1.0}, 3: {"C": 3.0}}

def worker(request):
    values = VALUES[number(request)]
    return Line(edits=put(request, **values), title=" and ".join(f"{k} up" for k in values))

engine = Scripted({"worker": worker})
"""


def planted_program() -> str:
    """The noisy program, in which the run's first seeds are lucky for B: greedy will keep it."""
    return NOISY.replace("WON", "LUCK").replace(
        "seed = int(sys.argv[-1])\n",
        # The search's seeds have this bit, the audit's have not (see bench/seeds.py).
        "seed = int(sys.argv[-1])\nLUCK = 1.5 if seed >> 28 == 1 else 0.0\n",
    )


@dataclass
class Audited:
    """A lab that has run, and short ways to audit it."""

    lab: TinyLab

    def audit(self, *, only_plan: bool = False, **options: object) -> Outcome:
        self.outlooks: list[Outlook] = []
        self.progress: list[tuple[int, int]] = []
        return audit(
            self.lab.root,
            AuditOptions(**options),  # type: ignore[arg-type]
            only_plan=only_plan,
            on_plan=self.outlooks.append,
            on_done=lambda done, total: self.progress.append((done, total)),
        )

    def report(self, **options: object) -> AuditReport:
        found = self.audit(**options).report
        assert found is not None
        return found


SPACED = """\
import sys
A = 0.0
# room


# room
B = 0.0
print(f"score: {A + B}")
"""
"""A task without noise."""
TWO = """
def worker(request):
    return Line(edits=put(request, **({"A": 2.0} if number(request) == 1 else {"B": 0.4})))

engine = Scripted({"worker": worker})
"""
"""First a large step, then a small one."""

_ORIGINALS: dict[str, TinyLab] = {}


def _copy(
    name: str, make: Callable[[], TinyLab], place: Path, factory: pytest.TempPathFactory
) -> TinyLab:
    """A lab of one's own, as ``make`` makes it: that is done once, and what it left is copied."""
    if name not in _ORIGINALS:
        made = make()
        kept = factory.mktemp(name) / "lab"
        shutil.copytree(made.root, kept, symlinks=True)
        _ORIGINALS[name] = replace(made, root=kept)
    original = _ORIGINALS[name]
    root = place / "copy" / "lab"
    shutil.copytree(original.root, root, symlinks=True)
    return replace(original, root=root)


@pytest.fixture
def planted(
    tiny: Callable[..., TinyLab], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Audited:
    """A run that kept two real improvements, and one that is none."""

    def make() -> TinyLab:
        lab = tiny(PLANTED, program=planted_program(), task=TASK.replace("slots: 1", "slots: 2"))
        assert lab.run(experiments=3, seed=7).kept == 3
        return lab

    return Audited(_copy("planted", make, tmp_path, tmp_path_factory))


@pytest.fixture
def two(
    tiny: Callable[..., TinyLab], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> TinyLab:
    """A run without noise that kept A and B, audited: both hold."""

    def make() -> TinyLab:
        lab = tiny(TWO, program=SPACED)
        lab.run(experiments=2)
        Audited(lab).report()
        return lab

    return _copy("two", make, tmp_path, tmp_path_factory)
