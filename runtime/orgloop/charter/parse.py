"""``org/charter.md`` to a :class:`Charter`, with everything that is wrong with the file itself.

Whether its roles exist and its walks end is checked by :func:`orgloop.charter.check_flow`.
"""

from __future__ import annotations

from orgloop.charter.flow import Flow
from orgloop.charter.mermaid import parse_mermaid
from orgloop.charter.model import Charter, CharterFrontmatter
from orgloop.markdown import Document, Fence, fences, parse, validate
from orgloop.problems import Problems

_EXAMPLE = "Write a block that begins with ```mermaid, with the chart in it."


def parse_charter(content: str | bytes, path: str, problems: Problems) -> Charter | None:
    """The charter in ``content``; None with at least one error where it cannot be used."""
    found = Problems()
    document = parse(content, path, found)
    if document is None:
        problems.extend(found)
        return None
    written = validate(CharterFrontmatter, document, found)
    block = _chart_block(document, found)
    flow: Flow | None = None
    if block is not None:
        first_line = document.body_line + block.line
        flow = parse_mermaid(block.text, path, first_line, found)
    problems.extend(found)
    if found.blocking or written is None or flow is None or block is None:
        return None
    return Charter(
        name=written.name,
        description=written.description,
        model=written.model,
        accept=written.accept,
        ties=written.ties,
        budget=written.budget,
        rounds=written.rounds,
        lookahead=written.lookahead,
        questions=written.questions,
        probation=written.probation,
        flow=flow,
        body=_prose(document.body, block),
        path=path,
        chart_line=document.body_line + block.line - 1,
        key_lines={".".join(key): line for key, line in document.lines.items()},
    )


def chart_of(content: bytes) -> Flow | None:
    """The chart alone, or None where there is none that parses; for looking, not for checking."""
    quiet = Problems()
    document = parse(content, "charter", quiet)
    block = _chart_block(document, quiet) if document is not None else None
    return parse_mermaid(block.text, "charter", 1, quiet) if block is not None else None


def _chart_block(document: Document, problems: Problems) -> Fence | None:
    """The one Mermaid block of the body."""
    blocks = [block for block in fences(document.body) if block.language == "mermaid"]
    lines = [document.body_line + block.line - 1 for block in blocks]
    if not blocks:
        problems.error(
            document.path, "The charter has no chart.", line=document.body_line, hint=_EXAMPLE
        )
        return None
    if len(blocks) > 1:
        problems.error(
            document.path,
            f"The charter has {len(blocks)} charts, on lines {_listed(lines)}.",
            line=lines[1],
            hint="Keep one; draw the others as `text` blocks.",
        )
        return None
    if not blocks[0].closed:
        problems.error(
            document.path,
            "The block of the chart has no end.",
            line=lines[0],
            hint="Close it with a line of three backticks.",
        )
        return None
    return blocks[0]


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:-1])) + f" and {lines[-1]}"


def _prose(body: str, block: Fence) -> str:
    lines = body.split("\n")
    return "\n".join((*lines[: block.line - 1], *lines[block.end :])).strip("\n")
