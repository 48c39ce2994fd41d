"""What a role can do at its desk, as plain calls: each returns the text that a model is shown.

Which of them a role has follows its ``tools``. Every output is capped: what is read once is paid
for again at each turn that follows.
"""

from __future__ import annotations

from fnmatch import translate
from re import compile as pattern_of

from orgloop.desk import Desk
from orgloop.engines.chat.files import DeskFiles, Refused
from orgloop.engines.chat.grep import grep
from orgloop.role import Role

READ_LINES, READ_CHARACTERS = 1000, 40_000
LISTED = 300
RUN_CHARACTERS = 10_000
RUN_SECONDS, RUN_SECONDS_MOST = 120.0, 600.0

TOOLS = {
    "read": ("Read",),
    "grep": ("Grep",),
    "list": ("Glob", "LS"),
    "edit": ("Edit", "MultiEdit"),
    "write": ("Write",),
    "run": ("Bash",),
}
"""What gives a role each of them, by the names that role files use."""


def tools_of(role: Role) -> tuple[str, ...]:
    """The names of what ``role`` may use at its desk."""
    return tuple(name for name, given in TOOLS.items() if any(map(role.may_use, given)))


class Toolbox:
    """One visit's tools."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._files = DeskFiles(desk)

    async def read(self, path: str, start: int = 1, lines: int = READ_LINES) -> str:
        """Lines of a file, numbered, from ``start``."""
        text = self._files.read(path).splitlines()
        first = max(1, start)
        chosen = text[first - 1 : first - 1 + max(1, min(lines, READ_LINES))]
        shown: list[str] = []
        used = 0
        for number, line in enumerate(chosen, first):
            used += len(line) + 8
            if used > READ_CHARACTERS and shown:
                break
            shown.append(f"{number:5}\t{line[:READ_CHARACTERS]}")
        if not text:
            return f"`{path}` is empty."
        if not shown:
            return f"`{path}` has {len(text)} lines."
        last = first + len(shown) - 1
        rest = f"\n[lines {first} to {last} of {len(text)}]" if len(shown) < len(text) else ""
        return "\n".join(shown) + rest

    async def grep(self, pattern: str, glob: str = "") -> str:
        """Lines that match a regular expression, in files whose path matches ``glob``."""
        return await grep(pattern, self._desk.lab, self._matching(glob))

    async def list_files(self, glob: str = "") -> str:
        """Paths and sizes of files."""
        wanted = set(self._matching(glob))
        found = [file for file in self._files.walk() if file.path in wanted]
        lines = [f"{file.path}  {file.size} bytes" for file in found[:LISTED]]
        if len(found) > LISTED:
            lines.append(f"[{len(found) - LISTED} more; name a folder]")
        return "\n".join(lines) or "No such files."

    async def edit(self, path: str, old: str, new: str, all: bool = False) -> str:
        """Put one text in the place of another."""
        return self._files.replace(path, old, new, everywhere=all)

    async def write(self, path: str, content: str) -> str:
        """Make a file, or replace all of it."""
        return self._files.write(path, content)

    async def run(self, command: str, seconds: float = RUN_SECONDS) -> str:
        """Run a shell command in the lab, boxed as the bench boxes candidate code."""
        limit = max(1.0, min(seconds, RUN_SECONDS_MOST))
        ran = await self._desk.run(command, seconds=limit, cap=RUN_CHARACTERS)
        ended = f"exit {ran.exit_code}" if ran.exit_code is not None else ran.why or "ended"
        return f"[{ended}, {ran.wall_s:.1f} s]\n{ran.output}".rstrip()

    def _matching(self, glob: str) -> list[str]:
        paths = [file.path for file in self._files.walk()]
        wanted = glob.strip().removeprefix("./").rstrip("/")
        if wanted in ("", ".", "*", "**", "**/*"):
            return paths
        if wanted.startswith("/") or ".." in wanted.split("/"):
            raise Refused(f"`{glob}` is not inside the lab: paths are relative to it.")
        # `**/x.py` is x.py at any depth, at the top as well.
        texts = {wanted, wanted.removeprefix("**/")}
        rules = [pattern_of(translate(text)) for text in texts]
        inside = tuple(f"{text}/" for text in texts)
        return [
            path
            for path in paths
            if path.startswith(inside) or any(rule.match(path) for rule in rules)
        ]
