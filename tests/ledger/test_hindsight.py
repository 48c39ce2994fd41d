"""How an organization has been doing, and its decisions in hindsight."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from orgloop.ledger.org_record import CrashCause, DecisionRecord, Ending, OrgRecord, RoleRecord

from .walking import said, walk

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab

IDEA = ("pi", None, {"data": {"title": "Wider"}})
EDIT = ("experimenter", None, {"edit": True})
BETTER = ("bench", "measured", said("better"))
WORSE = ("bench", "measured", said("worse"))


def record(lab: Lab, **which: object) -> OrgRecord:
    return lab.ledger.hindsight.record("r1", **which)  # type: ignore[arg-type]


def role(found: OrgRecord, name: str) -> RoleRecord:
    return next(one for one in found.roles if one.role == name)


def decision(found: OrgRecord, name: str, label: str | None) -> DecisionRecord:
    return next(one for one in role(found, name).decisions if one.decision == label)


def test_experiments_are_counted_by_how_far_they_came(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, ("reviewer", "reject")])
    walk(lab, [IDEA, ("experimenter", None, {"error": "`experimenter` failed: no answer"})],
         reason="`experimenter` failed: no answer")  # fmt: skip
    walk(lab, [IDEA, ("experimenter", None, {"error": "Not editable: `task.md`."})],
         reason="Not editable: `task.md`.")  # fmt: skip
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), ("bench", "crashed")], "crash",
         reason="timeout: over 60 s")  # fmt: skip
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), WORSE], effect=-0.2, reason="worse")
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), BETTER], "keep", effect=0.4, gain=0.3)
    walk(lab, [IDEA], "running")
    found = record(lab)
    assert (found.assigned, found.running) == (7, 1)
    assert (found.fate.experiments, found.fate.measured, found.fate.kept) == (6, 2, 1)
    assert found.endings == (
        Ending("reviewer", "reject", "decided", 1),
        Ending("experimenter", None, "failed", 1),
        Ending("experimenter", None, "refused", 1),
    )
    assert found.crashes == (CrashCause("timeout: over # s", 1),)
    assert found.fate.effect_mean == pytest.approx(0.1)
    assert found.fate.effect_sd == pytest.approx(0.424, abs=1e-3)
    assert found.bench_s_per_measured == pytest.approx(2.0)
    assert [one.role for one in found.roles] == ["pi", "experimenter", "reviewer"]
    assert (role(found, "experimenter").visits, role(found, "experimenter").failures) == (6, 1)


def test_a_part_of_the_run_is_told_alone(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, WORSE], effect=-0.2)
    walk(lab, [IDEA, EDIT, WORSE], effect=-0.1, generation=2)
    walk(lab, [IDEA, EDIT, ("reviewer", "reject")], generation=2)
    assert record(lab, generation=1).fate.effect_mean == pytest.approx(-0.2)
    assert record(lab, generation=2).assigned == 2
    later = record(lab, after="e0002")
    assert (later.assigned, later.fate.measured) == (1, 0)


def test_what_was_sent_back_is_set_against_what_was_not(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, ("reviewer", "revise"), EDIT, ("reviewer", "approve"), BETTER],
         "keep", effect=0.4, gain=0.3)  # fmt: skip
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), WORSE], effect=-0.2)
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), WORSE], effect=-5.0, generation=2)
    at_once, once = role(record(lab), "reviewer").rounds
    assert (at_once.times, at_once.fate.experiments, at_once.fate.effect_mean) == (0, 1, -0.2)
    assert (once.times, once.fate.kept, once.fate.effect_mean) == (1, 1, 0.4)
    # Who goes on with what was sent back has sent nothing back.
    assert role(record(lab), "experimenter").rounds == ()
    assert decision(record(lab), "reviewer", "approve").fate.experiments == 3
    assert decision(record(lab), "reviewer", "revise").fate.experiments == 1


def test_of_what_ended_unmeasured_only_an_equal_change_elsewhere_tells_anything(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, ("reviewer", "reject")], fingerprint="same")
    walk(lab, [IDEA, EDIT, ("reviewer", "reject")], fingerprint="other")
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), WORSE], effect=-0.2, fingerprint="same")
    found = decision(record(lab), "reviewer", "reject")
    assert (found.ended, found.ended_unmeasured, found.seen_elsewhere) == (2, 2, 1)
    assert found.elsewhere_mean == pytest.approx(-0.2)
    assert (found.fate.measured, found.fate.effect_mean) == (0, None)
    # The evidence may lie outside the part that is asked for.
    assert decision(record(lab, after="e0001"), "reviewer", "approve").seen_elsewhere == 0


def test_who_stands_against_the_referee_is_told_from_who_agrees(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, BETTER, ("critic", "discard")], effect=0.5, gain=0.4)
    walk(lab, [IDEA, EDIT, WORSE, ("critic", "discard")], effect=-0.5, gain=-0.4)
    critic = role(record(lab), "critic")
    assert (critic.overrode, critic.overrode_gain) == (1, 0.4)
    assert not critic.idle


def test_a_call_on_what_was_changed_since_is_nobodys_to_overrule(lab: Lab) -> None:
    stale = ("bench", "stale", {"restart": True})
    walk(lab, [IDEA, EDIT, BETTER, ("critic", "keep"), stale, EDIT, ("reviewer", "reject")])
    assert role(record(lab), "reviewer").overrode == 0


def test_asking_again_counts_with_whether_it_changed_the_verdict(lab: Lab) -> None:
    spent = ("bench", "measured", said("spent"))
    again = ("critic", "replicate")
    walk(lab, [IDEA, EDIT, spent, again, BETTER, ("critic", "keep")], "keep", effect=0.1, gain=0.1)
    walk(lab, [IDEA, EDIT, spent, again, spent, ("critic", "discard")], effect=0.1)
    critic = role(record(lab), "critic")
    assert (critic.asked_again, critic.changed_verdict) == (2, 1)


def test_a_role_without_which_all_would_have_ended_alike_is_idle(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), WORSE, ("critic", "discard")], effect=-0.5)
    walk(lab, [IDEA, EDIT, ("reviewer", "approve"), BETTER, ("critic", "keep")], "keep",
         effect=0.5, gain=0.4)  # fmt: skip
    assert {one.role for one in record(lab).roles if one.idle} == {"reviewer", "critic"}


def test_who_shares_out_work_is_not_idle(lab: Lab) -> None:
    for hand in ("tuner", "gambler"):
        walk(lab, [("lead", hand), (hand, None, {"edit": True}), WORSE], effect=-0.1, reason="no")
    assert not role(record(lab), "lead").idle


def test_what_was_changed_since_is_not_measured_again(lab: Lab) -> None:
    stale = ("bench", "stale", {"restart": True})
    walk(lab, [IDEA, EDIT, stale, ("mender", None, {"edit": True}), BETTER], "keep", effect=0.1)
    assert role(record(lab), "mender").asked_again == 0


def test_a_keep_that_the_referee_refuses_was_ended_by_no_role(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, WORSE, ("critic", "keep")], effect=-0.1,
         reason="The referee does not support a keep: worse")  # fmt: skip
    assert decision(record(lab), "critic", "keep").ended == 0


def test_an_empty_run_has_an_empty_record(lab: Lab) -> None:
    found = record(lab)
    assert (found.assigned, found.roles, found.bench_s_per_measured) == (0, (), None)


def test_looking_back_reads_the_part_asked_for_and_no_more(lab: Lab) -> None:
    walk(lab, [IDEA, EDIT, BETTER], "keep", effect=0.1, gain=0.1)
    statements: list[str] = []
    lab.ledger.trace(statements.append)
    record(lab, after="e0001", generation=1)
    lab.ledger.trace(None)
    with sqlite3.connect(lab.ledger.path) as connection:
        plans = [
            step[3]
            for statement in statements
            for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        ]
    connection.close()
    assert len(plans) > 5
    assert [step for step in plans if step.startswith("SCAN")] == []
