"""Trials that are over in moments: a simulated task, two experiments."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.tune.contender import Contender, contender
from orgloop.tune.result import CurvePoint, TrialResult
from orgloop.tune.tasks import TrialTask, shipped_task


@pytest.fixture(scope="session")
def bowl() -> TrialTask:
    return shipped_task("bowl")


@pytest.fixture(scope="session")
def solo() -> Contender:
    return contender("solo", Path("/nowhere"))


def a_result(
    org: str = "solo",
    task: str = "bowl",
    *,
    gains: tuple[float, ...] = (0.0, 0.1),
    seed: int = 1,
    usd: float = 0.0,
    unpriced: int = 0,
) -> TrialResult:
    """A result with this curve; an hour on the bench for each experiment."""
    curve = tuple(
        CurvePoint(experiments=n, gain=gain, bench_s=3600.0 * n, usd=usd * n / len(gains))
        for n, gain in enumerate(gains, 1)
    )
    return TrialResult(
        key=f"{org} {task} {seed}",
        org=org,
        task=task,
        metric="loss",
        goal="minimize",
        seed=seed,
        budget=len(gains),
        simulated=True,
        verified_by="truth",
        verify=0,
        baseline=2.0,
        curve=curve,
        progress=sum(gains) / len(gains),
        kept=1,
        discarded=len(gains) - 1,
        crashed=0,
        measurements=len(gains) + 3,
        bench_busy_s=3600.0 * len(gains),
        wall_s=1.0,
        tokens=100 if usd or unpriced else 0,
        cost_usd=usd,
        unpriced_tokens=unpriced,
        generations=1,
    )
