"""What a model is told beside its brief: Markdown files of this folder, as Jinja2 templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orgloop.engines.chat.answer import meaning, sets_title
from orgloop.engines.protocol import Request
from orgloop.role import Role

SHOWN_CHARACTERS = 32_000
"""Characters of files that are shown with a brief."""
NAMED = 60
"""Other files whose paths are."""


def frame(request: Request, *, tools: tuple[str, ...], turns: int, by_tool: bool) -> str:
    """What a role is told of where it works and how it answers: the same at each of its visits.

    ``by_tool`` where the answer is a tool's call, and not text.
    """
    return _render(
        "frame.md",
        role=request.role,
        task=request.task,
        tools=tools,
        turns=turns,
        by_tool=by_tool,
        titled=sets_title(request),
        decisions=[meaning(label, request.leads_to.get(label, "")) for label in request.decisions],
    )


def visit(request: Request) -> str:
    """The brief, with the files that it is about where the role may read.

    They save a turn for each file that would be read first. Once there are numbers a role has the
    diff to go by.
    """
    files: list[dict[str, str]] = []
    others = ""
    if _shows_files(request.role) and request.evidence.verdict is None:
        files, left = _shown(request)
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        others = ", ".join(f"`{path}`" for path in left[:NAMED]) + more
    asked = request.experiment if request.role.org.every else f"experiment {request.experiment}"
    return _render("visit.md", asked=asked, brief=request.brief, files=files, others=others)


def again(reason: str, keys: str, *, by_tool: bool) -> str:
    """What is said to an answer that cannot be used."""
    return _render("again.md", reason=reason, keys=keys, by_tool=by_tool)


def last_turn(why: str) -> str:
    """What is said before the last turn."""
    return _render("last_turn.md", why=why)


def _shows_files(role: Role) -> bool:
    return role.may_use("Read")


def _shown(request: Request) -> tuple[list[dict[str, str]], list[str]]:
    """The editable files with their text, as far as they fit, and the paths of all others."""
    shown: list[dict[str, str]] = []
    others: list[str] = []
    room = SHOWN_CHARACTERS
    for path in sorted(request.files.paths(), key=lambda path: not _editable(path, request)):
        text = _text(request.files.read(path)) if _editable(path, request) else None
        if text is None or len(text) > room:
            others.append(path)
            continue
        room -= len(text)
        shown.append({"path": path, "text": text.rstrip("\n")})
    return shown, others


def _editable(path: str, request: Request) -> bool:
    from orgloop.engines.tunables.editable import is_editable

    return is_editable(path, request.task.editable)


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _render(name: str, **values: object) -> str:
    text = _environment().get_template(name).render(values)
    return text.strip() + "\n"


@cache
def _environment() -> Environment:
    # Plain text for a model: there is no HTML to escape for.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
