"""What a run achieved for what it cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgloop.ledger import BASELINE, CallRow, Ledger, MeasurementRow, StepRow
from orgloop.report import RunReport, gather_report, render_report
from orgloop.report.progress import LINES
from orgloop.testing.requests import a_task


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A run with a keep that cost most, a discard at the critic, and a role on a cadence."""
    now = [1000.0]
    with Ledger.open(tmp_path / "lab.db", clock=lambda: now[0]) as ledger:
        task = a_task(evaluate="python score.py", artifacts=("a.npz",)).model_dump(mode="json")
        ledger.runs.create(baseline_commit="b" * 40, task=task)
        for number, value in enumerate((2.0, 2.1, 2.2)):
            measure(ledger, BASELINE, number, value)
        ledger.incumbents.promote(
            "r1", commit="b" * 40, experiment=BASELINE, value=2.1, stderr=0.05
        )
        for generation in (1, 2):
            ledger.generations.add(
                "r1", tree="t" * 40, commit="g" * 40, author="Ada", reason="as it began"
            )
            id = ledger.experiments.start("r1", generation, "b" * 40).id
            now[0] += 10
            answer(ledger, id, "pi", 1000 * generation, 0.25 * generation, now[0] - 4)
            measure(ledger, id, generation, 2.0 - generation / 2)
            answer(ledger, id, "critic", 500, 0.25, now[0] - 1)
        ledger.experiments.update("r1", "e0002", title="Wider | and deeper", commit="c" * 40)
        ledger.experiments.finish("r1", "e0001", "discard", "critic: no")
        ledger.experiments.keep(
            "r1", "e0002", commit="c" * 40, value=1.0, stderr=0.05, gain=1.1, reason="better"
        )
        ledger.calls.record(call("cadence", "librarian", 200, 0.0))
        ledger.runs.tick("r1", 1800.0)
        yield ledger


def call(id: str, node: str, tokens: int, cost: float | None) -> CallRow:
    return CallRow("r1", id, node, 1, 0, 0.0, 2.0, "mind", "m:x", tokens, tokens // 2, 0, 0, cost)


def answer(ledger: Ledger, id: str, node: str, tokens: int, cost: float, since: float) -> None:
    ledger.steps.begin("r1", id, node, 1)
    ledger.calls.record(call(id, node, tokens, cost))
    ledger.steps.finish(StepRow("r1", id, node, 1, since, None, note="Said.", engine="mind"))


def measure(ledger: Ledger, id: str, seed: int, value: float) -> None:
    name = f"r1-{id}-m{seed}"
    ledger.measurements.begin(
        MeasurementRow("r1", name, id, "b" * 40, seed, "search", "running", 0.0, slot=seed % 2)
    )
    ledger.measurements.finish(name, value=value, wall_s=360.0)


def report(ledger: Ledger) -> RunReport:
    run = ledger.runs.get("r1")
    assert run is not None
    return gather_report(ledger, run)


def test_progress_is_the_gain_for_each_unit_of_what_it_took(ledger: Ledger) -> None:
    found = {one.unit: one for one in report(ledger).progress}
    assert found["experiment"].gain == pytest.approx(1.1 / 2)
    assert found["hour"].gain == pytest.approx(1.1 / 0.5)
    assert found["bench-hour"].used == pytest.approx(0.5)
    assert found["dollar"].gain == pytest.approx(1.1 / 1.25)
    assert found["million tokens"].gain == pytest.approx(1.1 / 0.0042)
    low, high = found["dollar"].low, found["dollar"].high
    assert low is not None and high is not None and low < found["dollar"].gain < high


def test_what_was_spent_is_told_by_role_generation_outcome_and_end(ledger: Ledger) -> None:
    found = report(ledger)
    assert {row.role: row.costs.tokens for row in found.roles} == {"pi": 3000, "critic": 1000}
    assert {row.name: row.costs.cost_usd for row in found.generations} == {"1": 0.5, "2": 0.75}
    assert {row.name: row.costs.tokens for row in found.outcomes} == {"discard": 1500, "keep": 2500}
    assert [(row.name, row.experiments) for row in found.ends] == [("critic", 1)]
    assert found.outside_the_flow.tokens == 0  # its step has not finished
    assert [row.busy_s for row in found.slots] == [1080.0, 720.0]
    assert [row.id for row in found.dearest_experiments] == ["e0002", "e0001"]
    assert found.dearest_calls[0].role == "pi" and found.dearest_calls[0].cost_usd == 0.5


def test_the_page_has_the_same_numbers_and_its_tables_line_up(ledger: Ledger) -> None:
    page = render_report(report(ledger))
    assert re.search(r"\| per dollar +\| +1\.25 \| +0\.88 \|", page)
    assert "- cost: $1.25" in page and "- in: 4,200 tokens, 50% of them" in page
    assert "Wider \\| and deeper" in page
    for block in page.split("\n\n"):
        lines = block.splitlines()
        if lines[0].startswith("|"):
            assert len({len(line) for line in lines}) == 1


def test_an_unknown_cost_is_never_told_as_nothing(ledger: Ledger) -> None:
    ledger.calls.record(call("e0001", "pi", 100, None))
    found = report(ledger)
    assert found.costs.unpriced_tokens == 100
    assert "dollar" not in {one.unit for one in found.progress}
    page = render_report(found)
    assert "at least $1.25" in page and "`m:x`" in page


def test_the_page_says_what_came_of_decisions_and_whom_progress_came_from(ledger: Ledger) -> None:
    ledger.experiments.first_effect("r1", "e0001", -0.4)
    ledger.experiments.first_effect("r1", "e0002", 1.2)
    found = report(ledger)
    assert found.organization.fate.effect_mean == pytest.approx(0.4)
    assert found.attribution.progress == pytest.approx(1.1)
    assert found.attribution.unshared == pytest.approx(1.1)
    page = render_report(found)
    assert "- first effect: +0.4 on average" in page
    assert re.search(r"\| critic +\| \(passes on\) +\| +2 \| +2 \| +50% \|", page)
    assert "every experiment would have ended as it did without it" in page
    assert re.search(r"\| critic +\| +1 \| +\+1\.1 \|", page)
    assert "### 2 after 1" in page and "git has these generations no longer" in page


def test_changed_lines_are_shown_behind_a_fence_that_holds_them(ledger: Ledger) -> None:
    def read(commit: str) -> dict[str, bytes]:
        return {"org/charter.md": b"```mermaid\n```\n" * next(count)}

    count = iter((1, 40))
    run = ledger.runs.get("r1")
    assert run is not None
    ledger.generations.add("r1", tree="u" * 40, commit="h" * 40, author="Ada", reason="no end")
    page = render_report(gather_report(ledger, run, read))
    shown = page[page.index("````diff\n") :]
    block = shown[: shown.index("\n````\n")].splitlines()
    assert len(block) == 1 + LINES + 1
    assert block[-1] == "  and 55 more lines: `orgloop org diff 1 2`"


def test_a_run_that_asked_no_model_says_nothing_of_money(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "lab.db") as empty:
        empty.runs.create(baseline_commit="b" * 40, task=a_task().model_dump(mode="json"))
        page = render_report(report(empty))
    assert "not measured yet" in page and "$" not in page and "token" not in page
