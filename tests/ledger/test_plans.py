"""Every query of a run is answered by a key or an index, so its cost does not grow."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from orgloop.ledger import Digest, ProblemRow, load_case, render_case

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab

_FINE = (
    "SCAN CONSTANT ROW",
    "SCAN (subquery",  # Its own plan is a step of its own.
    "SCAN messages USING INDEX messages_unread",
    "SCAN questions USING INDEX questions_pending",
    "SCAN commands USING INDEX commands_new",
)
_SORTED_FEW = ("FROM steps WHERE", "FROM measurements WHERE", "FROM problems WHERE")
"""What is sorted there is one experiment's, or what is open now."""
_BACKWARDS = "ORDER BY id DESC LIMIT"
"""Reads a table by its rowid from the end, and stops."""


def test_no_query_of_a_run_scans_the_history_or_sorts_it(lab: Lab) -> None:
    for number in range(3):
        lab.keep(f"k{number}", 2.6)
        lab.discard(f"d{number}", 2.8, 0.1)
        lab.crash(f"c{number}", "tail")
    lab.start("in flight")
    statements: list[str] = []
    ledger = lab.ledger
    ledger.trace(statements.append)

    id = lab.start("now")
    lab.step(id, "pi", "note")
    lab.call(id)
    lab.call(id, cost_usd=None)
    ledger.calls.reprice("r1", lambda call: 0.1)
    ledger.calls.unpriced_models("r1")
    ledger.calls.recent("r1")
    ledger.calls.of("r1", id, "pi", 1)
    lab.measure(id, 2.5)
    lab.measure(id, 2.6)
    row = ledger.experiments.get("r1", id)
    assert row is not None and row.commit is not None
    ledger.experiments.update("r1", id, params={"a": 1}, fingerprint="f")
    ledger.experiments.first_effect("r1", id, 0.1)
    ledger.experiments.judge("r1", id, call="again")
    ledger.experiments.by_fingerprint("r1", "f", id)
    ledger.experiments.by_params("r1", {"a": 1}, id)
    ledger.experiments.effects("r1")
    ledger.measurements.of_commit("r1", row.commit)
    ledger.measurements.running("r1")
    ledger.measurements.repeated("r1")
    ledger.measurements.seeds("r1", row.commit)
    ledger.measurements.fresh_seed("r1")
    ledger.measurements.values("r1", id)
    ledger.evidence("r1", "minimize")
    ledger.evidence("r1", "maximize")
    Digest(ledger, "r1", "minimize", "val_bpb").digest()
    lab.step("cadence", "librarian", "note")
    Digest(ledger, "r1", "minimize", "val_bpb").notebook()
    ledger.views.status("r1")
    case = load_case(ledger, lab.run, id)
    assert case is not None
    render_case(case)
    ledger.commands.answer(ledger.commands.ask("pause"), "done")
    ledger.commands.pending()
    ledger.messages.tell("hi")
    ledger.messages.unread("pi")
    ledger.messages.hold("pi", "r1", id, 1)
    ledger.messages.settle("pi", "r1", id, 1, answered=True)
    ledger.messages.read_in("r1", id)
    asked = {"commit": "c", "decisions": ("go",), "may_edit": False, "text": "?", "most": 1}
    first = ledger.questions.ask("r1", id, "pi", 1, **asked)  # type: ignore[arg-type]
    ledger.questions.ask("r1", id, "pi", 2, **asked)  # type: ignore[arg-type]
    ledger.questions.waiting("r1")
    ledger.questions.answer(first.id, decision="go", note="Go.")
    ledger.questions.ready("r1")
    ledger.questions.close("r1", id, "pi", 1)
    ledger.lookalikes.with_fingerprint("r1", "f", id)
    ledger.lookalikes.like("r1", row)
    ledger.problems.replace("r1", [ProblemRow("a", "b")])
    ledger.generations.add("r1", tree="t", commit="c", author="a", reason="r")
    proposal = ledger.amendments.propose("r1", "meta", 1, "Bolder", {"org/charter.md": b"x"})
    ledger.amendments.pending("r1")
    ledger.amendments.begin(proposal, generation=1, against=1, after=0)
    ledger.amendments.on_probation("r1")
    ledger.amendments.last("r1", 5)
    ledger.generations.standing("r1")
    ledger.sides.outcomes("r1", 1, 0, 40)
    ledger.amendments.decide(proposal, "kept", "Better.", chance=0.9)
    ledger.runs.tick("r1", 1.0)
    ledger.tail.after(3, 10)
    ledger.experiments.keep("r1", id, commit="z", value=2.0, stderr=None, gain=0.1)
    ledger.overturns.veto("r1", id, "no")
    ledger.overturns.overrule(
        "r1", id, "yes", commit="y", base="b", value=2.1, stderr=None, gain=-0.1
    )
    ledger.claims.of("r1")
    ledger.commands.about("r1", id)
    ledger.runs.set_state("r1", "paused")

    ledger.trace(None)
    connection = sqlite3.connect(ledger.path)
    checked = 0
    for statement in {one for one in statements if one.startswith(("SELECT", "UPDATE", "DELETE"))}:
        plan = [cells[3] for cells in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        for step in plan:
            scans = step.startswith("SCAN") and not step.startswith(_FINE)
            sorts = "TEMP B-TREE" in step and not any(few in statement for few in _SORTED_FEW)
            assert not sorts, f"{step}\n  {statement}"
            assert not scans or _BACKWARDS in statement, f"{step}\n  {statement}"
        checked += 1
    connection.close()
    assert checked > 35
