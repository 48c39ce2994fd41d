"""The tuned organization as a template: what `orgloop fork` and `--org` take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orgloop.errors import UserError
from orgloop.ledger.plain import one_line
from orgloop.markdown.rewrite import with_keys
from orgloop.org.files import CHARTER
from orgloop.tune.contender import Contender
from orgloop.tune.outer.report import Attempt, HeldOut, Tuning
from orgloop.tune.statistics import Interval


def require_free(directory: Path) -> None:
    """Raise UserError where a template cannot be written to ``directory``: it holds something."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UserError(f"{directory} exists and is not empty.", hint="Name a new directory.")


def export(tuned: Contender, found: Tuning, directory: Path) -> None:
    """Write ``tuned`` with a README into ``directory``; raises UserError where that cannot be."""
    require_free(directory)
    name = f"{found.org}-tuned" if found.kept else found.org
    charter = with_keys(tuned.files[CHARTER], {("name",): name})
    files = dict(tuned.files) if charter is None else {**tuned.files, CHARTER: charter}
    files["README.md"] = "\n".join(_readme(name, found)).encode()
    try:
        for path, content in files.items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise UserError(
            f"{directory} cannot be written: {error.strerror or error}.",
            hint="Name a directory in a place of your own.",
        ) from error


def _readme(name: str, found: Tuning) -> list[str]:
    return [
        f"# {one_line(name)}",
        "",
        f"The organization `{one_line(found.org)}` after `orgloop tune`, which tried "
        f"{len(found.attempts)} amendments in {found.trials} simulated runs of "
        f"{found.experiments} experiments on {', '.join(found.tasks)} (seed {found.seed}).",
        "",
        "## What was changed",
        "",
        *(_changes(found) or ["Nothing: no amendment was shown to be better."]),
        "",
        "## What that brought",
        "",
        *_brought("Held-out tasks", found.held_out),
        *_brought("The lab's own task", found.confirmed),
        "",
        "Begin with `orgloop fork THIS-DIRECTORY LAB`, or work under it in a lab that you have: "
        "`orgloop run LAB --org THIS-DIRECTORY`.",
        "",
    ]


def _changes(found: Tuning) -> Sequence[str]:
    return [
        f"{number}. {one_line(one.title)} ({_key(one)}): {one_line(one.reason)}"
        for number, one in enumerate(found.kept, 1)
    ]


def _key(one: Attempt) -> str:
    return f"`{one_line(one.key)}`, {one.id}" if one.key else one.id


def _brought(where: str, found: HeldOut | None) -> list[str]:
    if found is None:
        return []
    comparison = found.comparison
    tasks = ", ".join(line.task for line in comparison.tasks)
    unit = "progress of Optuna alone is 1" if comparison.unit == "optuna" else "in the metric"
    lines = [f"{where} ({tasks}), {comparison.runs} runs each, {unit}:", ""]
    lines += [f"- `{one.org}` {span(one.progress)}" for one in comparison.standings]
    if found.duel is not None:
        lines += ["", f"After for each unit before: {span(found.ratio)}, 95% interval in brackets."]
    return [*lines, ""]


def span(found: Interval) -> str:
    """``1.52 [1.20, 1.84]``."""
    if found.low is None or found.high is None:
        return f"{found.mean:.3g}"
    return f"{found.mean:.2f} [{found.low:.2f}, {found.high:.2f}]"
