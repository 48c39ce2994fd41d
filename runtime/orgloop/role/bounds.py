"""What a template may build: text and lists up to a size, numbers up to a length.

Jinja2's sandbox keeps a template from reaching out; it does not keep one from filling the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS

MAX_VALUE = 200_000
"""The longest text or list that an operation in a template may build."""
MAX_BITS = 4096
_TOO_LARGE = "it builds a value that is too large"

# Filters whose result cannot be much larger than what they are given.
_SAFE_FILTERS = frozenset(
    {"abs", "attr", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int"}
    | {"items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr"}
    | {"reverse", "select", "selectattr", "sort", "title", "trim", "unique", "upper", "wordcount"}
)


class TemplateTooBusyError(SecurityError):
    """A body works too long, or builds something too large."""


def require_length(length: int) -> None:
    """Raise where a value of this length would be too large."""
    if length > MAX_VALUE:
        raise TemplateTooBusyError(_TOO_LARGE)


def text_of(value: object) -> object:
    """What is printed for ``value``: itself, unless its text would be too large."""
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        budget = MAX_VALUE
        waiting: list[object] = [value]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Mapping):
                waiting.extend(part.keys())
                waiting.extend(part.values())
            elif isinstance(part, (list, tuple, set, frozenset)):
                waiting.extend(part)
            budget -= 1 + (len(part) if isinstance(part, str) else 0)
            if budget < len(waiting):
                raise TemplateTooBusyError(_TOO_LARGE)
    return value


def concatenated(*parts: object) -> str:
    """The ``~`` operator, and the text of a ``{% set name %}`` block."""
    text = [str(text_of(part)) for part in parts]
    require_length(sum(map(len, text)))
    return "".join(text)


def joined(separator: object, parts: Iterable[object]) -> str:
    """``str.join``."""
    between, texts = str(separator), []
    length = 0
    for part in parts:
        texts.append(str(text_of(part)))
        length += len(texts[-1]) + len(between)
        require_length(length)
    return between.join(texts)


def replaced(text: object, old: object, new: object, count: int | None = None) -> str:
    """``str.replace``."""
    whole, before, after = str(text_of(text)), str(old), str(new)
    times = whole.count(before)
    require_length(len(whole) + times * max(0, len(after) - len(before)))
    return whole.replace(before, after, -1 if count is None else count)


def bounded_filters() -> dict[str, object]:
    """The filters of a body, by name."""
    return {name: FILTERS[name] for name in _SAFE_FILTERS} | {
        "join": lambda value, d="": joined(d, value),
        "replace": replaced,
        "round": _rounded,
        "string": lambda value: str(text_of(value)),
        "truncate": _truncated,
    }


def check_operands(operator: str, left: object, right: object) -> None:
    """Raise where ``left operator right`` would be too large."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, bytes, list, tuple)):
            if operator == "%":
                raise TemplateTooBusyError("`%` on text is not allowed; use `~`")
            if operator == "*" and isinstance(other, int):
                require_length(len(one) * other)
            elif operator == "+" and isinstance(other, (str, bytes, list, tuple)):
                require_length(len(one) + len(other))
    if operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        times = right if operator == "**" else 1
        if left.bit_length() * times + right.bit_length() > MAX_BITS:
            raise TemplateTooBusyError("it computes a number that is too large")


def _rounded(value: float, precision: int = 0) -> float:
    return round(value, max(-15, min(15, precision)))


def _truncated(value: object, length: int = 255, end: str = "...") -> str:
    text = str(text_of(value))
    return text if len(text) <= length else text[: max(0, length - len(end))] + end
