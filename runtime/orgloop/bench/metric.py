"""Reads the numbers that a run printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from orgloop.bench.protocol import CrashKind
from orgloop.bench.tail import clean_lines
from orgloop.errors import UserError
from orgloop.task.constraint import Constraint, parse_constraint

MOST_METRICS = 200
_NUMBER = r"[-+]?(?:\d+(?:_\d+)*\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?|nan)"
_LINE = re.compile(
    rf"\s*(?P<name>[A-Za-z_][\w./@%\- ]{{0,63}}?)\s*:\s*(?P<value>{_NUMBER})\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the output says: a value, or why there is none."""

    value: float | None
    metrics: Mapping[str, float]
    kind: CrashKind | None = None
    message: str = ""


class MetricReader:
    """Knows what a task's metric line looks like."""

    def __init__(
        self, metric: str, pattern: str | None = None, bounds: Mapping[str, str] | None = None
    ) -> None:
        """Raises UserError for a pattern or a bound that cannot be used."""
        self._metric = metric
        self._bounds = tuple(_bound(name, text) for name, text in (bounds or {}).items())
        self._pattern: re.Pattern[str] | None = None
        if pattern is not None:
            try:
                self._pattern = re.compile(pattern)
            except re.error as error:
                raise UserError(
                    f"`pattern` is not a regular expression: {error}.",
                    hint="It is Python's `re` syntax.",
                ) from None
            if "value" not in self._pattern.groupindex:
                raise UserError(
                    "`pattern` has no group named `value`.",
                    hint="Write the number as `(?P<value>[-+.0-9eE]+)`.",
                )

    def read(self, text: str, *, beside: Mapping[str, float] | None = None) -> Reading:
        """The last occurrence of each name counts. Never raises for what was printed.

        ``beside`` holds numbers of other steps, which constraints may be about; the metric is
        never taken from there.
        """
        metrics = {n: v for n, v in (beside or {}).items() if n != self._metric}
        for line in clean_lines(text):
            match = _LINE.fullmatch(line) if ":" in line and len(line) < 400 else None
            if match is not None and (len(metrics) < MOST_METRICS or match["name"] in metrics):
                metrics[match["name"]] = _number(match["value"])
            elif match is not None and match["name"] == self._metric:
                metrics[self._metric] = _number(match["value"])
            self._custom(line, metrics)
        return self._judge(metrics)

    def _custom(self, line: str, metrics: dict[str, float]) -> None:
        if self._pattern is None or len(line) > 4096:
            return
        match = self._pattern.search(line)
        if match is None or match["value"] is None:
            return
        groups = match.groupdict()
        name = groups.get("name") or self._metric
        if name == self._metric or len(metrics) < MOST_METRICS:
            metrics[name] = _number(match["value"])

    def _judge(self, metrics: Mapping[str, float]) -> Reading:
        finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
        value = metrics.get(self._metric)
        if value is None:
            return Reading(
                None, finite, CrashKind.NO_METRIC, f"It printed no line `{self._metric}: <number>`."
            )
        if not math.isfinite(value):
            return Reading(
                None, finite, CrashKind.NON_FINITE, f"It printed `{self._metric}: {value}`."
            )
        for bound in self._bounds:
            said = metrics.get(bound.name)
            if said is None or not bound.holds(said):
                shown = "was not printed" if said is None else f"is {said:g}"
                message = f"`{bound.name}` {shown}; the task asks for `{bound}`."
                return Reading(None, finite, CrashKind.CONSTRAINT, message)
        return Reading(value, finite)


def _bound(name: str, text: str) -> Constraint:
    try:
        return parse_constraint(name, text)
    except ValueError as error:
        raise UserError(f"{error}.", hint="Write a constraint as `<= 40`.") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
