"""Plain progress: one line for each thing that happened, for logs and pipes."""

from __future__ import annotations

import sys

from orgloop.cli.display import words
from orgloop.ledger import ExperimentRow, RunStatus
from orgloop.ledger.numbers import duration, measured
from orgloop.ledger.plain import one_line, printable


class Lines:
    """Writes to stderr. Experiments that end between two looks are all told, in order."""

    def __init__(self) -> None:
        self._baseline = False
        self._told: set[str] = set()
        self._asked: set[int] = set()
        self._problems: frozenset[str] = frozenset()
        self._fresh = True
        self._stands = ""

    def show(self, status: RunStatus) -> None:
        """See :class:`~orgloop.cli.display.follow.Screen`."""
        if self._fresh:
            self._fresh = False
            self._told = {row.id for row in status.recent}
            _say(f"{words.task_line(status)}: {words.metric(status)}, {words.better(status)}")
        if status.baseline is not None and not self._baseline:
            self._baseline = True
            _say(f"baseline   {measured(status.baseline.value, status.baseline.stderr)}")
        for row in reversed(status.recent):
            if row.id not in self._told and row.finished is not None:
                self._told.add(row.id)
                _say(_ended(row))
        self._tell_problems(status)
        for question in status.questions:
            if question.state == "open" and question.id not in self._asked:
                self._asked.add(question.id)
                _say(f"question   {words.question(question)}: `orgloop answer {question.name}`")
        stands = words.STANDS.get(status.run.state, "")
        if stands and stands != self._stands:
            _say(stands)
        self._stands = stands

    def _tell_problems(self, status: RunStatus) -> None:
        problems = frozenset(
            f"{p.path}{f':{p.line}' if p.line else ''}: {p.message}" for p in status.problems
        )
        for problem in sorted(problems - self._problems):
            _say(f"problem    {one_line(problem, 300)}")
        self._problems = problems

    def close(self) -> None:
        """Nothing to put back."""


def _ended(row: ExperimentRow) -> str:
    parts = [f"{row.id}  {words.STATUS.get(row.status, row.status):9}"]
    if row.value is not None:
        parts.append(f"{words.value(row)} ({words.gain(row.gain, row.stderr) or 'no gain known'})")
    parts.append(one_line(words.title(row), 80))
    parts.append(f"[{duration((row.finished or row.created) - row.created)}]")
    return "  ".join(parts)


def _say(line: str) -> None:
    print(printable(line.rstrip(), sys.stderr.encoding), file=sys.stderr, flush=True)
