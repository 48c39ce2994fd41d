"""The organization screen's rows: its head, its files, and what is wrong with them."""

from __future__ import annotations

from pathlib import PurePosixPath

from orgloop.ledger.plain import one_line
from orgloop.org.files import CHARTER
from orgloop.problems import Problem
from orgloop_tui.draw.spans import Row, Span, beside, fit, row
from orgloop_tui.model.checking import Checked
from orgloop_tui.model.drafts import Draft, Drafts
from orgloop_tui.model.frame import Frame

STYLES = {"error": "bad", "warning": "warning"}


def org_head(frame: Frame | None, checked: Checked, drafts: Drafts, width: int) -> Row:
    """What is being edited, and how it stands."""
    left = [Span("Organization", "title bold")]
    if frame is not None:
        left.append(Span(f"  {frame.lab}", "dim"))
        number = frame.status.generation if frame.status is not None else None
        if number is not None:
            left.append(Span(f"  generation {number}", "dim"))
    right = []
    unsaved = len(drafts.unsaved)
    if unsaved:
        right.append(Span(f"{unsaved} not saved  ", "warning"))
    warnings = len(checked.problems) - checked.errors
    if checked.errors:
        right.append(Span(_count(checked.errors, "error"), "bad bold"))
    elif warnings:
        right.append(Span(_count(warnings, "warning"), "warning"))
    else:
        right.append(Span("checks", "good"))
    return beside(tuple(left), tuple(right), width)


def file_row(draft: Draft, checked: Checked, width: int) -> Row:
    """One file: its name, and what a person should know of it."""
    found = checked.of(draft.path)
    errors = any(one.severity == "error" for one in found)
    mark, style = " ", ""
    if draft.clashes:
        mark, style = "!", "bad bold"
    elif draft.changed:
        mark, style = "●", "warning"
    name = "charter" if draft.path == CHARTER else PurePosixPath(draft.path).stem
    if draft.path.startswith("org/") and draft.path != CHARTER:
        name = draft.path.removeprefix("org/")
    tone = "bad" if errors else "warning" if found else "" if draft.taken else "dim"
    aside = "" if draft.taken or draft.changed else "default"
    left = (Span(f"{mark} ", style), Span(one_line(name, 80), tone))
    return beside(left, row(Span(aside, "dim")) if aside and width > 24 else (), width - 1)


def file_title(draft: Draft) -> str:
    """The file in the editor, and what a person should know of it."""
    said = ""
    if not draft.readable:
        said = "  not UTF-8, only shown"
    elif draft.clashes:
        said = "  changed on disk as well: ctrl+r takes that"
    elif draft.is_new:
        said = "  new"
    elif draft.changed:
        said = "  not saved"
    elif not draft.taken:
        said = "  ships with Orgloop: saving writes it here"
    return draft.path + said


def problem_rows(checked: Checked, path: str, width: int) -> list[Row]:
    """Every finding, those of the file that is open first; a hint below its finding."""
    rows: list[Row] = []
    for found in sorted(checked.problems, key=lambda found: found.path != path):
        rows += _wrapped(_said(found, path), width, STYLES[found.severity])
        if found.hint:
            rows += _wrapped(f"    {found.hint}", width, "dim")
    return rows or [row(Span("Nothing is wrong with these files.", "dim"))]


def _said(found: Problem, path: str) -> str:
    place = "" if found.path == path else PurePosixPath(found.path).name
    if found.line is not None:
        place = f"{place}:{found.line}" if place else f"line {found.line}"
    return f"{place}  {found.message}" if place else found.message


def _wrapped(said: str, width: int, style: str) -> list[Row]:
    """The words in rows of at most ``width`` cells, the further ones indented."""
    words, indent = one_line(said, 1000).split(" "), "    "
    start = indent if said.startswith(indent) else ""
    rows, now = [], start
    for word in words:
        if not word:
            continue
        if now.strip() and len(now) + len(word) + 1 > width:
            rows.append(now)
            now = indent
        now = f"{now} {word}" if now.strip() else now + word
    return [fit(row(Span(one, style)), width) for one in [*rows, now]]


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
