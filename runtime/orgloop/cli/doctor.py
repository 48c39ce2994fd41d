"""`orgloop doctor`: what a run would need and may cost, before it begins."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orgloop.doctor import Examination, Finding, State, examine
from orgloop.lab.options import RunOptions
from orgloop.ledger.plain import plain

MARKS: dict[State, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "warning": ("!", "yellow"),
    "missing": ("no", "bold red"),
    "skipped": ("-", "dim"),
}
NAME = 18
"""Widest name that the text stands beside and not below."""


def doctor_command(
    lab: Path, options: RunOptions, *, as_json: bool, offline: bool, quick: bool
) -> int:
    """Print what was found; 0 where nothing is missing for a run, else 1."""
    found = asyncio.run(examine(lab, options=options, offline=offline, quick=quick))
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        _print(found)
    return 0 if found.ready else 1


def _print(found: Examination) -> None:
    console = Console(highlight=False)
    for area, findings in groupby(found.findings, key=lambda finding: finding.area):
        console.print(Text(f"\n{area}", style="bold"))
        console.print(_table(list(findings)))
    console.print()
    console.print(Text(_verdict(found), style="bold"))


def _table(findings: list[Finding]) -> Padding:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=2)
    grid.add_column(width=NAME, overflow="fold")
    grid.add_column(ratio=1, overflow="fold")
    for finding in findings:
        mark, style = MARKS[finding.state]
        grid.add_row(Text(mark, style=style), Text(_clean(finding.what)), _told(finding))
    return Padding(grid, (0, 0, 0, 2))


def _told(finding: Finding) -> Text:
    text = Text(_clean(finding.said), style="dim" if finding.state == "skipped" else "")
    if finding.fix:
        text.append(f"\n{_clean(finding.fix)}", style="cyan")
    return text


def _clean(text: str) -> str:
    """Without what would command a terminal: some of it is what a candidate printed."""
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield plain(line)


def _verdict(found: Examination) -> str:
    missing = sum(finding.state == "missing" for finding in found.findings)
    warnings = sum(finding.state == "warning" for finding in found.findings)
    noun = "warning" if warnings == 1 else "warnings"
    said = f" {warnings} {noun}." if warnings else ""
    if missing:
        noun = "thing is" if missing == 1 else "things are"
        return f"{missing} {noun} missing for a run.{said}"
    return f"Ready to run.{said}"
