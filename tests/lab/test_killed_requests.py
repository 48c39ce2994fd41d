"""kill -9 while something is asked of one experiment: it is done once, or refused."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from orgloop.ledger import CommandRow, Ledger, ledger_path
from orgloop.ledger.verbs import AGAIN, OVERRULE, STOP, VETO

from .account import read, the_branch_is_a_line
from .asking import Person
from .conftest import SOLO, TASK, TinyLab, git
from .live import ENDLESS, running, wait_for

Make = Callable[..., TinyLab]
PROGRAM = """\
import sys, time
A = 0.0


# room between the two lines, so that git can merge them


B = 0.0
time.sleep(0.3)
print(f"score: {A + B}")
"""
MINDS = """
def worker(request):
    at = number(request)
    if at % 3 == 0:
        return Line(edits=put(request, B=-float(at)), title="worse")
    return Line(edits=put(request, A=float(at)), title="better")

engine = Scripted({"worker": worker})
"""
ASKED = [(STOP, "running"), (VETO, "keep"), (OVERRULE, "discard"), (AGAIN, "discard")]


def commands(ledger: Ledger) -> list[CommandRow]:
    found = [ledger.commands.get(id) for id in range(1, 200)]
    return [row for row in found if row is not None]


@pytest.mark.slow
def test_what_is_asked_is_obeyed_once_or_refused_whenever_the_lab_dies(tiny: Make) -> None:
    """Each turn asks for something of an experiment that it suits, and kills at some moment."""
    draw = random.Random(5)
    task = TASK.replace("slots: 1", "slots: 2")
    lab = tiny(MINDS, charter=ENDLESS.replace("lookahead: 0", "lookahead: 1"), program=PROGRAM,
               task=task)  # fmt: skip
    person, left = Person(lab), dict[int, tuple[str, str]]()
    for turn in range(16):
        verb, suits = ASKED[turn % len(ASKED)]
        with running(lab) as process:
            done = read(lab).started if turn else 0
            wait_for(lab, lambda ledger, done=done: ledger.runs.counts("r1").started >= done + 3)
            wait_for(lab, lambda ledger, suits=suits: _suited(ledger, suits))
            with lab.ledger() as ledger:
                id = _suited(ledger, suits)
            assert id
            left[person.leave(verb, id, reason="why")] = (verb, id)
            time.sleep(draw.uniform(0.0, 1.2))
            process.kill()
            process.communicate()
    total = read(lab).started + 1
    assert lab.run(experiments=total).running == 0
    with lab.ledger() as ledger:
        answered = [row for row in commands(ledger) if row.id in left]
        assert {row.state for row in answered} <= {"done", "refused"}
        for row in [one for one in answered if one.state == "done"]:
            experiment = ledger.experiments.get("r1", row.experiment or "")
            assert experiment is not None
            assert experiment.status == {STOP: "discard", VETO: "discard"}.get(
                row.verb, experiment.status
            )
            if row.verb == AGAIN:
                assert "was measured again" in row.answer
        rows = ledger.experiments.finished("r1")
        counts = ledger.runs.counts("r1")
        assert counts.finished == counts.started == len(rows) == total
        assert counts.kept == sum(row.status == "keep" for row in rows)
        assert counts.discarded == sum(row.status == "discard" for row in rows)
        assert counts.overruled == sum(row.overruled for row in rows)
        assert not ledger.measurements.running("r1")
        line = [row.commit for row in ledger.incumbents.all("r1")]
        kept = {row.experiment for row in ledger.incumbents.all("r1")[1:]}
    assert kept == {row.id for row in rows if row.status == "keep"}
    the_branch_is_a_line(lab, line)
    git(lab.root, "fsck", "--strict", "--no-dangling")


def _suited(ledger: Ledger, status: str) -> str:
    """An experiment that something can be asked of; empty for none."""
    if status == "running":
        return next((row.id for row in ledger.experiments.running("r1")), "")
    if status == "keep":
        head = ledger.incumbents.current("r1")
        return head.experiment if head is not None and head.number else ""
    recent = ledger.experiments.recent("r1", 50)
    return next((row.id for row in recent if row.status == "discard" and row.value is not None), "")


@pytest.mark.slow
def test_what_a_lab_that_died_was_measuring_for_a_person_is_closed(tiny: Make) -> None:
    lab = tiny(MINDS, program=PROGRAM, charter=SOLO)
    lab.run(experiments=3)
    with Ledger.open(ledger_path(lab.root)) as ledger:
        third = ledger.experiments.get("r1", "e0003")
        assert third is not None and third.status == "discard"
        first = ledger.measurements.of("r1", "e0003")[0]

        ledger.measurements.begin(replace(first, id="r1-e0003-m9", kind="again", status="running"))
        left = ledger.commands.ask(AGAIN, {"times": 1}, run="r1", experiment="e0003")
    assert lab.run(experiments=4).experiments == 4
    with lab.ledger() as ledger:
        row = ledger.commands.get(left)
        assert row is not None and row.state == "refused"
        closed = ledger.measurements.get("r1-e0003-m9")
        assert closed is not None and (closed.crash or {})["message"] == "The lab ended meanwhile."
