"""``orgloop check``: everything that is wrong with a lab's files, all at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from orgloop.engines.resolve import model_problems
from orgloop.org import Lab, load_lab
from orgloop.problems import Problem, Problems


def check_command(lab: Path, as_json: bool, *, org: str | None = None) -> int:
    """Print what is wrong; returns 2 where anything blocks a run, else 0.

    Raises :class:`~orgloop.errors.NotALab` where there is nothing to check.
    """
    loaded, problems = load_lab(lab, org=org)
    if loaded is not None:
        charter = loaded.org.charter
        problems.extend(model_problems(loaded.org.employed().values(), charter.model))
    if as_json:
        found = [problem.model_dump(mode="json") for problem in problems]
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(report(loaded, problems)) + "\n")
    return 2 if problems.blocking else 0


def report(lab: Lab | None, problems: Problems) -> list[str]:
    """The lines for a terminal: errors, then warnings, by file, and a last one that sums up."""
    lines: list[str] = []
    for severity in ("error", "warning"):
        chosen = [problem for problem in problems if problem.severity == severity]
        for path, group in groupby(chosen, key=lambda problem: problem.path):
            lines += [f"{severity}s in {printable(path)}", *_findings(group), ""]
    return [*lines, _summary(lab, problems)]


def _findings(problems: Iterable[Problem]) -> Iterable[str]:
    for problem in problems:
        where = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
        yield printable(f"  {where}  {problem.message}")
        if problem.hint:
            yield printable(f"      {problem.hint}")


def _summary(lab: Lab | None, problems: Problems) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    counts = [_count(errors, "error")] if errors else []
    counts += [_count(warnings, "warning")] if warnings else []
    if lab is None:
        return f"{' and '.join(counts)}. Nothing runs until the errors are mended."
    return f"{', '.join(counts)}; otherwise: {described(lab)}" if counts else described(lab)


def described(lab: Lab) -> str:
    """A lab that checks, in a line: what it improves, who works on it, and who thinks."""
    charter = lab.org.charter
    roles = _count(len(lab.org.employed()), "role")
    model = "$ORGLOOP_MODEL, else embedded" if charter.model == "inherit" else charter.model
    return printable(
        f"{lab.task.name} checks: {lab.task.goal} {lab.task.metric} under {charter.name}, "
        f"{roles}, starting with {charter.flow.entry}, engine {model}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    """Text of a person's files without what would command a terminal or break its lines."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
