"""What a lab from elsewhere would run, as it is shown before anybody trusts it."""

from __future__ import annotations

from collections.abc import Iterator

from orgloop.org import Lab
from orgloop.task.executor import LOCAL

COMMANDS = ("setup", "run", "predict", "evaluate", "holdout")
_WIDTH = max(map(len, COMMANDS)) + 4


def would_run(lab: Lab) -> list[str]:
    """Lines that say which commands, environment and engines a lab has, and what they may reach."""
    return [f"  {name:{_WIDTH}}{_plain(value)}" for name, value in _rows(lab)]


def _rows(lab: Lab) -> Iterator[tuple[str, str]]:
    task, charter = lab.task, lab.org.charter
    for name in COMMANDS:
        command = getattr(task, name)
        if command is not None:
            yield name, f"{command}{'   (with the network)' if name == 'setup' else ''}"
    for name, value in task.env.items():
        yield "env", f"{name}={value}"
    for mount in task.mounts:
        yield "mount", f"{mount}   (read-only)"
    yield "network", "yes: its runs may reach any address" if task.sandbox.network else "no"
    if task.executor != LOCAL:
        yield "executor", f"{task.executor}: its runs are submitted elsewhere"
    for line in task.slurm.setup:
        yield "slurm", f"{line}   (on the node, outside of the sandbox)"
    for name, option in task.slurm.options.items():
        yield "slurm", f"--{name}={option}"
    if task.sandbox.nesting:
        yield "nesting", "its runs may make sandboxes of their own"
    for name, role in sorted(lab.org.roles.items()):
        model = role.model if role.model != "inherit" else f"{charter.model}, by the charter"
        shell = ", may run commands" if role.may_use("Bash") else ""
        own = ", a Python object of its own" if model.startswith("python:") else ""
        yield "engine", f"{name}: {model}{own}{shell}"


def _plain(text: str) -> str:
    """Without what a terminal obeys: the lab is not trusted yet."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
