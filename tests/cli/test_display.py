"""What a person sees of a run: nothing wraps, and no text commands the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console, ConsoleDimensions
from rich.text import Text

from orgloop.charter import Budget
from orgloop.cli.display.columns import aligned
from orgloop.cli.display.lines import Lines
from orgloop.cli.display.live import picture
from orgloop.cli.display.words import used
from orgloop.ledger import (
    CountsRow,
    ExperimentRow,
    IncumbentRow,
    ProblemRow,
    RunRow,
    RunStatus,
    Standing,
)

NASTY = "\x1b[31mred\x1b[0m [bold]not markup[/bold] \x1b]0;title\x07 \u202e wide \u4e16\u754c " * 4
TASK = {"name": "bytes-lm", "metric": "val_bpb", "goal": "minimize", "evaluate": "x"}
BASELINE = IncumbentRow("r1", 0, "ab" * 20, "baseline", 0.0, 2.989, 0.011)


def experiment(number: int, status: str = "running", **fields: object) -> ExperimentRow:
    row = ExperimentRow("r1", f"e{number:04}", 1, "ab" * 20, 100.0, status)
    return replace(row, **{"title": f"CONTEXT 10 -> {number}", **fields})  # type: ignore[arg-type]


def status(running: int = 0, recent: int = 0, **fields: object) -> RunStatus:
    ended = {"value": 2.905, "stderr": 0.013, "gain": 0.0844, "finished": 190.0}
    made = RunStatus(
        run=RunRow("r1", 0.0, "orgloop/r1", "ab" * 20, TASK, {}, 0, "running"),
        baseline=BASELINE,
        best=replace(BASELINE, number=1, experiment="e0001", value=2.905, stderr=0.013),
        counts=CountsRow(started=9, finished=recent, kept=1, discarded=recent, measurements=7),
        generation=1,
        running=tuple(
            Standing(experiment(100 + at), "bench", 110.0, measuring=int(at > 2))
            for at in range(running)
        ),
        recent=tuple(experiment(recent - at, "discard", **ended) for at in range(recent)),
        problems=(),
        bench_busy_s=3.0,
        measuring=2,
        at=200.0,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def drawn(shown: RunStatus, width: int = 80, height: int = 24, **budget: float) -> list[str]:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, force_terminal=False)
    size = ConsoleDimensions(width, height)
    console.print(picture(shown, Budget.model_validate(budget), 2, size=size))
    return file.getvalue().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50), (40, 10), (60, 24)])
def test_the_picture_never_wraps_and_never_outgrows_the_terminal(width: int, height: int) -> None:
    shown = status(running=60, recent=10, problems=(ProblemRow("task.md", NASTY, 3),) * 9)
    lines = drawn(shown, width, height, experiments=24)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width
    assert all(name in "\n".join(lines) for name in ("bytes-lm", "val_bpb", "more in flight"))


def test_at_80_columns_every_column_but_the_title_is_whole() -> None:
    title = "LEARNING_RATE 0.002 -> 0.0055, EMBEDDING_RATE 1 -> 2.7, BETA2 0.999 -> 0.9989"
    row = experiment(1, "discard", title=title, value=2.9871, stderr=0.011, gain=0.00531)
    standing = Standing(experiment(2, title=title), "bench", 110.0)
    lines = drawn(replace(status(), running=(standing,), recent=(row,)), experiments=12)
    assert "  e0002  waits for a slot  1 min 30 s  LEARNING_RATE 0.002" in "\n".join(lines)
    assert "  e0001  discarded  2.987 ± 0.011  +0.005  LEARNING_RATE 0.002" in "\n".join(lines)
    assert lines[2].endswith("0 of 12 experiments  1 kept  0 discarded  0 crashed  bench 2/2")


def test_those_on_the_bench_come_first_and_the_rest_is_counted() -> None:
    lines = drawn(status(running=40), height=12)
    assert "on the bench" in lines[4]
    assert lines[-1].strip() == "and 36 more in flight"


def test_what_models_write_stays_text() -> None:
    row = experiment(1, "keep", title=NASTY, value=1.0, gain=0.5)
    standing = Standing(experiment(2, title=NASTY), "bench", 110.0)
    shown = "\n".join(drawn(replace(status(), running=(standing,), recent=(row,)), width=200))
    assert "[bold]not markup[/bold]" in shown
    assert "\x1b" not in shown and "\u202e" not in shown and "\x07" not in shown


def test_a_run_without_a_baseline_says_what_it_does() -> None:
    shown = replace(status(), baseline=None, best=None)
    assert "  the baseline is being measured: 7 runs done, 2 on the bench" in drawn(shown)


def test_a_run_that_stops_says_what_it_waits_for_and_what_ends_that() -> None:
    run = replace(status().run, state="stopping")
    lines = drawn(replace(status(), run=run))
    assert lines[3] == "stopping: runs on the bench are finished first; Ctrl-C again ends them"


@pytest.mark.parametrize(
    ("budget", "text"),
    [
        (Budget(), "3 experiments"),
        (Budget(experiments=12), "3 of 12 experiments"),
        (Budget(hours=2), "3 experiments, 2 min of 2 h"),
        (Budget(usd=5, tokens=50000), "3 experiments, 1,200 of 50,000 tokens, $0.40 of $5"),
    ],
)
def test_the_budget_is_told_in_what_it_bounds(budget: Budget, text: str) -> None:
    counts = CountsRow(
        finished=3, active_s=120.0, cost_usd=0.4, input_tokens=1000, output_tokens=200
    )
    assert used(counts, budget) == text


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [[Text("a"), Text("\u4e16\u754c"), Text("end")], [Text("abc"), Text(""), Text("end")]]
    assert [line.plain for line in aligned(rows)] == [
        "  a    \u4e16\u754c  end",
        "  abc        end",
    ]


def test_plain_lines_tell_each_experiment_once(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.show(status(baseline=None))
    lines.show(status())
    lines.show(status(recent=2))
    lines.show(status(recent=2, problems=(ProblemRow("task.md", NASTY, 3),)))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[:-1] == [
        "bytes-lm, run r1: val_bpb, lower is better",
        "baseline   2.989 ± 0.011",
        "e0001  discarded  2.905 ± 0.013 (+0.084)  CONTEXT 10 -> 1  [1 min 30 s]",
        "e0002  discarded  2.905 ± 0.013 (+0.084)  CONTEXT 10 -> 2  [1 min 30 s]",
    ]
    assert "\x1b" not in said.err
