"""Finds the result in JSON, JSON lines and CSV files that a run wrote, and prints it from there."""

from __future__ import annotations

import csv
import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from orgloop.adopt.naming import metric_name, weight
from orgloop.adopt.numbers import NUMBER, Found, read_with

MOST = 2**22
"""Bytes of a file that is looked at."""


def written(lab: Path, made: Sequence[str], command: str) -> list[Found]:
    """Numbers in the files ``made``, each with a ``run`` that prints them after ``command``.

    Each pattern is tested on what that would print. The likeliest result comes first.
    """
    found: list[Found] = []
    for name in made:
        path = lab / name
        suffix = path.suffix.lower()
        if suffix not in (".json", ".jsonl", ".ndjson", ".csv", ".tsv"):
            continue
        if path.stat().st_size > MOST:
            continue
        text = path.read_text("utf-8", "replace")
        if suffix == ".json":
            found += _json(name, text, command)
        elif suffix in (".jsonl", ".ndjson"):
            found += _json_lines(name, text, command)
        else:
            found += _table(name, text, "\t" if suffix == ".tsv" else ",", command)
    return sorted(found, key=lambda one: -weight(one.metric))


def _json(name: str, text: str, command: str) -> Iterator[Found]:
    try:
        said = json.loads(text)
    except ValueError:
        return
    for path, value in _leaves(said):
        key = str(path[-1])
        metric = metric_name("_".join(map(str, path)) if _nested(path) else key)
        pattern = rf"\"{re.escape(key)}\"\s*:\s*(?P<value>(?i:{NUMBER}))"
        run = f"{command} && cat {shlex.quote(name)}"
        if len(path) > 1 or read_with(metric, pattern, text) != value:
            # The same key stands in it more than once, so it is asked for by its whole path.
            steps = "".join(f"[{json.dumps(part)}]" for part in path)
            said_as, file = json.dumps(f"{metric}:"), json.dumps(name)
            script = f"import json; print({said_as}, json.load(open({file})){steps})"
            run, pattern = f"{command} && python -c {shlex.quote(script)}", ""
        yield Found(metric, pattern or None, value, 1, f'"{key}": {value:g}', run, name)


def _nested(path: Sequence[str | int]) -> bool:
    return len(path) > 1 and all(isinstance(part, str) for part in path)


def _leaves(
    said: object, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if isinstance(said, Mapping):
        for key, inner in said.items():
            yield from _leaves(inner, (*path, str(key)))
    elif isinstance(said, list):
        # A history: what counts is how it ended.
        if said:
            yield from _leaves(said[-1], (*path, -1) if path else (-1,))
    elif isinstance(said, (int, float)) and not isinstance(said, bool) and math.isfinite(said):
        named = [part for part in path if isinstance(part, str)]
        if named:
            yield path, float(said)


def _json_lines(name: str, text: str, command: str) -> Iterator[Found]:
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        said = json.loads(lines[-1]) if lines else None
    except ValueError:
        return
    if not isinstance(said, Mapping):
        return
    run = f"{command} && tail -n 1 {shlex.quote(name)}"
    for key, value in said.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            pattern = rf"\"{re.escape(str(key))}\"\s*:\s*(?P<value>(?i:{NUMBER}))"
            if read_with(metric_name(str(key)), pattern, lines[-1]) == float(value):
                yield Found(
                    metric_name(str(key)), pattern, float(value), len(lines), lines[-1], run, name
                )


def _table(name: str, text: str, by: str, command: str) -> Iterator[Found]:
    rows = [row for row in csv.reader(text.splitlines(), delimiter=by) if row]
    if len(rows) < 2 or len(rows[0]) != len(rows[-1]):
        return
    last = text.rstrip().splitlines()[-1]
    run = f"{command} && tail -n 1 {shlex.quote(name)}"
    cut = by if by == "," else r"\t"
    for number, heading in enumerate(rows[0]):
        # The whole row, so that no other line of the output is taken for one.
        before = rf"(?:[^{cut}]*{cut}){{{number}}}" if number else ""
        rest = len(rows[0]) - number - 1
        after = rf"(?:{cut}[^{cut}]*){{{rest}}}" if rest else ""
        pattern = rf"^{before}\s*(?P<value>(?i:{NUMBER}))\s*{after}$"
        metric = metric_name(heading.strip() or f"column{number + 1}")
        value = read_with(metric, pattern, last)
        if value is not None:
            yield Found(metric, pattern, value, len(rows) - 1, last, run, name)
