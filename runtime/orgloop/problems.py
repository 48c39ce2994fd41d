"""What is wrong with a person's files: each finding a value, all of them collected.

Parsers and checks never raise for what a person wrote. They add to a :class:`Problems` and go on,
so one `orgloop check` shows everything at once; whoever must not go on calls
:meth:`Problems.raise_errors`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from orgloop.errors import UserError

Severity = Literal["error", "warning"]


class Problem(BaseModel):
    """One finding: where it is, what is wrong, and the nearest way to mend it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """The file, relative to the lab, with forward slashes."""
    line: int | None = None
    """Counted from 1; None where the finding is about the file as a whole."""
    key: str | None = None
    """The frontmatter key, dotted (``limits.cpu``), or the id of a node of the chart."""
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.severity}: {self.message} {self.hint}".rstrip()


class ProblemsFound(UserError):
    """A lab does not check; ``problems`` holds every finding, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = sum(problem.severity == "error" for problem in problems)
        noun = "problem" if errors == 1 else "problems"
        super().__init__(f"{errors} {noun} in the lab's files.", hint="`orgloop check` lists them.")
        self.problems = tuple(problems)


class Problems:
    """Findings in the order in which they were made."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._found = list(found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def error(
        self,
        path: str,
        message: str,
        *,
        line: int | None = None,
        key: str | None = None,
        hint: str = "",
    ) -> None:
        """Record what blocks a run."""
        self._found.append(Problem(path=path, line=line, key=key, message=message, hint=hint))

    def warn(
        self,
        path: str,
        message: str,
        *,
        line: int | None = None,
        key: str | None = None,
        hint: str = "",
    ) -> None:
        """Record what a person should know and a run may ignore."""
        self._found.append(
            Problem(path=path, line=line, key=key, message=message, hint=hint, severity="warning")
        )

    def extend(self, other: Iterable[Problem]) -> None:
        """Take over findings made elsewhere."""
        self._found.extend(other)

    @property
    def blocking(self) -> bool:
        """Whether any finding is an error."""
        return any(problem.severity == "error" for problem in self._found)

    def raise_errors(self) -> None:
        """Raise :class:`ProblemsFound` if anything blocks a run."""
        if self.blocking:
            raise ProblemsFound(self._found)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that ``word`` most likely meant, or None if nothing is close."""
    lowered = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A hint that names the nearest choice, or lists all of them where none is near."""
    known = list(choices)
    close = nearest(word, known)
    if close is not None:
        return f"Did you mean `{close}`?"
    return f"Known here: {', '.join(f'`{choice}`' for choice in known)}." if known else ""
