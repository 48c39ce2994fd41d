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
