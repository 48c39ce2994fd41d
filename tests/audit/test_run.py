"""Audits from end to end: what holds is told from what was luck."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.errors import LabBusy, OrgloopError, UserError
from orgloop.lab.lock import LabLock
from orgloop.ledger import Ledger

from ..lab.conftest import TASK, TinyLab, git  # noqa: TID252 - one kind of small lab for both
from .conftest import SPACED, TWO, Audited

Make = Callable[..., TinyLab]
MAIN = "from orgloop.cli import main; main()"


def test_a_false_keep_does_not_survive_and_real_ones_do(planted: Audited) -> None:
    report = planted.report(runs=5)
    verdicts = {one.experiment: one.verdict for one in report.keeps}
    assert verdicts["e0001"] == verdicts["e0003"] == "survived"
    assert verdicts["e0002"] in ("unclear", "failed"), "B does nothing; it had lucky seeds"
    assert report.is_verified
    assert report.verified.low is not None and report.verified.high is not None
    assert report.verified.low < 5.0 < report.verified.high, "the truth is A and C: 2 and 3"
    assert report.claimed.gain is not None and report.verified.gain is not None
    assert report.claimed.gain > report.verified.gain, "it believed in B"
    assert report.is_survivors_verified
    assert report.self_reported


@pytest.mark.slow
def test_what_survived_is_put_together_and_measured_on_further_seeds(planted: Audited) -> None:
    report = planted.report(runs=4)
    text = git(planted.lab.root, "show", f"{report.survivors_commit}:program.py")
    assert "A = 2.0" in text and "B = 0.0" in text and "C = 3.0" in text
    with planted.lab.ledger() as ledger:
        rows = ledger.measurements.of("r1", "audit-1")
    first = {row.seed for row in rows if row.commit != report.survivors_commit}
    again = {row.seed for row in rows if row.commit == report.survivors_commit}
    assert again == set(range(4, 8))
    assert first == set(range(8)), "the baseline is measured on them, too"


@pytest.mark.slow
def test_no_seed_was_used_before_and_a_second_audit_has_others(planted: Audited) -> None:
    planted.report(runs=2)
    again = planted.report(runs=2, new=True)
    assert (again.audit, again.earlier_audits) == (2, 1)
    with planted.lab.ledger() as ledger:
        first = {row.seed for row in ledger.measurements.of("r1", "audit-1")}
        second = {row.seed for row in ledger.measurements.of("r1", "audit-2")}
        kinds = {row.kind for row in ledger.measurements.of("r1", "audit-1")}
    assert not first & second
    assert kinds == {"audit"}, "their own stream of seeds"


def test_the_record_and_the_page_say_what_was_found(planted: Audited) -> None:
    with planted.lab.ledger() as ledger:
        before = ledger.runs.counts("r1")
    outcome = planted.audit(runs=4)
    page = outcome.page.read_text(encoding="utf-8")
    assert outcome.page == planted.lab.root / ".orgloop" / "cases" / "r1" / "audit.md"
    assert page.startswith("# Audit 1 of run r1: tiny")
    assert "of 3 keeps survived" in page
    assert "self-reported" in page
    with planted.lab.ledger() as ledger:
        verdicts = ledger.audits.verdicts("r1")
        counts = ledger.runs.counts("r1")
    assert verdicts["e0001"].verdict == "survived"
    assert verdicts["e0002"].verdict != "survived"
    assert counts == before, "an audit is no part of what the run cost"


@pytest.mark.slow
def test_a_finished_audit_is_shown_again_and_not_repeated(planted: Audited) -> None:
    first = planted.report(runs=2)
    outcome = planted.audit(runs=9)
    assert outcome.report == first
    assert outcome.outlook is None
    assert planted.progress == []


def test_it_says_beforehand_what_it_costs(planted: Audited) -> None:
    outcome = planted.audit(only_plan=True, runs=4)
    assert outcome.report is None
    (outlook,) = planted.outlooks
    assert outlook.plan.bench_runs == len(outlook.plan.arms) * 4 == 20
    assert outlook.plan.more_runs == 8
    assert outlook.seconds is not None
    assert outlook.self_reported
    with planted.lab.ledger() as ledger:
        assert ledger.audits.all("r1") == [], "nothing is on record before it is asked for"
    planted.report(runs=2)
    assert planted.progress[9] == (10, 10)


@pytest.mark.slow
def test_near_misses_are_tried_on_top_of_the_best(tiny: Make) -> None:
    """`min_delta` discards what is better by less, which is a near miss under greedy."""
    task = TASK.replace("tunables:", "min_delta: 0.5\ntunables:")
    lab = tiny(TWO, program=SPACED, task=task)
    lab.run(experiments=2)
    report = Audited(lab).report()
    (miss,) = report.misses
    assert (miss.experiment, miss.verdict) == ("e0002", "no better"), "0.4 is under min_delta"
    assert miss.verified.gain == pytest.approx(0.4)


@pytest.mark.slow
def test_a_task_without_noise_is_told_apart(tiny: Make) -> None:
    lab = tiny(TWO, program=SPACED)
    lab.run(experiments=2)
    report = Audited(lab).report()
    assert report.deterministic
    assert report.verified.p is None
    assert report.is_verified
    assert [one.verdict for one in report.keeps] == ["survived", "survived"]
    assert report.survivors_commit == report.best_commit


@pytest.mark.slow
def test_keeps_on_the_same_lines_are_tested_in_their_place(tiny: Make) -> None:
    lab = tiny()  # each experiment sets A anew
    lab.run(experiments=3)
    report = Audited(lab).report()
    assert [one.how for one in report.keeps] == ["in its place", "in its place", "taken out"]
    assert "cannot be taken out of the best" in report.keeps[0].why
    assert "`program.py`" in report.keeps[0].why
    assert [one.verified.gain for one in report.keeps] == [1.0, 1.0, 1.0]


HELD = """\
---
name: tiny
metric: score
goal: maximize
run: python -S -E program.py --seed {seed}
evaluate: python -S -E evaluate.py
holdout: python -S -E evaluate.py holdout
editable: [program.py]
artifacts: [model.txt]
limits: {wall: 30s, memory: 1GB}
slots: 2
---
Make the sum large.
"""
OVERFITS = """\
A = 0.0
# room


# room
B = 0.0
with open("model.txt", "w") as file:
    file.write(f"{A} {B}")
"""
EVALUATE = """\
import os, sys
with open(os.environ["ORGLOOP_ARTIFACTS"] + "/model.txt") as file:
    a, b = map(float, file.read().split())
print(f"score: {a if 'holdout' in sys.argv else a + b}")
"""


@pytest.mark.slow
def test_the_holdout_scores_baseline_and_best_and_nothing_before(tiny: Make) -> None:
    lab = tiny(TWO, program=OVERFITS, task=HELD)
    lab.write("evaluate.py", EVALUATE)
    lab.commit()
    assert lab.run(experiments=2).best == 2.4
    report = Audited(lab).report()
    assert report.verified.gain == pytest.approx(2.4)
    assert report.holdout is not None
    assert report.holdout.gain == 2.0, "B was gained on the evaluator's own data alone"
    assert not report.self_reported
    held = [arm.name for arm in report.arms if arm.holdout]
    assert held == ["baseline", "best"]


def test_a_best_that_does_not_run_any_more_is_not_verified(tiny: Make) -> None:
    program = SPACED.replace(
        "print", "if A and int(sys.argv[-1]) >> 28 == 3:\n    raise ValueError('luck')\nprint"
    )
    lab = tiny(TWO, program=program)
    lab.run(experiments=1)
    report = Audited(lab).report(runs=4)
    assert not report.is_verified
    assert report.verified.gain is None
    assert report.keeps[0].verdict == "failed"
    best = next(arm for arm in report.arms if arm.name == "best")
    assert (best.values, best.crashed) == ((), 2), "what does not run is not run on and on"
    assert "ValueError: luck" in best.crash


# What stands in the way


def test_a_lab_that_has_not_run_is_refused(tiny: Make) -> None:
    with pytest.raises(UserError, match="has not run yet"):
        Audited(tiny()).audit()


def test_a_lab_that_runs_elsewhere_is_refused(planted: Audited) -> None:
    lock = LabLock(planted.lab.root / ".orgloop")
    try:
        with pytest.raises(LabBusy):
            planted.audit()
    finally:
        lock.release()


def test_a_run_that_kept_nothing_has_nothing_to_audit(tiny: Make) -> None:
    lab = tiny("engine = Scripted({'worker': lambda r: Line(edits=put(r, A=-1.0))})")
    lab.run(experiments=1)
    with pytest.raises(OrgloopError, match="kept nothing"):
        Audited(lab).audit()


def test_an_unknown_run_is_named_with_those_that_there_are(planted: Audited) -> None:
    with pytest.raises(UserError, match="no run `r7`") as caught:
        planted.audit(run="r7")
    assert "`r1`" in caught.value.hint


@pytest.mark.slow
def test_the_size_of_an_audit_is_not_changed_under_way(planted: Audited) -> None:
    begun = start(planted.lab.root, "audit", "--runs", "40")
    wait_for(planted.lab.root, 2)
    kill(begun)
    with pytest.raises(UserError, match="was begun with 40 runs"):
        planted.audit(runs=3)
    assert planted.report(runs=2, new=True).audit == 2


# Killed


def start(lab: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments, str(lab)],
        env={**os.environ, "PYTHONPATH": str(lab.parent / "minds")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    assert process.poll() is None, "it was to be killed under way"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for(lab: Path, measured: int) -> int:
    """Wait until that many of an audit's measurements are on record."""
    for _ in range(600):
        with Ledger.read_only(lab / ".orgloop" / "lab.db") as ledger:
            rows = ledger.measurements.of("r1", "audit-1")
        done = sum(row.status != "running" for row in rows)
        if done >= measured:
            return done
        time.sleep(0.05)
    raise AssertionError("the audit does not come on")


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_repeats_nothing(planted: Audited) -> None:
    lab = planted.lab.root
    for measured in (2, 12):
        begun = start(lab, "audit", "--runs", "5")
        wait_for(lab, measured)
        kill(begun)
    with planted.lab.ledger() as ledger:
        before = {
            row.id: (row.value, row.finished)
            for row in ledger.measurements.of("r1", "audit-1")
            if row.status == "ok"
        }
    report = planted.report()
    assert (report.audit, report.runs) == (1, 5)
    with planted.lab.ledger() as ledger:
        rows = ledger.measurements.of("r1", "audit-1")
    after = {row.id: (row.value, row.finished) for row in rows}
    assert len(before) >= 12
    assert before.items() <= after.items()
    assert len(rows) == len(after) == report.bench_runs
    assert planted.outlooks[0].done == len(before)


@pytest.mark.slow
def test_it_is_stopped_from_another_process_and_goes_on(planted: Audited) -> None:
    lab = planted.lab.root
    begun = start(lab, "audit", "--runs", "60")
    wait_for(lab, 2)
    subprocess.run([sys.executable, "-c", MAIN, "stop", str(lab)], check=True)
    said = begun.communicate(timeout=60)[1].decode()
    assert begun.returncode == 0
    assert "goes on" in said
    with planted.lab.ledger() as ledger:
        assert not ledger.measurements.running("r1"), "what was on the bench was finished"
        (row,) = ledger.audits.all("r1")
    assert row.finished is None
