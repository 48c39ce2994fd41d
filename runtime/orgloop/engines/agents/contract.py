"""The answer that a client is asked for: its schema, its wording, and how it is read.

Clients that take a schema bring the answer by themselves; from others it is the last JSON object
of what they said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from orgloop.engines.agents.client import Heard
from orgloop.engines.protocol import Json, Request

_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that can be used."""

    note: str
    decision: str | None
    title: str | None


class Unusable(ValueError):
    """The answer cannot be used; the message says why, to whoever gave it."""


def schema_for(decisions: tuple[str, ...]) -> Mapping[str, Json]:
    """JSON Schema of an answer; every key is required, as OpenAI's strict mode wants it."""
    properties: dict[str, Json] = {
        "note": {
            "type": "string",
            "description": "Your note in Markdown; its first line stands alone.",
        },
        "title": {
            "type": "string",
            "description": "The hypothesis in one line if you set it, else an empty text.",
        },
    }
    if decisions:
        properties["decision"] = {"type": "string", "enum": list(decisions)}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def prompt_for(request: Request) -> str:
    """The brief, and how it is to be answered."""
    lines = [
        request.brief.rstrip(),
        "",
        "## How to answer",
        "",
        "You work alone in this directory, and nobody answers questions. When you are done, end "
        "with one JSON object and nothing after it:",
        "",
        "```json",
        _example(request.decisions),
        "```",
        "",
        "`note` is the note that your brief asks for, in Markdown. `title` is the hypothesis in "
        "one line if it is yours to set, else an empty text.",
    ]
    if request.decisions:
        lines.append("`decision` is one of: " + _listed(request) + ".")
    lines.append("The directory is no git repository for you: what you leave changed is taken up.")
    return "\n".join(lines) + "\n"


def once_more(fault: str, decisions: tuple[str, ...]) -> str:
    """What a client is told after an answer that could not be used."""
    return (
        f"Your answer could not be used: {fault} Change no more files. Answer again, with one "
        f"JSON object and nothing else:\n\n```json\n{_example(decisions)}\n```\n"
    )


def read_answer(heard: Heard, decisions: tuple[str, ...]) -> Said:
    """The answer in what was heard; raises :class:`Unusable`."""
    found = heard.answer if heard.answer is not None else last_object(heard.text)
    if found is None:
        raise Unusable("there was no JSON object in it.")
    note, title = found.get("note"), found.get("title")
    if not isinstance(note, str) or not note.strip():
        raise Unusable("`note` was missing or empty.")
    decision = found.get("decision")
    if decisions and decision not in decisions:
        named = ", ".join(f"`{label}`" for label in decisions)
        raise Unusable(f"`decision` was {json.dumps(decision)}, and not one of {named}.")
    one_line = " ".join(title.split())[:_LONGEST_TITLE] if isinstance(title, str) else ""
    return Said(
        note.strip(),
        decision if decisions and isinstance(decision, str) else None,
        one_line or None,
    )


def last_object(text: str) -> Mapping[str, Json] | None:
    """The last JSON object in a text that no other one contains."""
    decoder, found, at = json.JSONDecoder(), None, 0
    while (start := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, start)
        except ValueError:
            at = start + 1
            continue
        found = value if isinstance(value, dict) else found
    return found


def _example(decisions: tuple[str, ...]) -> str:
    example = {"note": "...", "title": "..."}
    return json.dumps(example | ({"decision": " | ".join(decisions)} if decisions else {}))


def _listed(request: Request) -> str:
    return ", ".join(
        f"`{label}` (leads to {request.leads_to[label]})"
        if label in request.leads_to
        else f"`{label}`"
        for label in request.decisions
    )
