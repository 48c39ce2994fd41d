"""Whom progress came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orgloop.ledger.attribution import Attribution, attribute

from .walking import Stop, said, walk

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab

PLAN: Stop = ("pi", None, {"data": {"plan": {}, "title": "Wider"}})
EDIT: Stop = ("experimenter", None, {"edit": True, "data": {"title": "Wider"}})
BETTER: Stop = ("bench", "measured", said("better"))


def attributed(lab: Lab) -> Attribution:
    ledger = lab.ledger
    return attribute(ledger.hindsight.walks("r1"), ledger.incumbents.all("r1"), "minimize")


def shares(found: Attribution) -> dict[str, float]:
    return {one.role: one.share for one in found.roles}


def test_a_gain_is_split_between_who_planned_and_who_edited(lab: Lab) -> None:
    walk(lab, [PLAN, EDIT, ("reviewer", "approve"), BETTER], "keep", gain=9.0, value=2.5)
    found = attributed(lab)
    assert found.progress == pytest.approx(0.2), "the values on record, and not the gain then"
    assert shares(found) == pytest.approx({"pi": 0.1, "experimenter": 0.1, "reviewer": 0.0})
    reviewer = found.roles[-1]
    assert (reviewer.on_path, reviewer.edited) == (1, 0)
    assert reviewer.path_progress == pytest.approx(0.2)
    (keep,) = found.keeps
    assert keep.path == ("pi", "experimenter", "reviewer")
    assert (keep.shapers, keep.editors) == (("pi", "experimenter"), ("experimenter",))


def test_the_gains_of_all_keeps_add_up_to_the_runs(lab: Lab) -> None:
    for value in (2.5, 2.45, 2.2):
        walk(lab, [PLAN, EDIT, BETTER], "keep", value=value)
    found = attributed(lab)
    assert found.progress == pytest.approx(2.7 - 2.2)
    assert sum(shares(found).values()) == pytest.approx(found.progress)


def test_what_a_person_kept_against_the_referee_is_left_out(lab: Lab) -> None:
    id = walk(lab, [PLAN, EDIT, BETTER], "running")
    lab.ledger.experiments.keep(
        "r1", id, commit="e" * 40, value=2.0, stderr=None, gain=0.7, overruled=True
    )
    walk(lab, [PLAN, EDIT, BETTER], "keep", value=1.9)
    found = attributed(lab)
    assert (found.progress, found.overruled) == (pytest.approx(0.1), 1)


def test_who_edited_before_the_change_was_begun_anew_has_no_part_in_it(lab: Lab) -> None:
    stale = ("bench", "stale", {"restart": True})
    mend = ("mender", None, {"edit": True})
    walk(lab, [PLAN, EDIT, stale, mend, BETTER], "keep", value=2.5)
    assert attributed(lab).keeps[0].editors == ("mender",)


def test_a_role_that_sent_a_keep_back_is_named_and_gets_no_share(lab: Lab) -> None:
    again: list[Stop] = [PLAN, EDIT, ("reviewer", "revise"), EDIT, ("reviewer", "approve"), BETTER]
    walk(lab, again, "keep", value=2.5)
    found = attributed(lab)
    assert found.keeps[0].sent_back == ("reviewer",)
    assert shares(found)["reviewer"] == 0.0


def test_a_keep_that_nobody_shaped_is_said_to_be_nobodys(lab: Lab) -> None:
    lab.keep("by hand", 2.6)
    found = attributed(lab)
    assert (found.progress, found.unshared) == (pytest.approx(0.1), pytest.approx(0.1))


def test_generations_have_the_progress_of_their_own_experiments(lab: Lab) -> None:
    walk(lab, [PLAN, EDIT, BETTER], "keep", value=2.5)
    walk(lab, [PLAN, EDIT, ("reviewer", "reject")])
    walk(lab, [PLAN, EDIT, BETTER], "keep", value=2.4, generation=3)
    walk(lab, [PLAN], "running", generation=4)
    first, second = attributed(lab).generations
    assert (first.number, second.number) == (1, 3)
    assert (first.progress, first.each) == (pytest.approx(0.2), pytest.approx(0.1))
    assert second.each == pytest.approx(0.1) and second.each_sd is None
