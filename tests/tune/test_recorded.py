"""A surface fitted to what was measured."""

from __future__ import annotations

import numpy as np

from orgloop.engines.tunables import discover
from orgloop.testing.requests import FilesInMemory, a_task
from orgloop.tune.recorded import FittedSurface, Recorded
from orgloop.tune.tasks import shipped_task

SPACE = discover(
    FilesInMemory({"train.py": "LR = 1e-2  # 1e-4..1 log\nKIND = 'a'  # one of: a, b\n"}), a_task()
)
LR, KIND = SPACE


def rows(count: int = 60) -> list[Recorded]:
    draw, found = np.random.default_rng(3), []
    for _ in range(count):
        at, kind = float(draw.random()), str(draw.choice(["a", "b"]))
        value = None if at > 0.95 else 2 + (at - 0.7) ** 2 + 0.2 * (kind == "b")
        point = {LR.key: LR.from_unit(at), KIND.key: kind}
        found.append(Recorded(point, value, 5.0))
    return found


def test_it_goes_between_the_points_that_were_measured() -> None:
    surface = FittedSurface(SPACE, rows(), noise_sd=0.01)
    for at, kind, truth in ((0.7, "a", 2.0), (0.2, "a", 2.25), (0.7, "b", 2.2)):
        fitted = surface.truth({LR.key: LR.from_unit(at), KIND.key: kind})
        assert fitted is not None and abs(fitted - truth) < 0.02
    error, spread = surface.errors()
    assert error < 0.2 * spread


def test_what_lies_nearest_to_a_crash_crashes() -> None:
    surface = FittedSurface(SPACE, rows(), noise_sd=0.01)
    point = {LR.key: 1.0, KIND.key: "a"}
    assert surface.truth(point) is None
    said = surface.measure(point, 1)
    assert said.value is None and said.crash and said.seconds == 5.0


def test_noise_is_the_seeds_in_half_and_the_points_in_half() -> None:
    surface = FittedSurface(SPACE, rows(), noise_sd=0.01)
    points = [{LR.key: LR.from_unit(at), KIND.key: "a"} for at in (0.3, 0.6)]
    noise = np.array(
        [
            [(surface.measure(one, seed).value or 0) - (surface.truth(one) or 0) for one in points]
            for seed in range(400)
        ]
    )
    assert 0.008 < noise.std() < 0.012
    assert 0.35 < np.corrcoef(noise.T)[0, 1] < 0.65


def test_a_point_of_another_program_is_a_crash() -> None:
    assert FittedSurface(SPACE, rows(), noise_sd=0.01).truth({LR.key: 0.1}) is None


def test_the_table_of_bytes_lm_predicts_its_own_runs() -> None:
    surface = shipped_task("bytes-lm-table").surface
    assert isinstance(surface, FittedSurface)
    error, spread = surface.errors()
    assert error < 0.5 * spread
    assert 0 < surface.noise_sd < 0.1
