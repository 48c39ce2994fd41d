"""The live picture of a run, drawn with rich at the foot of the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, ConsoleDimensions, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from orgloop.charter import Budget
from orgloop.cli.display import words
from orgloop.cli.display.columns import GAP, aligned
from orgloop.ledger import ExperimentRow, ProblemRow, RunStatus, Standing
from orgloop.ledger.numbers import duration, measured, spent
from orgloop.ledger.plain import one_line

STYLES = {"keep": "bold green", "discard": "dim", "crash": "red"}
DIMENSIONS = ConsoleDimensions(80, 24)
RECENT = 6
PROBLEMS = 4
BAR = (6, 24)
"""Least and greatest width of the bar, which takes what its line leaves."""
HEAD = 7
"""Lines of the picture that are neither experiments nor problems, empty ones included."""


class LivePicture:
    """Best so far, what is left of the budget, and what each experiment is doing."""

    def __init__(self, budget: Budget, slots: int) -> None:
        self._budget = budget
        self._slots = slots
        self._drawn: object = None
        self._live = Live(
            console=Console(stderr=True), auto_refresh=False, transient=True, redirect_stdout=False
        )
        self._live.start()

    def show(self, status: RunStatus) -> None:
        """See :class:`~orgloop.cli.display.follow.Screen`; draws only what has changed."""
        console = self._live.console
        new = picture(status, self._budget, self._slots, size=console.size)
        drawn = (console.size, console.render_lines(new, pad=False))
        if drawn != self._drawn:
            self._drawn = drawn
            self._live.update(new, refresh=True)

    def close(self) -> None:
        """Remove the picture: the summary takes its place."""
        self._live.stop()


def picture(
    status: RunStatus, budget: Budget, slots: int, *, size: ConsoleDimensions = DIMENSIONS
) -> RenderableType:
    """The whole picture, no higher than the terminal; its texts are Texts and never markup."""
    most = max(1, min(PROBLEMS, size.height // 6))
    problems = [*_questions(status, most), *map(_problem, status.problems[:most])]
    room = max(2, size.height - HEAD - len(problems))
    recent = status.recent[: max(0, min(RECENT, room // 2))]
    parts: list[RenderableType] = [_head(status), _values(status)]
    parts.append(_progress(status, budget, slots, size.width))
    if stands := words.STANDS.get(status.run.state):
        parts.append(_line(stands, "bold yellow"))
    if status.baseline is None:
        parts.append(_baseline(status))
    if status.running:
        parts += [Text(), *_in_flight(status, room - len(recent))]
    if recent:
        parts += [Text(), *_recent(recent)]
    return Group(*parts, *problems)


def _baseline(status: RunStatus) -> Text:
    done = status.counts.measurements
    runs = f"{done} {'run' if done == 1 else 'runs'} done, " if done else ""
    return _line(f"  the baseline is being measured: {runs}{status.measuring} on the bench")


def _line(text: str = "", style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _head(status: RunStatus) -> Text:
    line = _line()
    line.append(words.task_line(status), "bold")
    if status.generation is not None:
        line.append(f", generation {status.generation}", "dim")
    return line


def _values(status: RunStatus) -> Text:
    line = _line(words.metric(status))
    if status.best is None or status.baseline is None:
        line.append(f", {words.better(status)}", "dim")
        return line
    line.append(" ")
    line.append(measured(status.best.value, status.best.stderr), "bold green")
    if status.gain:
        gain = words.gain(status.gain, status.best.stderr)
        line.append(f"  {gain} by {status.best.experiment}", "green")
        line.append(f"  baseline {measured(status.baseline.value, status.baseline.stderr)}", "dim")
    else:
        line.append("  the baseline", "dim")
    line.append(f"  {words.better(status)}", "dim")
    return line


def _progress(status: RunStatus, budget: Budget, slots: int, width: int) -> RenderableType:
    counts = status.counts
    line = _line(words.used(counts, budget))
    line.append(f"  {counts.kept} kept", "green" if counts.kept else "dim")
    line.append(f"  {counts.discarded} discarded", "dim")
    line.append(f"  {counts.crashed} crashed", "red" if counts.crashed else "dim")
    line.append(f"  bench {status.measuring}/{slots}")
    if cost := spent(counts.tokens, counts.cost_usd, counts.unpriced_tokens):
        line.append(f"  {cost}")
    share = words.share(counts, budget)
    bar = min(width - line.cell_len - GAP, BAR[1])
    if share is None or bar < BAR[0]:
        return line
    row = Table.grid(padding=(0, GAP, 0, 0))
    row.add_row(ProgressBar(total=1.0, completed=share, width=bar), line)
    return row


def _in_flight(status: RunStatus, room: int) -> list[Text]:
    """Those on the bench first; where there is no room for all, the rest is counted."""
    standings = sorted(status.running, key=lambda standing: not standing.measuring)
    shown = standings if len(standings) <= room else standings[: max(1, room - 1)]
    asking = {row.experiment for row in status.questions}
    lines = aligned([_standing(standing, status.at, asking) for standing in shown])
    if len(shown) < len(standings):
        lines.append(_line(f"  and {len(standings) - len(shown)} more in flight", "dim"))
    return lines


def _standing(standing: Standing, now: float, asking: set[str]) -> list[Text]:
    title = words.title(standing.experiment) or "(choosing what to try)"
    return [
        Text(standing.experiment.id, "bold"),
        Text(_place(standing, asking), "cyan" if standing.measuring else ""),
        Text(_since(now - standing.since), "dim"),
        Text(title),
    ]


def _since(seconds: float) -> str:
    """A duration that ticks in whole seconds."""
    whole = max(0, int(seconds))
    return f"{whole} s" if whole < 10 else duration(whole)


def _place(standing: Standing, asking: set[str]) -> str:
    if standing.node == "bench":
        return "on the bench" if standing.measuring else "waits for a slot"
    visit = f" ({standing.visit})" if standing.visit > 1 else ""
    waits = " waits for you" if standing.experiment.id in asking else ""
    return f"{standing.node}{visit}{waits}" if standing.node else "on its way"


def _recent(rows: Sequence[ExperimentRow]) -> list[Text]:
    cells = []
    for row in rows:
        style = STYLES.get(row.status, "")
        told = (
            row.id,
            words.STATUS.get(row.status, row.status),
            words.value(row),
            words.gain(row.gain, row.stderr),
            words.title(row),
        )
        cells.append([Text(text, style) for text in told])
    return aligned(cells)


def _questions(status: RunStatus, most: int) -> list[Text]:
    rows = [row for row in status.questions if row.state == "open"]
    lines = [_line(f"? {one_line(words.question(row), 400)}", "bold cyan") for row in rows[:most]]
    if rows:
        more = len(status.questions) - len(lines)
        lines[-1].append(f", {more} more" if more else "")
        lines.append(_line(f"  `orgloop answer {rows[0].name}` in another terminal", "cyan"))
    return lines


def _problem(problem: ProblemRow) -> Text:
    where = f"{problem.path}:{problem.line}" if problem.line else problem.path
    text = one_line(f"{where}  {problem.message} {problem.hint}", 400)
    return _line(f"! {text}", "yellow")
