"""The training run of a tuning lab: the candidate organization works on each of some tasks.

Called by the bench, in its sandbox, as `python -m orgloop.tune.outer.play`. The candidate is data:
nothing of it is ever executed, and every role is thought for by its embedded engine.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from orgloop.errors import OrgloopError, UserError
from orgloop.org import load_org
from orgloop.org.amend import amended
from orgloop.problems import ProblemsFound
from orgloop.tune.contender import Contender
from orgloop.tune.outer.places import CANDIDATE, GIVEN, TRIALS, organization_in
from orgloop.tune.result import TrialResult
from orgloop.tune.tasks import TrialTask, find_tasks
from orgloop.tune.tournament import run_seed
from orgloop.tune.trial import Trial, run_trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the candidate in the current directory; exit status 1 where it may not be run."""
    parser = argparse.ArgumentParser(prog="play", description=__doc__)
    parser.add_argument("--tasks", required=True, help="simulated tasks, joined by commas")
    parser.add_argument("--experiments", type=int, required=True, help="budget on each task")
    parser.add_argument("--seed", type=int, required=True)
    asked = parser.parse_args(arguments)
    try:
        tasks = find_tasks(asked.tasks.split(","))
        candidate = checked(Path(), tasks)
        results = played(candidate, tasks, asked.experiments, asked.seed)
    except ProblemsFound as found:
        refused = (one for one in found.problems if one.severity == "error")
        print(*(f"refused: {one}" for one in refused), sep="\n", file=sys.stderr)
        return 1
    except OrgloopError as error:
        print(error, file=sys.stderr)
        return 1
    for one in results:
        print(f"{one.task}: {one.kept} of {one.budget} kept, gain at the end {one.gain:.4g}")
    Path(TRIALS).write_text(json.dumps([one.model_dump(mode="json") for one in results]))
    return 0


def checked(lab: Path, tasks: Sequence[TrialTask]) -> Contender:
    """The candidate of ``lab``, which must be an organization that its given one may become.

    Raises ProblemsFound for one that does not check, or widens what a person gave it.
    """
    given, candidate = (organization_in(lab / name) for name in (GIVEN, CANDIDATE))
    person, problems = load_org(given, tasks[0].task)
    problems.raise_errors()
    assert person is not None, "an organization without problems"
    removed = {path: None for path in given if path not in candidate}
    if removed or candidate != given:
        problems = amended(person, person, {**candidate, **removed}, tasks[0].task)[1]
        problems.raise_errors()
    one = Contender(CANDIDATE, candidate)
    for task in tasks[1:]:
        one.check(task.task)
    return one


def played(
    org: Contender, tasks: Sequence[TrialTask], experiments: int, seed: int
) -> list[TrialResult]:
    """A run of ``org`` on each of ``tasks``, from a run's seed that follows from ``seed``.

    Raises UserError for a task whose runs are real, and what a run raises.
    """
    found: list[TrialResult] = []
    with tempfile.TemporaryDirectory() as folder:
        for task in tasks:
            if not task.simulated:
                raise UserError(f"`{task.name}` is no simulated task.")
            trial = Trial(org, task, experiments, run_seed(seed, 0), model="embedded")
            result = run_trial(trial, Path(folder) / task.name)
            if result is None:
                raise UserError("The run was stopped.")
            found.append(result)
    return found


if __name__ == "__main__":
    sys.exit(main())
