"""What a comment beside a literal says about its range.

::

    comment   = "#" [ "tune:" ] statement [ ( ";" | "," | "(" | "--" ) prose ]
    statement = range | choices | fixed
    range     = number ".." number [ "log" | "linear" ] [ "step" number ]
    choices   = "one of:" value { "," value }
    fixed     = "not tunable" | "fixed" [ "by" prose | ":" prose ]

    LR = 3e-4        # 1e-5..1e-2 log
    DEPTH = 4        # tune: 1..8
    WIDTH = 192      # 64..512 step 64
    ACT = "relu"     # one of: relu, gelu, silu
    CONTEXT = 8      # not tunable

Case and spaces do not matter; a number is decimal and may have an exponent, a sign and
underscores; a value in ``one of:`` is a number, ``true``, ``false``, a bare word or a quoted
string, and the list ends at the end of the line or at ``;``. Without ``log`` or ``linear`` the
constant's name decides. A comment that nearly says one of these changes nothing and is reported,
so that a slip of the pen is not taken for a wish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from orgloop.engines.tunables.candidate import Given, Value

_NUMBER = r"[-+]?(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:e[-+]?\d+)?"
_PREFIX = re.compile(r"#+\s*(tune\s*:)?\s*", re.IGNORECASE)
_RANGE = re.compile(
    rf"({_NUMBER})\s*\.\.\s*({_NUMBER})(?![\w.])(?:\s+(log|linear)\b)?(?:\s+step\s+({_NUMBER}))?"
    r"\s*(?:$|[;,(]|--)",
    re.IGNORECASE,
)
_CHOICES = re.compile(r"one\s+of\s*:\s*([^;]+)(?:$|;)", re.IGNORECASE)
_FIXED = re.compile(r"(?:not\s+tunable|fixed)\s*(?:$|[;,(:]|--|by\b)", re.IGNORECASE)
_NEARLY = re.compile(
    rf"tun(?:e|able|eable)\b|one\s*of\b|choices?\s*:|range\b\s*:?\s*[-+.\d]|do\s*n[o']t\s+tune|fixed\b"
    rf"|not\s+tun|(?<![\w.]){_NUMBER}\s*(?:\.{{2,}}|…)\s*{_NUMBER}",
    re.IGNORECASE,
)
_VALUE = re.compile(r"'([^']*)'|\"([^\"]*)\"|([^\s,'\"][^,'\"]*)")

HINT = "Write it as `# 1e-5..1e-2 log`, `# one of: relu, gelu` or `# not tunable`."


@dataclass(frozen=True, slots=True)
class Said:
    """What one comment says; at most one of the three is set."""

    given: Given | None = None
    fixed: bool = False
    nearly: str | None = None
    """What is wrong with a comment that was probably meant for us."""


SILENT = Said()


@lru_cache(maxsize=2048)
def read_comment(comment: str) -> Said:
    """What ``comment``, from its ``#`` on, says about the literal it stands beside."""
    prefix = _PREFIX.match(comment)
    if prefix is None:
        return SILENT
    text = comment[prefix.end() :].strip()
    if _FIXED.match(text):
        return Said(fixed=True)
    if found := _RANGE.match(text):
        return _range(found)
    if found := _CHOICES.match(text):
        choices = read_values(found[1])
        if len(choices) > 1:
            return Said(given=Given("the comment beside it", choices=choices))
        return Said(nearly=f"`{text}` names fewer than two values")
    if prefix[1] is not None or _NEARLY.match(text):
        return Said(nearly=f"`{text}` does not quite say a range")
    return SILENT


def read_range(text: str) -> Given | None:
    """``1e-5..1e-2 log`` as a range; None where it is not one."""
    found = _RANGE.fullmatch(text.strip())
    return _range(found).given if found else None


def read_values(listed: str) -> tuple[Value, ...]:
    """The values of ``relu, 'a, b', 3, true``, in order and each once."""
    values: list[Value] = []
    for single, double, bare in _VALUE.findall(listed):
        value: Value = single or double
        if bare:
            value = _bare(bare.strip())
        if not any(type(value) is type(old) and value == old for old in values):
            values.append(value)
    return tuple(values)


def _bare(word: str) -> Value:
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    if re.fullmatch(r"[-+]?\d[\d_]*", word):
        return int(word)
    return float(word) if re.fullmatch(_NUMBER, word, re.IGNORECASE) else word


def _range(found: re.Match[str]) -> Said:
    low, high = float(found[1]), float(found[2])
    step = float(found[4]) if found[4] else None
    if not low < high:
        return Said(nearly=f"`{found[0].strip()}` does not run from low to high")
    if step is not None and not 0 < step <= high - low:
        return Said(nearly=f"the step of `{found[0].strip()}` does not fit into its range")
    word = (found[3] or "").lower()
    if word == "log":
        if low <= 0:
            return Said(nearly=f"`{found[0].strip()}` cannot be spaced by ratio from {low:g}")
        return Said(given=Given("the comment beside it", low, high, "log", step))
    return Said(given=Given("the comment beside it", low, high, "linear" if word else None, step))
