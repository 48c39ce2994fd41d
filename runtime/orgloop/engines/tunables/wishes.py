"""What ``tunables:`` of ``task.md`` asks for: names or globs, each perhaps with a range.

::

    tunables: [LR, "*.depth", --dropout]
    tunables:
        lr: [1e-5, 1e-2, log]
        depth: {low: 1, high: 12}
        width: 64..512 step 64
        act: {choices: [relu, gelu]}
        momentum: true              # the range that is inferred
        batch_size: false           # leave it alone

A pattern is compared with the key (``train.py:LR``), the dotted name and its last part; a flag
may be written without its dashes and with ``_`` for ``-``; case counts only where two constants
differ by it alone. Naming anything restricts the space to what is named (a mapping that only says
``false`` restricts nothing). A name lifts the bar on seeds, steps and their like; a glob does
so only where it spells the barred word (``*_steps``), so ``*`` never tunes the seed.
"""

from __future__ import annotations

import contextlib
import fnmatch
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orgloop.engines.tunables.candidate import Candidate, Given, Scale, Value
from orgloop.engines.tunables.comments import read_range
from orgloop.engines.tunables.names import barred, leaf

_KEYS = ("low", "high", "scale", "log", "step", "choices")
_HOW = "`tunables:` in task.md"


@dataclass(frozen=True, slots=True)
class Wish:
    """One entry of ``tunables:``."""

    pattern: str
    given: Given | None = None
    wanted: bool = True
    fault: str | None = None
    """What is wrong with the entry; its range is then ignored."""

    @property
    def is_glob(self) -> bool:
        """Whether the pattern has wildcards."""
        return any(sign in self.pattern for sign in "*?[")

    def matches(self, path: str, name: str, *, exactly: bool) -> bool:
        """Whether the entry means the constant ``name`` of ``path``; ``exactly`` minds case."""
        pattern = self.pattern if exactly else self.pattern.lower()
        for spelt in _spellings(path, name):
            spelt = spelt if exactly else spelt.lower()
            if fnmatch.fnmatchcase(spelt, pattern) if self.is_glob else spelt == pattern:
                return True
        return False

    def lifts(self, candidate: Candidate) -> bool:
        """Whether the entry names a constant plainly enough to be tuned against its name's bar."""
        bar = barred(candidate.name)
        return bar is None or not self.is_glob or bar[0] in self.pattern.lower()


def read_wishes(tunables: Sequence[str] | Mapping[str, object]) -> tuple[Wish, ...]:
    """The entries of ``tunables:`` in their order."""
    if isinstance(tunables, Mapping):
        return tuple(_wish(name, said) for name, said in tunables.items())
    return tuple(Wish(name) for name in tunables)


def _spellings(path: str, name: str) -> set[str]:
    bare = {name, leaf(name)}
    if name.startswith("--"):
        flag = name[2:]
        bare |= {flag, flag.replace("-", "_")}
    return bare | {f"{path}:{spelt}" for spelt in bare}


def _wish(name: str, said: object) -> Wish:
    if said is None or said is True:
        return Wish(name)
    if said is False:
        return Wish(name, wanted=False)
    try:
        return Wish(name, _given(said))
    except ValueError as error:
        return Wish(name, fault=str(error))


def _given(said: object) -> Given:
    if isinstance(said, str):
        given = read_range(said)
        if given is None:
            raise ValueError(f"`{said}` is not a range such as `1e-5..1e-2 log`")
        return _checked(given.low, given.high, given.scale, given.step)
    if isinstance(said, Mapping):
        return _from_mapping(said)
    if isinstance(said, Sequence) and len(said) in (2, 3):
        scale = _scale(said[2]) if len(said) == 3 else None
        return _checked(_number(said[0]), _number(said[1]), scale, None)
    raise ValueError("a range is `[low, high]`, `[low, high, log]` or `{low:, high:}`")


def _from_mapping(said: Mapping[object, object]) -> Given:
    unknown = [str(key) for key in said if key not in _KEYS]
    if unknown:
        raise ValueError(f"`{unknown[0]}` is not one of {', '.join(_KEYS)}")
    choices = said.get("choices")
    if choices is not None:
        if len(said) > 1:
            raise ValueError("`choices` stands alone")
        if isinstance(choices, str) or not isinstance(choices, Sequence) or len(choices) < 2:
            raise ValueError("`choices` is a list of at least two values")
        return Given(_HOW, choices=tuple(_value(choice) for choice in choices))
    scale = _scale(said["scale"]) if said.get("scale") is not None else None
    if said.get("log") is not None:
        scale = "log" if said["log"] is True else "linear"
    low, high, step = (_optional(said.get(key)) for key in ("low", "high", "step"))
    return _checked(low, high, scale, step)


def _checked(
    low: float | None, high: float | None, scale: Scale | None, step: float | None
) -> Given:
    if low is not None and high is not None:
        if not low < high:
            raise ValueError(f"{low:g} to {high:g} does not run from low to high")
        if step is not None and not 0 < step <= high - low:
            raise ValueError(f"a step of {step:g} does not fit between {low:g} and {high:g}")
    elif step is not None:
        raise ValueError("`step` needs `low` and `high`")
    if scale == "log" and low is not None and low <= 0:
        raise ValueError(f"a range cannot be spaced by ratio from {low:g}")
    return Given(_HOW, low, high, scale, step)


def _scale(said: object) -> Scale:
    if said == "log":
        return "log"
    if said == "linear":
        return "linear"
    raise ValueError(f"`{said}` is neither `log` nor `linear`")


def _optional(said: object) -> float | None:
    return None if said is None else _number(said)


def _number(said: object) -> float:
    number: float | None = None
    if isinstance(said, (int, float)) and not isinstance(said, bool):
        number = said
    elif isinstance(said, str):  # YAML reads `1e-5` as text
        with contextlib.suppress(ValueError):
            number = float(said)
    if number is not None and math.isfinite(number):
        return number
    raise ValueError(f"`{said}` is not a number")


def _value(said: object) -> Value:
    if isinstance(said, (bool, int, float, str)):
        return said
    raise ValueError(f"`{said}` is not a number, a switch or a string")
