"""Generations side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from orgloop.errors import RepoError
from orgloop.ledger import GenerationRow
from orgloop.ledger.attribution import GenerationProgress
from orgloop.ledger.org_record import Fate
from orgloop.report.difference import difference
from orgloop.report.generations import compare_generations

FILES = {
    "g1": {"roles/pi.md": b"Be bold.\nBe brief.\n", "roles/critic.md": b"Doubt.\n"},
    "g3": {"roles/pi.md": b"Be bold.\nBe kind.\n", "roles/critic.md": b"Doubt.\n"},
}
ROWS = [GenerationRow("r1", n, "t", f"g{n}", 0.0, "Ada", "edited") for n in (1, 2, 3)]


def under(number: int, each: float, sd: float | None, effect: float | None) -> GenerationProgress:
    fate = Fate(
        20, 20, 2, 0, 20 if effect is not None else 0, effect, effect, 1.0 if effect else None
    )
    return GenerationProgress(number, fate, 20 * each, each, sd, 40.0)


def read(commit: str) -> Mapping[str, bytes]:
    return FILES[commit]


def test_a_generation_is_set_against_the_last_one_under_which_anything_finished() -> None:
    (found,) = compare_generations([under(1, 0.1, 0.2, -0.5), under(3, 0.3, 0.2, 0.5)], ROWS, read)
    assert (found.generation, found.before, found.author) == (3, 1, "Ada")
    assert found.files is not None
    assert [(file.path, file.lines) for file in found.files] == [
        ("roles/pi.md", ("-Be brief.", "+Be kind."))
    ]
    assert found.progress.mean == pytest.approx(0.2)
    assert found.effect is not None and found.effect.settled


def test_where_one_measured_nothing_effects_are_not_compared() -> None:
    (found,) = compare_generations([under(1, 0.1, 0.2, None), under(3, 0.3, 0.2, 0.5)], ROWS, read)
    assert found.effect is None


def test_what_git_has_no_longer_is_said_and_stops_nothing() -> None:
    def gone(commit: str) -> Mapping[str, bytes]:
        raise RepoError(f"There is no commit {commit}.")

    (found,) = compare_generations([under(1, 0.1, 0.2, 1.0), under(3, 0.3, 0.2, 1.0)], ROWS, gone)
    assert found.files is None


def test_the_interval_is_welchs() -> None:
    # Welch by hand, with scipy.stats.t: freedom 16.9, standard error 0.677.
    found = difference((8, 1.0, 1.0), (12, 3.0, 2.0))
    assert (found.low, found.high) == pytest.approx((0.57186, 3.42814), abs=1e-5)
    assert found.settled


def test_there_is_no_interval_of_one_or_of_equals() -> None:
    assert difference((8, 1.0, 1.0), (1, 3.0, None)).low is None
    assert difference((8, 0.0, 0.0), (9, 0.0, 0.0)).low is None
