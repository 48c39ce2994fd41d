"""`orgloop adopt`: a repository becomes a lab by one Markdown file."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from orgloop.adopt import Adopted, Choice, Wishes, adopt
from orgloop.bench.tail import clean_lines
from orgloop.cli.shown import argument, program, shown
from orgloop.errors import RepoError, UserError
from orgloop.org import load_lab
from orgloop.org.files import filled_in, own_files
from orgloop.org.templates import org_root
from orgloop.problems import Problems, ProblemsFound
from orgloop.task.model import Goal
from orgloop.units import seconds

SHOWN = 12
"""Lines of the trial's output that are shown as they come; the last one is shown at the end."""


def adopt_command(
    repo: Path, wishes: Wishes, *, org: str | None, yes: bool, dry_run: bool, as_json: bool
) -> int:
    """Work out a ``task.md`` and write it; 0 when it checks."""
    files = _organization(org, repo)
    asker = Terminal(yes=yes)
    adopted = asyncio.run(adopt(repo, wishes, asker))
    asker.end()
    if not dry_run:
        _write(repo, {"task.md": adopted.text.encode(), **files})
        _require_checked(repo)
    if as_json:
        print(json.dumps(_json(adopted, repo, written=not dry_run)))
    elif dry_run:
        print(adopted.text, end="")
    else:
        _next(repo, ["org/", "roles/"] if files else [])
    return 0


def goal_from(written: str | None) -> Goal | None:
    """`--goal`; raises UserError for another word."""
    if written is None:
        return None
    if written not in ("minimize", "maximize"):
        raise UserError(f"`{written}` is no goal.", hint="Say `minimize` or `maximize`.")
    return "minimize" if written == "minimize" else "maximize"


def seconds_from(written: str) -> float:
    """`--limit`; raises UserError for what is no time."""
    try:
        return seconds(written)
    except ValueError as error:
        raise UserError(f"`--limit`: {error}.", hint="Write it as `90s` or `30min`.") from None


class Terminal:
    """Asks at the terminal; with ``yes``, or where there is none, it takes the best guess."""

    def __init__(self, *, yes: bool) -> None:
        self._silent = yes or not sys.stdin.isatty()
        self._said = yes
        self._lines = 0
        self._rest = ""
        self._last = ""

    def choose(self, question: str, choices: Sequence[Choice], *, flag: str) -> str:
        """The number of a choice, other text as it is, or nothing for the first choice."""
        first = choices[0].value if choices else ""
        if self._silent:
            if not first or not self._said:
                guess = f"It would take `{first}`, as `--yes` lets it; else s" if first else "S"
                raise UserError(
                    f"There is nobody to ask: {question}", hint=f"{guess}ay `{flag} ...`."
                )
            self.say(f"{question} {first}")
            return first
        self.say(f"\n{question}")
        offered = [choice for choice in choices if choice.value]
        for number, choice in enumerate(offered, 1):
            self.say(f"  {number}  {choice.value}" + (f"   ({choice.said})" if choice.said else ""))
        try:
            said = input(f"[{first or 'number, or text'}] ").strip()
        except EOFError:
            said = ""
        if said.isdecimal() and 1 <= int(said) <= len(offered):
            return offered[int(said) - 1].value
        return said or first

    def say(self, text: str) -> None:
        """To stderr: stdout is for data."""
        self.end()
        print(_plain(text), file=sys.stderr)

    def show(self, text: str) -> None:
        """The first lines of the output as they come, and how much more there is."""
        lines = clean_lines(self._rest + text)
        self._rest = lines.pop()
        for line in lines:
            if not line:
                continue
            self._lines += 1
            self._last = line
            if self._lines <= SHOWN:
                print(f"  | {line[:160]}", file=sys.stderr)

    def end(self) -> None:
        """Show how the output ended, once."""
        last = self._rest or self._last
        if self._lines > SHOWN:
            print(f"  | ... {self._lines - SHOWN} more, the last:", file=sys.stderr)
        if last and (self._lines > SHOWN or self._rest):
            print(f"  | {last[:160]}", file=sys.stderr)
        self._lines, self._rest, self._last = 0, "", ""


def _plain(text: str) -> str:
    return "\n".join(clean_lines(text))


def _organization(org: str | None, repo: Path) -> dict[str, bytes]:
    """The files of another organization than the bundled one; refused over files that exist."""
    if org is None:
        return {}
    problems = Problems()
    files = filled_in(own_files(org_root(org), problems))
    if problems.blocking:
        raise ProblemsFound(list(problems))
    taken = [name for name in files if (repo / name).exists()]
    if taken:
        raise UserError(f"{repo / taken[0]} is there already.", hint="Leave out `--org`.")
    return files


def _write(repo: Path, files: dict[str, bytes]) -> None:
    try:
        for name, content in files.items():
            target = repo / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
    except OSError as error:
        raise RepoError(
            f"{repo} cannot be written: {error.strerror or error}.",
            hint="`--dry-run` prints the file.",
        ) from error


def _require_checked(repo: Path) -> None:
    _, problems = load_lab(repo)
    if problems.blocking:
        raise ProblemsFound(list(problems))


def _json(adopted: Adopted, repo: Path, *, written: bool) -> dict[str, object]:
    return {
        "lab": str(repo.resolve()),
        "written": written,
        "task": adopted.text,
        "value": adopted.value,
        "values": list(adopted.values),
        "trial_s": round(adopted.trial_s, 3),
        "frozen": [{"path": path, "why": why} for path, why in adopted.frozen],
    }


def _next(repo: Path, more: Sequence[str]) -> None:
    orgloop, place = program(), shown(repo)
    here = "" if place == "." else f" -C {argument(repo)}"
    lab = "" if place == "." else f" {argument(repo)}"
    steps = [
        (f"{place}/task.md" if lab else "task.md", "read it: what is fair game is yours to say"),
        (f"git{here} add {' '.join(['task.md', *more])}", "then commit: runs begin at HEAD"),
        (f"git{here} commit -m 'A task for Orgloop'", ""),
        (f"{orgloop} run{lab}", "start it"),
    ]
    width = max(len(step) for step, _ in steps)
    print("Written: task.md. Nothing else was changed.", file=sys.stderr)
    for step, what in steps:
        print(f"  {step:{width}}  {what}".rstrip(), file=sys.stderr)
