"""One trial: an organization on a copy of a task's lab, for a fixed number of experiments."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from orgloop import __version__
from orgloop.charter import parse_charter
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.lab.session import Session
from orgloop.lab.summary import RunSummary
from orgloop.ledger import Ledger, ledger_path
from orgloop.org.files import CHARTER
from orgloop.problems import Problems
from orgloop.tune.contender import Contender
from orgloop.tune.curve import Course, course_of, curve_of, progress_of
from orgloop.tune.place import copy_lab
from orgloop.tune.result import TrialResult
from orgloop.tune.tasks import TrialTask
from orgloop.tune.verify import Verified, look_up, measure_again

RESULT = "result.json"
VERIFY = 3
"""Fresh seeds on which each incumbent is measured again where runs are real."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is to be tried. Equal trials give equal results, but for the clock."""

    org: Contender
    task: TrialTask
    experiments: int
    seed: int
    """Of the run. Trials with the same one share the seeds of their measurements, fresh ones
    included."""
    verify: int = VERIFY
    model: str | None = None
    """What thinks for all roles, where that is not the organization's to say."""

    @property
    def key(self) -> str:
        """A digest of all that the result depends on."""
        said = {
            "org": self.org.digest,
            "task": self.task.task.model_dump(mode="json"),
            "simulated": self.task.simulated,
            "experiments": self.experiments,
            "seed": self.seed,
            "verify": 0 if self.task.simulated else self.verify,
            "model": self.model,
            "orgloop": __version__,
            "files": self.task.version,
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def finished_trial(trial: Trial, place: Path) -> TrialResult | None:
    """The result of this very trial, where an earlier call left it at ``place``."""
    try:
        result = TrialResult.model_validate_json((place / RESULT).read_bytes())
    except (OSError, ValidationError):
        return None
    if result.key != trial.key:
        return None
    return result.model_copy(update={"org": trial.org.name, "task": trial.task.name})


def run_trial(
    trial: Trial,
    place: Path,
    *,
    keep_lab: bool = False,
    on_open: Callable[[Session], None] = lambda _: None,
) -> TrialResult | None:
    """Carry the trial out in ``place``, a directory of its own, or go on with it there.

    A trial that finished is read and not repeated; one that was killed goes on as any run does.
    None where somebody stopped it. The copy of a simulated lab is removed at the end unless
    ``keep_lab``. Raises what :mod:`orgloop.errors` names.
    """
    known = finished_trial(trial, place)
    if known is not None:
        return known
    _claim(trial, place)
    lab = copy_lab(trial.task, place)
    summary = run_lab(
        lab,
        _options(trial, place),
        on_open=on_open,
        executor=trial.task.bench,
        inline=trial.task.simulated,
    )
    if summary.state != "finished":
        return None
    with Ledger.read_only(ledger_path(lab)) as ledger:
        course = course_of(ledger, summary.run)
        generations = len(ledger.generations.all(summary.run))
    verified = _verified(trial, lab, summary.run, course)
    if verified is None:
        return None
    result = _result(trial, summary, course, verified, generations)
    draft = place / f"{RESULT}.part"
    draft.write_text(result.model_dump_json(indent=1), encoding="utf-8")
    draft.rename(place / RESULT)
    if trial.task.simulated and not keep_lab:
        (place / "lab.txt").unlink(missing_ok=True)
        shutil.rmtree(place / "lab", ignore_errors=True)
        shutil.rmtree(place / "organization", ignore_errors=True)
    return result


def _claim(trial: Trial, place: Path) -> None:
    """Clear what another trial left at this place: its lab would be resumed as this one's."""
    claim = place / "trial.txt"
    if claim.is_file() and claim.read_text(encoding="utf-8") == trial.key:
        return
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    claim.write_text(trial.key, encoding="utf-8")


def _options(trial: Trial, place: Path) -> RunOptions:
    root = trial.org.write(place / "organization")
    charter = parse_charter(trial.org.files[CHARTER], CHARTER, Problems())
    # Where the bench takes no time, what roles take would be all there is to measure, and would
    # ask for proposals ahead that no real bench asks for; nor would a trial be the same twice.
    fixed = charter is not None and charter.lookahead is not None
    return RunOptions(
        org=str(root.resolve()),
        model=trial.model,
        experiments=trial.experiments,
        seed=trial.seed,
        lookahead=0 if trial.task.simulated and not fixed else None,
        slots=trial.task.task.slots,
    )


def _verified(trial: Trial, lab: Path, run: str, course: Course) -> Verified | None:
    task = trial.task
    if task.surface is not None:
        return look_up(lab, task, task.surface, course.incumbents)
    return measure_again(lab, task, run, course.incumbents, trial.verify)


def _result(
    trial: Trial, summary: RunSummary, course: Course, verified: Verified, generations: int
) -> TrialResult:
    curve = curve_of(course, verified.gains, trial.experiments)
    return TrialResult(
        key=trial.key,
        org=trial.org.name,
        task=trial.task.name,
        metric=summary.metric,
        goal=summary.goal,
        seed=trial.seed,
        budget=trial.experiments,
        simulated=trial.task.simulated,
        verified_by="truth" if trial.task.simulated else "fresh seeds",
        verify=0 if trial.task.simulated else trial.verify,
        baseline=verified.baseline,
        curve=curve,
        progress=progress_of(curve),
        kept=summary.kept,
        discarded=summary.discarded,
        crashed=summary.crashed,
        measurements=summary.measurements,
        bench_busy_s=summary.bench_busy_s,
        wall_s=summary.wall_s,
        tokens=summary.tokens,
        cost_usd=summary.cost_usd,
        unpriced_tokens=summary.unpriced_tokens,
        generations=generations,
    )
