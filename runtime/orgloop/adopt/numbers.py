"""Finds named numbers in what a run printed, in whatever form it printed them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orgloop.adopt.naming import goal_of, metric_name, weight
from orgloop.bench.metric import MetricReader
from orgloop.bench.tail import clean_lines
from orgloop.errors import UserError
from orgloop.task.model import Goal

NUMBER = r"[-+]?(?:nan|inf|\d*\.?\d+(?:e[-+]?\d+)?)"
"""As ``MetricReader`` reads one; what is not finite is a number too, since it fails a run."""
_END = r"(?!\w*\d|\.\d|,\d\d\d(?!\d))"
"""Not inside a longer number, a version, a time, or ``1,234``."""
_NAME = r"[A-Za-z][\w./@%-]*"
_NAMED = re.compile(
    rf"(?<![\w.])(?P<key>{_NAME}(?: {_NAME}){{0,3}})(?P<quote>[\"']?)"
    rf"(?P<by>\s*(?:[:=]|->|=>)\s*|\s+(?:is|of|was)\s+)(?P<value>{NUMBER}){_END}",
    re.IGNORECASE,
)
_SPACED = re.compile(
    rf"(?<![\w.])(?P<key>{_NAME})(?P<quote>)(?P<by>\s+)"
    r"(?P<value>[-+]?(?:\d+\.\d+(?:e[-+]?\d+)?|nan|inf))" + _END,
    re.IGNORECASE,
)
LONGEST = 4096
"""Characters of a line, beyond which the bench reads no pattern in it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A named number of a run, and how a task reads it."""

    metric: str
    pattern: str | None
    value: float
    """What the pattern reads out of the trial's own output: the last occurrence."""
    times: int
    """How often it was printed."""
    line: str
    """The line that it was last read from."""
    run: str | None = None
    """The command, where it has to be another than was tried: one that prints a written file."""
    source: str = "printed"

    @property
    def goal(self) -> Goal | None:
        """Which way is better, where the name says it."""
        return goal_of(self.metric)


@dataclass(slots=True)
class _Sighting:
    key: str
    quote: str
    by: str
    times: int
    line: str
    number: int


def printed(text: str) -> list[Found]:
    """Numbers that can be read from ``text`` again, the likeliest result first.

    Each pattern is tested: it has to read out of ``text`` what was seen there.
    """
    lines = [line for line in clean_lines(text) if line and len(line) <= LONGEST]
    sightings: dict[str, _Sighting] = {}
    for number, line in enumerate(lines):
        for match in _matches(line):
            key = match["key"]
            earlier = sightings.pop(key, None)
            times = 1 if earlier is None else earlier.times + 1
            sightings[key] = _Sighting(key, match["quote"], match["by"], times, line, number)
    found: dict[str, Found] = {}
    for sighting in sightings.values():
        one = _readable(sighting, text)
        if one is not None:
            found[one.metric] = one
    places = {metric_name(one.key): one.number for one in sightings.values()}
    return sorted(found.values(), key=lambda one: (-weight(one.metric), -places[one.metric]))


def _matches(line: str) -> Iterator[re.Match[str]]:
    covered: list[tuple[int, int]] = []
    for match in _NAMED.finditer(line):
        covered.append(match.span())
        yield _shortest(match, line)
    for match in _SPACED.finditer(line):
        if not any(start < match.end() and match.start() < end for start, end in covered):
            yield match


def _shortest(match: re.Match[str], line: str) -> re.Match[str]:
    """Without words before the name that belong to the sentence: `epoch 3 done, val loss: 2`."""
    words = match["key"].split(" ")
    names = [" ".join(words[count:]) for count in range(len(words))]
    # Words stay where they say something together, as in `test accuracy`.
    most = max(map(weight, names))
    name = [name for name in names if weight(name) == most][-1]
    again = _NAMED.match(line, match.end("key") - len(name))
    return again if again is not None else match


def _readable(sighting: _Sighting, text: str) -> Found | None:
    metric = metric_name(sighting.key)
    pattern = pattern_of(sighting)
    value = read_with(metric, pattern, text)
    if value is None:
        return None
    if metric == sighting.key and read_with(metric, None, text) == value:
        return Found(metric, None, value, sighting.times, sighting.line)
    return Found(metric, pattern, value, sighting.times, sighting.line)


def pattern_of(sighting: _Sighting) -> str:
    """A regular expression for the key as it was last printed."""
    key = r"\s+".join(re.escape(word) for word in sighting.key.split(" "))
    mark = sighting.by.strip()
    between = rf"\s*{re.escape(mark)}\s*" if mark and not mark.isalpha() else r"\s+"
    if mark.isalpha():
        between = rf"\s+{mark}\s+"
    quote = sighting.quote
    return rf"(?i)(?<![\w./-]){key}{quote}{between}(?P<value>{NUMBER})"


def read_with(metric: str, pattern: str | None, text: str) -> float | None:
    """What the bench itself reads out of ``text``; None where that is no finite number."""
    try:
        return MetricReader(metric, pattern).read(text).value
    except UserError:
        return None


def written_pattern(metric: str, pattern: str, text: str) -> Found:
    """A person's own pattern, tested on the trial's output.

    Raises UserError where it is no pattern, or reads no number there.
    """
    reading = MetricReader(metric, pattern).read(text)
    if reading.value is None:
        raise UserError(
            f"`--pattern` reads no `{metric}` from what the trial run printed.",
            hint=reading.message,
        )
    return Found(metric, pattern, reading.value, 1, "")


def likely(found: Sequence[Found]) -> list[Found]:
    """Those whose name looks like a result's; all of them where none does."""
    telling = [one for one in found if weight(one.metric) > 0]
    return telling or list(found)
