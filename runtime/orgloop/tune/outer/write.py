"""Writes the lab that a tuning is run in."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import OrgloopError
from orgloop.markdown.rewrite import with_keys
from orgloop.org import bundled_root
from orgloop.repo.fresh import begin_repository
from orgloop.tune.contender import Contender
from orgloop.tune.outer.places import CANDIDATE, GIVEN, UNITS
from orgloop.tune.outer.sight import environment_of_orgloop, mounts_of_orgloop
from orgloop.tune.tasks import TrialTask
from orgloop.tune.yardstick import yardstick

_TEMPLATE = "examples/tuning"


@dataclass(frozen=True, slots=True)
class Outer:
    """What is tuned, on what, and how long one run of it is."""

    start: Contender
    tasks: tuple[TrialTask, ...]
    """Simulated ones."""
    experiments: int
    """Budget of a run of the organization on one task."""
    seed: int
    slots: int
    """Runs at one time."""

    @property
    def key(self) -> str:
        """What the lab is of, as a digest: another one is another lab."""
        said = [self.start.digest, self.experiments, self.seed]
        said += [f"{task.name} {task.version}" for task in self.tasks]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]


def outer_lab(outer: Outer, folder: Path) -> Path:
    """The lab below ``folder``, written where it is not there yet; returns its root.

    Raises OrgloopError where Optuna makes no progress on a task, and RepoError where git refuses.
    """
    root = folder / f"{outer.start.name}-{outer.key}"
    if (root / ".git").is_dir() and (root / "task.md").is_file():
        return root
    shutil.rmtree(root, ignore_errors=True)  # one that was cut off
    units = {task.name: yardstick(task, outer.experiments, folder) for task in outer.tasks}
    draft = root.with_name(f"{root.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(bundled_root() / _TEMPLATE, draft)
    (draft / "task.md").write_bytes(_task(outer, (draft / "task.md").read_bytes()))
    (draft / UNITS).write_text(json.dumps(units, indent=1) + "\n", encoding="utf-8")
    for name in (GIVEN, CANDIDATE):
        outer.start.write(draft / name)
    begin_repository(draft, f"The organization `{outer.start.name}`, to be tuned")
    draft.rename(root)
    return root


def _task(outer: Outer, content: bytes) -> bytes:
    names = ",".join(task.name for task in outer.tasks)
    changed = with_keys(
        content,
        {
            ("name",): f"tune-{outer.start.name}",
            ("run",): (
                f"python -m orgloop.tune.outer.play --tasks {names} "
                f"--experiments {outer.experiments} --seed {{seed}}"
            ),
            ("slots",): outer.slots,
            ("mounts",): mounts_of_orgloop() or None,
            **{("env", key): value for key, value in environment_of_orgloop().items()},
        },
    )
    if changed is None:
        raise OrgloopError("The template of a tuning lab cannot be filled in.")
    return changed
