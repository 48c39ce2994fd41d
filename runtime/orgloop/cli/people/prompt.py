"""Asks a person at a terminal, one thing after another."""

from __future__ import annotations

import sys
from pathlib import Path

from orgloop.cli.people.editor import from_editor
from orgloop.cli.people.reply import Given
from orgloop.cli.shown import shown
from orgloop.errors import UserError
from orgloop.ledger import QuestionRow


def at_a_terminal() -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def prompted(row: QuestionRow, given: Given, shown_page: str, desk: Path | None) -> Given:
    """``given`` with what the person says to what is left out; raises UserError at their Ctrl-D."""
    if desk is not None and given.patch is None:
        _ask(f"Edit the files in {shown(desk)}, then press Enter: ")
    decision = given.decision
    if row.decisions and decision is None:
        decision = _choose(row.decisions)
    note = given.note
    if note is None:
        note = _ask("Note, in a line (Enter alone opens your editor): ")
        if not note:
            note = from_editor(shown_page)
    title = given.title
    if row.may_edit and title is None:
        title = _ask("Title of the experiment (Enter: the note's first line): ") or None
    return Given(decision, note, title, given.patch, given.again)


def _choose(decisions: tuple[str, ...]) -> str:
    listed = "  ".join(f"{number} {label}" for number, label in enumerate(decisions, 1))
    while True:
        said = _ask(f"Decision: {listed}\n> ")
        if said in decisions:
            return said
        if said.isdigit() and 1 <= int(said) <= len(decisions):
            return decisions[int(said) - 1]
        begun = [label for label in decisions if said and label.startswith(said)]
        if len(begun) == 1:
            return begun[0]
        print(f"One of: {', '.join(decisions)}.", file=sys.stderr)


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line:
        raise UserError("Nothing was answered.", hint="The question stays open.")
    return line.strip()
