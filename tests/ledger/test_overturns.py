"""What a person overturns, and the totals that count it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orgloop.events import ExperimentOverturned, IncumbentMoved
from orgloop.ledger.attribution import attribute, gains_of

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_a_keep_that_is_vetoed_is_a_discard_in_every_total(lab: Lab) -> None:
    first, second = lab.keep("one", 2.6), lab.keep("two", 2.5)
    newest = lab.ledger.tail.newest()
    assert not lab.ledger.overturns.veto("r1", first, "not at the head")
    assert lab.ledger.overturns.veto("r1", second, "Vetoed by a person: no")
    counts = lab.ledger.runs.counts("r1")
    assert (counts.kept, counts.discarded, counts.finished, counts.streak) == (1, 1, 2, 1)
    row = lab.ledger.experiments.get("r1", second)
    assert row is not None and (row.status, row.reason) == ("discard", "Vetoed by a person: no")
    moved, told = lab.ledger.tail.after(newest)
    assert isinstance(moved, IncumbentMoved) and moved.experiment == first
    assert isinstance(told, ExperimentOverturned) and (told.was, told.status) == ("keep", "discard")
    assert not lab.ledger.overturns.veto("r1", second, "again")


def test_what_is_kept_after_a_veto_gains_on_the_one_before(lab: Lab) -> None:
    first, second = lab.keep("one", 2.6), lab.keep("two", 2.4)
    lab.ledger.overturns.veto("r1", second, "no")
    head = lab.ledger.incumbents.current("r1")
    assert head is not None and head.experiment == first
    third = lab.keep("three", 2.5)
    line = lab.ledger.incumbents.all("r1")
    assert [row.number for row in line] == [0, 1, 3]
    assert gains_of(line, "minimize") == pytest.approx({first: 0.1, third: 0.1})
    found = attribute(lab.ledger.hindsight.walks("r1"), line, "minimize")
    assert found.progress == pytest.approx(0.2)
    vetoed = lab.ledger.experiments.get("r1", second)
    assert vetoed is not None and vetoed.commit is not None
    once = lab.ledger.incumbents.of_commit("r1", vetoed.commit)
    assert once is not None and once.withdrawn


def test_a_discard_that_is_overruled_is_a_keep_in_every_total_and_claimed_in_none(
    lab: Lab,
) -> None:
    first = lab.keep("one", 2.6)
    second = lab.discard("two", 2.65, -0.05)
    row = lab.ledger.experiments.get("r1", second)
    assert row is not None and row.commit is not None

    def overrule() -> bool:
        return lab.ledger.overturns.overrule(
            "r1", second, "Kept by a person", commit=row.commit or "", base=row.base,
            value=2.65, stderr=0.02, gain=-0.05,
        )  # fmt: skip

    assert overrule() and not overrule()
    counts = lab.ledger.runs.counts("r1")
    assert (counts.kept, counts.discarded, counts.overruled, counts.streak) == (2, 0, 1, 0)
    claim, head = lab.ledger.claims.of("r1"), lab.ledger.incumbents.current("r1")
    assert claim is not None and head is not None
    assert (claim.best.experiment, head.experiment) == (first, second)
    status = lab.ledger.views.status("r1")
    assert status is not None and status.gain == pytest.approx(0.1)
    third = lab.keep("three", 2.55)
    claim, line = lab.ledger.claims.of("r1"), lab.ledger.incumbents.all("r1")
    assert claim is not None and claim.best.experiment == third
    assert claim.value == pytest.approx(2.5), "2.55, and the 0.05 that the person's keep cost"
    assert claim.stderr is not None and claim.stderr > (claim.best.stderr or 0)
    found = attribute(lab.ledger.hindsight.walks("r1"), line, "minimize")
    assert (found.progress, found.overruled) == (pytest.approx(0.2), 1)
    assert lab.ledger.overturns.veto("r1", third, "no")
    assert lab.ledger.overturns.veto("r1", second, "after all")
    assert lab.ledger.runs.counts("r1").overruled == 0
