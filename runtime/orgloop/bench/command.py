"""How a command in ``task.md`` becomes an argument list."""

from __future__ import annotations

import re
import shlex

_SHELL = re.compile(r"[|&;<>()$`\\*?\[\]#~{}!\n]")
_BUILTINS = frozenset(
    {".", ":", "[", "cd", "command", "eval", "exec", "exit", "export", "set", "shift", "source"}
    | {"test", "time", "times", "trap", "type", "ulimit", "umask", "unset", "wait", "if", "for"}
    | {"while", "until", "case", "read", "alias", "true", "false", "echo", "printf"}
)


def fill_in(command: str, seed: int) -> str:
    """The command with ``{seed}`` replaced, wherever it stands."""
    return command.replace("{seed}", str(seed))


def argv_for(command: str) -> list[str]:
    """A single plain command split into words; anything more is given to ``sh -c``."""
    if not _SHELL.search(command):
        try:
            words = shlex.split(command)
        except ValueError:
            words = []
        if words and words[0] not in _BUILTINS and "=" not in words[0]:
            return words
    return ["sh", "-c", command]
