"""What a YAML 1.2 scalar means. Dates stay text: no key of ours is one."""

from __future__ import annotations

import re

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INT = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(_[0-9]+)*(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAX_DIGITS = 400
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = {f"{_TAG}str", "!"}
_PLAIN_TAGS = {f"{_TAG}{kind}" for kind in ("int", "float", "bool", "null")}


class NotPlainError(ValueError):
    """The value is none of null, boolean, number and text."""


def scalar(value: str, *, plain: bool, tag: str | None) -> bool | int | float | str | None:
    """The value of a scalar; raises :class:`NotPlainError` on tags that ask for anything else."""
    if tag in _TEXT_TAGS or (tag is None and not plain):
        return value
    if tag is not None and tag not in _PLAIN_TAGS:
        raise NotPlainError(f"The tag `{tag}` is not read here.")
    if value in _NULL:
        return None
    if value in _TRUE or value in _FALSE:
        return value in _TRUE
    if _INT.fullmatch(value) or _BASED.fullmatch(value):
        if len(value) > _MAX_DIGITS:
            raise NotPlainError(f"The number has {len(value)} digits.")
        return int(value.replace("_", ""), 0 if value[:2] in ("0x", "0o") else 10)
    if _FLOAT.fullmatch(value):
        return float(value.replace("_", ""))
    if _INFINITE.fullmatch(value):
        return float(value.lower().replace(".", ""))
    return value
