"""What a schema cannot say about ``task.md``: how its keys must fit together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from orgloop.markdown import Document
from orgloop.problems import Problems, did_you_mean
from orgloop.task.constraint import parse_constraint
from orgloop.task.executor import BUILT_IN, executor_names, option_fault, word_fault
from orgloop.task.model import TaskFrontmatter
from orgloop.task.paths import may_overlap, path_fault

PLACEHOLDERS = ("seed",)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.IGNORECASE)
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_METRIC = re.compile(r"[^\s:=]+")
_PLACEHOLDER = re.compile(r"(?<!\{)\{([A-Za-z_]\w*)\}(?!\})")
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class _Subject:
    task: TaskFrontmatter
    document: Document
    problems: Problems

    def error(self, key: str, message: str, hint: str = "") -> None:
        line = self.document.line(key)
        self.problems.error(self.document.path, message, line=line or 1, key=key, hint=hint)

    def warn(self, key: str, message: str, hint: str = "") -> None:
        line = self.document.line(key)
        self.problems.warn(self.document.path, message, line=line or 1, key=key, hint=hint)


def check_task(task: TaskFrontmatter, document: Document, problems: Problems) -> None:
    """Add a problem for everything in ``task`` that could not work, or may not be meant."""
    subject = _Subject(task, document, problems)
    _names(subject)
    _commands(subject)
    _paths(subject)
    _scoring(subject)
    _pattern(subject)
    _constraints(subject)
    _environment(subject)
    _executor(subject)


def _names(subject: _Subject) -> None:
    name = subject.task.name
    if not _SLUG.fullmatch(name) or len(name) > MAX_NAME or name.endswith(".lock"):
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:MAX_NAME].strip("-")
        subject.error(
            "name",
            f"`{name[:80]}` cannot be part of a branch's name.",
            f"Write `{slug}`." if slug else "Write letters and digits, with `-` between words.",
        )
    if not _METRIC.fullmatch(subject.task.metric):
        subject.error(
            "metric",
            f"`{subject.task.metric}` cannot stand before a colon as one word.",
            "Name it as the output does, as `val_bpb`.",
        )


def _commands(subject: _Subject) -> None:
    task = subject.task
    for key in ("run", "predict", "evaluate", "holdout", "setup"):
        command = getattr(task, key)
        if command is None:
            continue
        if not command.strip():
            subject.error(key, f"`{key}` is empty.", "Write the command, or remove the line.")
        if "\n" in command.strip():
            subject.error(key, f"`{key}` is more than one line.", "Join its commands with `&&`.")
        for name in _PLACEHOLDER.findall(command):
            if f"${{{name}}}" not in command and name not in PLACEHOLDERS:
                subject.error(
                    key,
                    f"`{{{name}}}` in `{key}` is not a name that is filled in.",
                    did_you_mean(name, [f"{{{known}}}" for known in PLACEHOLDERS]),
                )
    if task.run.strip() and "{seed}" not in task.run and "ORGLOOP_SEED" not in task.run:
        subject.warn(
            "run",
            "`run` does not take the bench's seed, so measurements may all draw the same numbers.",
            "Add `--seed {seed}`, unless the task is deterministic or its script reads "
            "`$ORGLOOP_SEED` by itself.",
        )


def _paths(subject: _Subject) -> None:
    task = subject.task
    for key in ("editable", "hidden", "artifacts", "mounts"):
        for index, written in enumerate(getattr(task, key)):
            fault = _mount_fault(written) if key == "mounts" else path_fault(written)
            if fault is not None:
                subject.error(f"{key}.{index}", f"`{written}` {fault[0]}.", fault[1])
    for index, written in enumerate(task.editable):
        where = f"editable.{index}"
        if path_fault(written) is None and may_overlap(written, "task.md"):
            subject.error(
                where,
                f"`{written}` takes in `task.md`, which says what counts.",
                "Name the training code alone.",
            )
        for hidden in task.hidden:
            if path_fault(hidden) is None and may_overlap(written, hidden):
                subject.error(
                    where,
                    f"`{written}` is editable, `{hidden}` is hidden, and both can name one file.",
                    "A file is one or the other.",
                )


def _mount_fault(written: str) -> tuple[str, str] | None:
    """Mounts may lie outside the lab: data and caches do."""
    if not written.strip() or "\0" in written or "\n" in written:
        return "is not a path", "Write a path such as `data` or `~/.cache/tokens`."
    if ".." in PurePosixPath(written).parts:
        return "climbs with `..`", "Write the path from `/` or `~`, or relative to the lab."
    return None


def _scoring(subject: _Subject) -> None:
    task = subject.task
    if task.predict is not None and task.evaluate is None:
        subject.error(
            "predict",
            "`predict` answers the questions of `evaluate`, which is missing.",
            "Add `evaluate`, or remove `predict`.",
        )
    if task.evaluate is not None and task.predict is None and not task.artifacts:
        subject.warn(
            "evaluate",
            "`evaluate` gets nothing to score: there is neither `predict` nor `artifacts`.",
            "Name the files that a run leaves under `artifacts`.",
        )

    if task.holdout is not None and task.holdout == task.evaluate:
        subject.error(
            "holdout",
            "`holdout` is the same command as `evaluate`, so it holds nothing out.",
            "Give it data of its own, or remove the line.",
        )
    elif task.holdout is not None and task.predict is None and not task.artifacts:
        subject.warn(
            "holdout",
            "`holdout` gets nothing to score: there is neither `predict` nor `artifacts`.",
            "Name the files that a run leaves under `artifacts`.",
        )


def _pattern(subject: _Subject) -> None:
    pattern = subject.task.pattern
    if pattern is None:
        return
    try:
        compiled = re.compile(pattern, re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        subject.error("pattern", f"`pattern` is not a regular expression: {error}.")
        return
    groups = set(compiled.groupindex)
    if "value" not in groups:
        subject.error(
            "pattern",
            "`pattern` has no group `value`.",
            r"Write `(?P<value>[-+0-9.eE]+)` around the number.",
        )
    for group in sorted(groups - {"name", "value"}):
        subject.warn(
            "pattern", f"The group `{group}` of `pattern` is not read.", "Remove its name."
        )


def _constraints(subject: _Subject) -> None:
    for name, written in subject.task.constraints.items():
        try:
            parse_constraint(name, written)
        except ValueError as error:
            subject.error(
                f"constraints.{name}", f"{error}.", "Write `<= 40`, `< 40`, `>= 1` or `> 1`."
            )


def _environment(subject: _Subject) -> None:
    for name, value in subject.task.env.items():
        if not _ENV_NAME.fullmatch(name):
            subject.error(f"env.{name}", f"`{name}` cannot be the name of a variable.")
        elif name.startswith("ORGLOOP_"):
            subject.error(f"env.{name}", f"`{name}` is set by the bench.", "Remove it.")
        if "\0" in value:
            subject.error(f"env.{name}", f"The value of `{name}` holds a NUL.")


def _executor(subject: _Subject) -> None:
    task, slurm = subject.task, subject.task.slurm
    # Installed packages are looked through for a name of theirs alone: that takes a while.
    if task.executor not in BUILT_IN and task.executor not in (known := list(executor_names())):
        subject.error(
            "executor",
            f"There is no executor `{task.executor}`.",
            did_you_mean(task.executor, known),
        )
    for key in ("partition", "account", "qos", "gpu"):
        written = getattr(slurm, key)
        if written is not None and not all(not word_fault(one) for one in written.split(",")):
            subject.error(f"slurm.{key}", f"`{written}` is not a name that Slurm could know.")
    for name in slurm.options:
        fault = option_fault(name)
        if fault is not None:
            subject.error(f"slurm.options.{name}", f"`{name}` {fault[0]}.", fault[1])
    for index, line in enumerate(slurm.setup):
        if not line.strip() or "\n" in line:
            subject.error(f"slurm.setup.{index}", "That is not one line of shell.")
    if slurm.time is not None and slurm.time < task.limits.wall:
        subject.error(
            "slurm.time",
            f"Slurm would end a run after {slurm.time:g} s that may take {task.limits.wall:g} s.",
            "Leave `time` out, or make it longer than `limits.wall` and scoring together.",
        )
    if slurm.memory is not None and slurm.memory < (task.limits.memory or 0):
        subject.error(
            "slurm.memory",
            "Slurm would end a run within `limits.memory`.",
            "Leave `memory` out, or make it larger than that.",
        )
