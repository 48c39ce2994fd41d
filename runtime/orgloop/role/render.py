"""A role's body to the brief that a mind reads."""

from __future__ import annotations

from orgloop.errors import EngineError
from orgloop.role.context import BriefContext
from orgloop.role.faults import TEMPLATE_FAULTS, fault_line, fault_message, template_name
from orgloop.role.model import Role
from orgloop.role.template import render_chunks

CHARACTERS_PER_TOKEN = 4
"""English with code comes to about four characters a token; a cap needs no better."""


def render(role: Role, context: BriefContext, *, token_cap: int = 6000) -> str:
    """The rendered brief, cut to ``token_cap`` tokens with a line that says so.

    Raises :class:`~orgloop.errors.EngineError`, with file and line, where the body cannot be
    rendered: a name that does not exist, an attribute that is out of bounds, an endless loop.
    """
    cap = token_cap * CHARACTERS_PER_TOKEN
    try:
        text = render_chunks(role.body, template_name(role.path), context.variables(), cap)
    except TEMPLATE_FAULTS as error:
        line = role.body_line + (fault_line(error, role.path) or 1) - 1
        raise EngineError(
            f"The brief of {role.name} ({role.path}:{line}) cannot be rendered: "
            f"{fault_message(error)}.",
            hint="`orgloop check` tells more; the experiment goes on with the record of this.",
        ) from error
    return shortened(text, cap)


def shortened(text: str, cap: int) -> str:
    """At most ``cap`` characters, the last of them a line that says what was cut."""
    if len(text) <= cap:
        return text
    marker = f"\n\n[This brief was longer; it is cut after {cap // CHARACTERS_PER_TOKEN} tokens.]\n"
    kept = text[: max(0, cap - len(marker))]
    whole, newline, _ = kept.rpartition("\n")
    return (whole if newline and len(whole) > len(kept) // 2 else kept) + marker
