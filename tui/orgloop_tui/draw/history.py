"""Generations as a timeline, and one of them as a page with its diff."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterable

from orgloop.ledger import AmendmentRow
from orgloop.ledger.numbers import change, dollars
from orgloop.ledger.plain import one_line, plain
from orgloop_tui.draw.head import short
from orgloop_tui.draw.spans import Row, Span, aligned, beside, fit, row
from orgloop_tui.model.history import Generation

STATES = {
    "proposed": ("waits to be looked at", "warning"),
    "probation": ("on probation", "busy"),
    "kept": ("kept after its probation", "good"),
    "reverted": ("reverted after its probation", "bad"),
    "refused": ("refused", "bad"),
    "withdrawn": ("withdrawn: a person's save came in between", "dim"),
}
"""What became of an amendment, in words."""


def heading(width: int) -> Row:
    """Above the timeline."""
    left = row(Span("    gen  made          author", "dim"))
    return beside(left, row(Span(_numbers_heading(width), "dim")), width)


def generation_row(one: Generation, marked: bool, width: int) -> Row:
    """One generation on the timeline; the one that stands has a filled mark."""
    state = one.amendment.state if one.amendment is not None else ""
    style = STATES[state][1] if state in STATES else ""
    mark = "●" if one.standing else "○"
    made = time.strftime("%m-%d %H:%M", time.localtime(one.row.created))
    author = one_line(one.row.author, 16)
    left = (
        Span("▸" if marked else " ", "other"),
        Span(f"{mark} ", "best" if one.standing else "dim"),
        Span(f"{one.row.number:>4}", "bold" if one.standing else ""),
        Span(f"  {made}  ", "dim"),
        Span(author, style or ("person" if author == "a person" else "")),
        Span(f" {STATES[state][0]}" if state in STATES and width >= 70 else "", style),
    )
    return beside(left, row(Span(_numbers(one, width), "kept" if one.progress > 0 else "dim")),
                  width)  # fmt: skip


def _numbers_heading(width: int) -> str:
    return f"{'exp':>6} {'kept':>5} {'progress':>10} " if width >= 52 else f"{'kept':>9} "


def _numbers(one: Generation, width: int) -> str:
    if width < 52:
        return f"{one.kept:>4}/{one.experiments:<4}"
    gained = change(one.progress) if one.progress else "–" if one.experiments else ""
    return f"{one.experiments:>6,} {one.kept:>5,} {aligned(gained, 10, right=True)} "


def amendment_row(one: AmendmentRow, width: int) -> Row:
    """A proposal that made no generation."""
    said, style = STATES.get(one.state, (one.state, ""))
    return fit(
        row("  ", Span("◌ ", style), Span(f"{one.name}  ", style), Span(f"{said}  ", style),
            Span(one_line(one.title, 200), "quiet")),
        width,
    )  # fmt: skip


def generation_page(
    one: Generation, against: int | None, diff: Iterable[str] | None, width: int
) -> list[Row]:
    """Everything that is known of a generation, and its changes against another."""
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.row.created))
    rows = [
        row(Span(f"Generation {one.row.number}", "title bold"), Span(f"  {made}", "dim"),
            Span("  stands" if one.standing else "", "best")),
        row(Span(f"by {one_line(one.row.author, 60)}  {one.row.commit[:10]}", "dim")),
        *_prose(one.row.reason, width, ""),
        row(""),
        *_progress(one, width),
    ]  # fmt: skip
    if one.amendment is not None:
        rows += [row(""), *amendment_page(one.amendment, width)]
    rows.append(row(""))
    if against is None:
        rows.append(row(Span("The organization as the run found it.", "dim")))
    elif diff is None:
        rows.append(row(Span("Reading the changes…", "dim")))
    else:
        found = [diff_row(line, width) for line in diff]
        rows.append(row(Span(f"Changes from generation {against}", "bold")))
        rows += found or [row(Span("None.", "dim"))]
    return rows


def amendment_page(one: AmendmentRow, width: int) -> list[Row]:
    """What a role proposed, and what became of it."""
    said, style = STATES.get(one.state, (one.state, ""))
    rows = [
        row(Span(f"Amendment {one.name}", "bold"), Span(f"  by {one_line(one.role, 40)}  ", "dim"),
            Span(said, style)),
        *_prose(one.title, width, ""),
    ]  # fmt: skip
    if one.chance is not None:
        against = f" than generation {one.against}" if one.against is not None else ""
        rows.append(row(Span(f"{one.chance:.0%} likely to be better{against}.", style)))
    if one.why:
        rows += _prose(one.why, width, "quiet")
    if one.generation is None:
        rows.append(row(Span(f"Of {', '.join(map(plain, one.files))}.", "dim")))
    return rows


def diff_row(line: str, width: int) -> Row:
    """A line of a unified diff."""
    style = ""
    if line.startswith(("--- ", "+++ ")):
        style = "bold"
    elif line.startswith("@@"):
        style = "key"
    elif line.startswith("+"):
        style = "added"
    elif line.startswith("-"):
        style = "removed"
    return fit(row(Span(plain(line).replace("\t", "    ").replace("\n", " "), style)), width)


def _progress(one: Generation, width: int) -> list[Row]:
    if not one.experiments:
        return [row(Span("No experiment has finished under it yet.", "dim"))]
    count = "1 experiment" if one.experiments == 1 else f"{one.experiments:,} experiments"
    words = f"{count} finished: {one.kept:,} kept, {one.crashed:,} crashed."
    rows = _prose(words, width, "")
    each = change(one.each, one.each_stderr) if one.each is not None else ""
    rows.append(
        row("Progress ", Span(change(one.progress), "kept" if one.progress > 0 else "dim"),
            Span(f", for each experiment {each}", "dim"))
    )  # fmt: skip
    if one.tokens:
        rows.append(row(Span(f"{short(one.tokens)} tokens, {dollars(one.cost_usd)}.", "dim")))
    return rows


def _prose(text: str, width: int, style: str) -> list[Row]:
    wrapped = textwrap.wrap(one_line(text, 2000), max(20, width))
    return [row(Span(line, style)) for line in wrapped]
