"""pydantic's errors in plain English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic_core import ErrorDetails

from orgloop.problems import nearest

_KINDS = {
    "string": ("text", ""),
    "int": ("a whole number", ""),
    "float": ("a number", ""),
    "bool": ("`true` or `false`", ""),
    "tuple": ("a list", "Write `[one, two]`, or one `- entry` to a line."),
    "list": ("a list", "Write `[one, two]`, or one `- entry` to a line."),
    "dict": ("keys with values", "Write `{key: value}`, or one indented `key: value` to a line."),
    "model": ("keys with values", "Write `{key: value}`, or one indented `key: value` to a line."),
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def explain(details: ErrorDetails, key: str) -> tuple[str, str]:
    """A sentence on what is wrong with ``key``, and a hint, which may be empty."""
    kind, given = details["type"], details.get("input")
    context: Mapping[str, object] = details.get("ctx", {})
    if kind == "missing":
        return f"`{key}` is missing.", ""
    if given is None and kind != "value_error":
        return f"`{key}` has no value.", "Give it one, or remove the line."
    if kind == "literal_error":
        return _literal(key, given, str(context.get("expected", "")))
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"`{key}` must be {words} {context.get(name)}, not {shown(given)}.", ""
    if kind in ("too_short", "string_too_short"):
        return f"`{key}` must not be empty.", ""
    if kind == "finite_number":
        return f"`{key}` must be a finite number, not {shown(given)}.", ""
    if kind == "value_error":
        reason = str(context.get("error", details["msg"]))
        return f"`{key}`: {reason.rstrip('.')}.", ""
    wanted, hint = _KINDS.get(kind.split("_")[0], ("", ""))
    if not wanted:
        return f"`{key}`: {details['msg'].rstrip('.')}, not {shown(given)}.", ""
    if wanted == "text" and isinstance(given, (bool, int, float)):
        hint = f'Put it in quotes: `"{given}"`.'
    elif wanted == "a list" and isinstance(given, str):
        hint = f"Write `[{given}]`."
    return f"`{key}` must be {wanted}, not {shown(given)}.", hint


def _literal(key: str, given: object, expected: str) -> tuple[str, str]:
    choices = re.findall(r"'([^']*)'", expected)
    listed = " or ".join(f"`{choice}`" for choice in choices) or expected
    close = nearest(given, choices) if isinstance(given, str) else None
    hint = f"Did you mean `{close}`?" if close else ""
    return f"`{key}` must be {listed}, not {shown(given)}.", hint


def shown(value: object) -> str:
    """A value of a file, short enough for a message."""
    if isinstance(value, str):
        text = value if len(value) <= 40 else value[:37] + "..."
        return f"`{text}`".replace("\n", " ")
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Mapping):
        return "keys with values"
    if isinstance(value, Sequence):
        return "a list"
    return f"`{value}`" if value is not None else "nothing"
