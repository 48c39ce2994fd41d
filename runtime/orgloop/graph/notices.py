"""What the runtime adds to a brief, below what the role's own body says."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.ledger import ExperimentRow, MessageRow
from orgloop.ledger.plain import code, one_line, plain


def to_acknowledge(told: Sequence[MessageRow], brief: str) -> str:
    """Asks for an answer to each message, and says again those that the body has left out."""
    lines = ["## From the person who runs this lab", ""]
    for one in told:
        if one.text in brief:
            lines.append(f"- {one.name}, which stands above")
        else:
            text = plain(one.text).strip().replace("\n", "\n  ")
            lines.append(f"- {one.name}: {text}")
    first = told[0].name
    lines += [
        "",
        "Take each into account, and say in your note what you did about it, on a line of its own "
        f"that begins with its name: `Told {first}: ...`.",
    ]
    return "\n".join(lines)


def alike(rows: Sequence[ExperimentRow]) -> str:
    """Names experiments of nearly the same title; empty where there are none."""
    if not rows:
        return ""
    listed = "\n".join(f"- {describe(row)}" for row in rows)
    return (
        "## Titles like this one\n\n"
        f"{listed}\n\n"
        "Only the titles are alike, which proves nothing. Look before you pay for it twice."
    )


def repeats(row: ExperimentRow) -> str:
    """Tells whoever proposed it that a change is not new, and asks for another."""
    return (
        "## You proposed this a moment ago, and it is not new\n\n"
        f"Your change is the one of {describe(row)}\n\n"
        "It will not be measured again. Nothing of it was kept: you begin from the same files as "
        "before. Propose something else; the same change once more ends this experiment."
    )


def describe(row: ExperimentRow) -> str:
    """``e0012 (discard: no gain): a title``, on one line."""
    title = one_line(row.title, 160) or "(no title)"
    if row.status == "running":
        return f"{row.id} (going on now): {title}"
    reason = code(row.reason, 200) if row.status == "crash" else one_line(row.reason, 200)
    return f"{row.id} ({row.status}{f': {reason}' if reason else ''}): {title}"
