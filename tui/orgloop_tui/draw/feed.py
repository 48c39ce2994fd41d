"""What happened lately, and what needs a person now."""

from __future__ import annotations

import textwrap
import time

from orgloop.charter.canvas import text_width
from orgloop.ledger.plain import one_line
from orgloop_tui.draw.spans import Row, Span, aligned, fit, row
from orgloop_tui.model.feed import FeedLine
from orgloop_tui.model.frame import Frame

_SHOWS_TIME = 60
_WHO = 8


def feed(frame: Frame, cells: int, rows: int) -> list[Row]:
    """The latest events that fit, the newest at the foot."""
    if not frame.feed:
        return [fit(row(Span("Nothing has happened yet.", "dim")), cells)]
    return [feed_row(line, cells) for line in frame.feed[-rows:]]


def feed_row(line: FeedLine, cells: int) -> Row:
    """One event on one row."""
    spans: list[Span] = []
    clock = time.strftime("%H:%M:%S", time.localtime(line.at))
    if cells >= _SHOWS_TIME:
        spans.append(Span(f"{clock}  ", "dim"))
    elif cells >= _SHOWS_TIME // 2:
        spans.append(Span(f"{clock[:5]} ", "dim"))
    if line.who:
        size = max(_WHO, text_width(line.who))
        spans.append(Span(aligned(line.who, size), line.tone or "name"))
        spans.append(Span(" "))
    spans.append(Span(line.text, line.tone))
    return fit(tuple(spans), cells)


def notices(frame: Frame, cells: int) -> list[Row]:
    """What waits for a person, what does not check, and why nothing is up to date."""
    found: list[Row] = []
    if frame.trouble:
        lines = textwrap.wrap(one_line(frame.trouble, 400), max(20, cells - 2))
        found += [
            row(Span("  " if at else "! ", "bad bold"), Span(line, "bad"))
            for at, line in enumerate(lines)
        ]
    if frame.state == "interrupted":
        said = "The process that ran this is gone: `orgloop run` goes on from here."
        found.append(row(Span("! ", "warning bold"), Span(said, "warning")))
    if frame.status is not None:
        for question in frame.status.questions:
            if question.state == "open":
                offered = f" ({', '.join(question.decisions)})" if question.decisions else ""
                said = f"{question.node} in {question.experiment} waits for you{offered}"
                found.append(row(Span(f"? {question.name} ", "person bold"), Span(said, "person")))
        for problem in frame.status.problems:
            where = f"{problem.path}:{problem.line}" if problem.line else problem.path
            tone = "bad" if problem.severity == "error" else "warning"
            said = one_line(f"{where}  {problem.message} {problem.hint}", 400)
            found.append(row(Span("! ", f"{tone} bold"), Span(said, tone)))
    return [fit(one, cells) for one in found]
