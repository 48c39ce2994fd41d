"""The head of the floor: which run this is, how it stands, what it has used and how fast."""

from __future__ import annotations

from orgloop.charter.canvas import cut, text_width
from orgloop.ledger.numbers import change, dollars, duration, measured
from orgloop.ledger.plain import one_line
from orgloop_tui.draw.spans import Row, Span, beside, fit, row, width
from orgloop_tui.model.frame import Frame

STATES = {
    "none": ("no run yet", "dim"),
    "baseline": ("measuring the baseline", "busy"),
    "running": ("running", "busy"),
    "paused": ("paused", "warning"),
    "stopping": ("stopping", "warning"),
    "stopped": ("stopped", "dim"),
    "finished": ("finished", "kept"),
    "interrupted": ("interrupted", "crashed"),
}
"""The run's state as a word, and its style."""
_DOTS = {"running": "●", "baseline": "●", "paused": "‖", "stopping": "◌", "interrupted": "!"}
_BAR = (8, 24)


def head(frame: Frame, cells: int) -> list[Row]:
    """Three rows: the run and its state, what was reached, what is used."""
    return [_first(frame, cells), _second(frame, cells), _third(frame, cells)]


def title(frame: Frame, cells: int = 80) -> str:
    """``bytes-lm, run r1``, with a name that leaves room in ``cells``."""
    if frame.run is None:
        return one_line(frame.lab, 200)
    name = one_line(str(frame.run.task.get("name", "")), 60) or frame.lab
    run = f", run {frame.run.id}"
    return cut(name, max(8, cells - len(run))) + run


def state(frame: Frame) -> Span:
    """How the run stands."""
    word, style = STATES.get(frame.state, (frame.state, ""))
    if frame.unreadable:
        return Span("! not readable", "crashed")
    return Span(f"{_DOTS.get(frame.state, '○')} {word}", style)


def _first(frame: Frame, cells: int) -> Row:
    right: list[Span] = []
    if frame.chart is not None:
        right.append(Span(cut(frame.chart.name, max(8, cells // 4)), "dim"))
        if frame.chart.generation is not None:
            right.append(Span(f" g{frame.chart.generation}", "dim"))
    stands = state(frame)
    room = cells - width([*right, stands]) - 4
    left: list[Span] = [Span(title(frame, room), "title bold"), Span("  "), stands]
    if frame.run is not None and frame.run.reason and frame.state in ("stopped", "finished"):
        left.append(Span(f"  {one_line(frame.run.reason, 100)}", "dim"))
    return beside(tuple(left), tuple(right), cells)


def _second(frame: Frame, cells: int) -> Row:
    way = "lower is better" if frame.minimize else "higher is better"
    if frame.run is None:
        said = "" if frame.unreadable else "`orgloop run` starts the first run."
        return fit(row(Span(said, "dim")), cells)
    if frame.run.task.get("evaluate") is None:
        way += ", self-reported"
    status = frame.status
    spans = [Span(f"{cut(frame.metric, max(10, cells // 4))} ", "")]
    if status is None or status.best is None or status.baseline is None:
        spans.append(Span("no number yet", "dim"))
        return beside(tuple(spans), row(Span(way, "dim")), cells)
    spans.append(Span(measured(status.best.value, status.best.stderr), "best bold"))
    if status.gain and status.best.commit != status.baseline.commit:
        gain = change(status.gain, status.best.stderr).partition(" ±")[0]
        spans.append(Span(f"  {gain}", "kept"))
        base = measured(status.baseline.value, status.baseline.stderr)
        more = [f" by {status.best.experiment}", f"  baseline {base}"]
    else:
        more = ["  the baseline"]
    for said in more:
        if width(spans) + text_width(said) + len(way) < cells:  # whole, or not at all
            spans.append(Span(said, "dim"))
    return beside(tuple(spans), row(Span(way, "dim")), cells)


def _third(frame: Frame, cells: int) -> Row:
    if frame.status is None:
        return fit((), cells)
    parts = [_experiments(frame), *_bounds(frame), _time_left(frame), *_rates(frame), _bench(frame)]
    spans: list[Span] = []
    for part in parts:
        if part is not None:
            spans += [Span("  "), part] if spans else [part]
    share = frame.share
    size = min(cells - width(spans) - 2, _BAR[1])
    if share is None or size < _BAR[0]:
        return fit(tuple(spans), cells)
    return fit((*bar(share, size), Span("  "), *spans), cells)


def bar(share: float, cells: int) -> Row:
    """How much is used, as a bar."""
    full = round(min(1.0, max(0.0, share)) * cells)
    return (Span("━" * full, "bar"), Span("─" * (cells - full), "axis"))


def _experiments(frame: Frame) -> Span:
    assert frame.status is not None
    done, bound = frame.status.counts.finished, frame.budget.experiments
    of = f"/{bound:,}" if bound else ""
    return Span(f"{done:,}{of} experiment{'' if done == 1 and not bound else 's'}")


def _bounds(frame: Frame) -> list[Span]:
    assert frame.status is not None
    counts, budget = frame.status.counts, frame.budget
    spans = []
    if budget.hours:
        used, bound = duration(counts.active_s), duration(3600 * budget.hours)
        spans.append(Span(f"{used} of {bound}"))
    if counts.tokens or budget.tokens:
        of = f"/{short(budget.tokens)}" if budget.tokens else ""
        spans.append(Span(f"{short(counts.tokens)}{of} tokens"))
    if counts.cost_usd or budget.usd or counts.unpriced_tokens:
        of = f"/{dollars(budget.usd)}" if budget.usd else ""
        least = "≥" if counts.unpriced_tokens else ""
        spans.append(Span(f"{least}{dollars(counts.cost_usd)}{of}"))
    return spans


def _time_left(frame: Frame) -> Span | None:
    left = frame.seconds_left
    return Span(f"≈{_rough(left)} left", "dim") if left else None


def _rates(frame: Frame) -> list[Span]:
    if frame.state not in ("running", "baseline", "paused", "stopping") or not frame.pace.tokens:
        return []
    least = "≥" if frame.pace.unpriced else ""
    return [
        Span(f"{short(frame.pace.tokens)} tok/min", "dim"),
        Span(f"{least}{dollars(frame.pace.dollars)}/min", "dim"),
    ]


def _bench(frame: Frame) -> Span:
    assert frame.status is not None
    used = frame.utilisation
    share = f" {used:.0%}" if used is not None else ""
    return Span(f"bench {frame.status.measuring}/{frame.slots}{share}")


def _rough(seconds: float) -> str:
    """A duration that does not pretend to be exact."""
    if seconds >= 600:
        return duration(60 * round(seconds / 60))
    return duration(10 * max(1, round(seconds / 10)))


def short(count: float) -> str:
    """``950``, ``12k``, ``3.4M``: a count in at most four characters or so."""
    for bound, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= bound:
            amount = count / bound
            return f"{amount:.1f}{unit}" if amount < 10 else f"{amount:.0f}{unit}"
    return f"{count:.0f}"
