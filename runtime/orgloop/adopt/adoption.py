"""From a repository to a ``task.md``: run it, read it, propose, ask, check, write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from orgloop.adopt.asking import Asker, Choice
from orgloop.adopt.checkout import Trying, trying
from orgloop.adopt.confirm import confirm
from orgloop.adopt.editing import sort_files, unknown
from orgloop.adopt.mounting import mounts, strays
from orgloop.adopt.numbers import Found, likely, printed, written_pattern
from orgloop.adopt.page import Page
from orgloop.adopt.prose import body
from orgloop.adopt.scripts import commands, project_name, with_seed
from orgloop.adopt.trial import Trial, environment_for, run_trial
from orgloop.adopt.written import written
from orgloop.bench import Ending, Measurement
from orgloop.bench.tail import tail
from orgloop.errors import OrgloopError, UserError
from orgloop.ledger.numbers import duration, size
from orgloop.problems import Problems, ProblemsFound
from orgloop.task import Task, parse_task
from orgloop.task.model import Goal

TASK = "task.md"
LONGEST_TRIAL = 600.0
_MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said beforehand; None and empty where it is to be found out."""

    run: str | None = None
    metric: str | None = None
    goal: Goal | None = None
    pattern: str | None = None
    editable: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    name: str | None = None
    network: bool = False
    wall: float = LONGEST_TRIAL
    """Seconds that a trial may take."""
    confirmed: bool = True
    """Whether what was written is measured twice, as a lab would."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was written, and what it stands on."""

    text: str
    """The ``task.md``."""
    value: float
    """What the trial gave."""
    trial_s: float
    values: tuple[float, ...]
    """What the bench measured under it, on different seeds."""
    frozen: tuple[tuple[str, str], ...]
    """Files that the run used and that stay as they are, each with why."""


async def adopt(repo: Path, wishes: Wishes, asker: Asker) -> Adopted:
    """Work out the ``task.md`` of the repository, or folder of one, in ``repo``.

    Nothing is written there. Raises UserError where a run fails, prints no number, or a wish does
    not fit.
    """
    if (repo / TASK).exists():
        raise UserError(
            f"{repo / TASK} is there already.",
            hint="It is a lab: `orgloop check` looks at it. Move the file away to begin again.",
        )
    with trying(repo.resolve()) as place:
        if place.dirty:
            asker.say("Changes that are not committed are left out: experiments begin at HEAD.")
        command = _command(place, wishes, asker)
        asker.say(f"A trial run of `{command}` in a throwaway clone, sandboxed:")
        trial = await run_trial(
            place, command, wall=wishes.wall, network=wishes.network, show=asker.show
        )
        _require(trial)
        asker.say(f"It took {duration(trial.result.wall_s)}, {size(trial.result.peak_bytes)}.")
        found = _metric(place, trial, wishes, asker)
        goal = wishes.goal or _goal(found, asker)
        files = sort_files(place, trial)
        editable = _editable(place, files.editable, wishes, asker)
        page = _page(place, trial, found, goal, editable, wishes, asker)
        task = _task(page)
        values: list[float] = []
        if wishes.confirmed:
            asker.say("As a lab would run it, on two seeds:")
            async with aclosing(confirm(place, task)) as measured:
                values = [_measured(one, asker, page) async for one in measured]
            _compare(values, page, asker)
        frozen = tuple(one for one in files.frozen if one[0] not in editable)
        for name, why in frozen:
            asker.say(f"  frozen    {name} ({why})")
        return Adopted(page.text(), found.value, trial.result.wall_s, tuple(values), frozen)


def _command(place: Trying, wishes: Wishes, asker: Asker) -> str:
    if wishes.run is not None:
        if wishes.run != with_seed(wishes.run, place.lab):
            asker.say("The script has an option for a seed, and `--run` does not fill it in.")
        return wishes.run
    found = commands(place.lab, sorted(place.tracked))
    choices = [Choice(one.line, one.why) for one in found[:_MOST_OFFERED]]
    return asker.choose("Which command trains, or whatever is to improve?", choices, flag="--run")


def _require(trial: Trial) -> None:
    if not trial.trouble:
        return
    if trial.result.ending is Ending.WALL:
        raise UserError(
            f"The trial run was still going after {duration(trial.result.wall_s)}.",
            hint="Give it longer with `--limit 30min`, or name a shorter run with `--run`.",
        )
    hint = "Name the command that works with `--run`."
    if re.search(r"(?i)name resolution|ConnectionError|getaddrinfo|URLError", tail(trial.output)):
        hint = "It asked for the network, which runs do not have: `--network` gives it to them."
    elif re.search(r"Read-only file system|PermissionError", tail(trial.output)):
        hint = "It wrote beyond its own files, which no run may: name another place with `--run`."
    elif "ModuleNotFoundError" in tail(trial.output):
        hint = "Its environment was not found: make one in `.venv`, or name its python in `--run`."
    raise UserError(f"The trial run failed: {trial.trouble}", hint=hint)


def _metric(place: Trying, trial: Trial, wishes: Wishes, asker: Asker) -> Found:
    if wishes.pattern is not None:
        if wishes.metric is None:
            raise UserError("`--pattern` is for a metric.", hint="Name it with `--metric`.")
        return written_pattern(wishes.metric, wishes.pattern, trial.output)
    found = printed(trial.output)
    known = {one.metric for one in found}
    from_files = written(place.lab, trial.made, trial.command)
    found += [one for one in from_files if one.metric not in known]
    if not found:
        raise UserError(
            "The run printed no number with a name, and wrote none to a JSON or CSV file.",
            hint="Have it print `name: number` at its end, or give `--metric` and `--pattern`.",
        )
    if wishes.metric is not None:
        return _wished(wishes.metric, found)
    offered = likely(found)[:_MOST_OFFERED]
    choices = [
        Choice(one.metric, f"{one.value:g}, {_where(one)}, from `{one.line.strip()[:60]}`")
        for one in offered
    ]
    return _wished(asker.choose("Which number counts?", choices, flag="--metric"), found)


def _wished(metric: str, found: Sequence[Found]) -> Found:
    for one in found:
        if metric in (one.metric, one.metric.replace("_", " ")):
            return one
    shown = ", ".join(f"`{one.metric}`" for one in found[:_MOST_OFFERED])
    raise UserError(f"The trial run gave no number called `{metric}`.", hint=f"It gave {shown}.")


def _where(found: Found) -> str:
    if found.run is not None:
        return f"written to {found.source}"
    return "printed once" if found.times == 1 else f"printed {found.times} times, the last counts"


def _goal(found: Found, asker: Asker) -> Goal:
    both = [Choice("minimize", "smaller is better"), Choice("maximize", "larger is better")]
    if found.goal is not None:
        both.sort(key=lambda choice: choice.value != found.goal)
        return "minimize" if both[0].value == "minimize" else "maximize"
    said = asker.choose(
        f"`{found.metric}` is {found.value:g}: which way is better?",
        [Choice("", "its name does not say"), *both],
        flag="--goal",
    )
    if said not in ("minimize", "maximize"):
        raise UserError(
            f"Whether a smaller or a larger `{found.metric}` is better is not known.",
            hint="Say `--goal minimize` or `--goal maximize`.",
        )
    return "minimize" if said == "minimize" else "maximize"


def _editable(
    place: Trying, proposed: Sequence[str], wishes: Wishes, asker: Asker
) -> tuple[str, ...]:
    given = wishes.editable
    if not given:
        choices = [Choice(", ".join(proposed), "what the run used")] if proposed else []
        said = asker.choose("Which files may an experiment change?", choices, flag="--editable")
        given = tuple(name.strip() for name in said.split(",") if name.strip())
    missing = unknown(given, place.tracked)
    if missing:
        raise UserError(
            f"`{missing[0]}` is no file that git tracks here.",
            hint="Name files of the repository, or commit this one first.",
        )
    return given


def _page(
    place: Trying,
    trial: Trial,
    found: Found,
    goal: Goal,
    editable: Sequence[str],
    wishes: Wishes,
    asker: Asker,
) -> Page:
    proposals = mounts(place, trial)
    for one in proposals:
        asker.say(f"  mounted   {one.written} ({one.why})")
    for path in strays(place, trial)[:3]:
        asker.say(f"  careful   it wrote to {path}, where a run cannot")
    if found.pattern is not None:
        asker.say(f"  pattern   {found.pattern}")
        asker.say(f"            reads {found.value:g} from the trial's own output")
    used_gpu = any(re.match(r"/dev/nvidia\d", str(path)) for path in (*trial.read, *trial.written))
    return Page(
        name=wishes.name or project_name(place.lab, place.place.lab.name),
        metric=found.metric,
        goal=goal,
        run=found.run or trial.command,
        pattern=found.pattern,
        editable=editable,
        mounts=tuple(dict.fromkeys((*(one.written for one in proposals), *wishes.mounts))),
        env=environment_for(trial.command),
        wall=max(60.0, 3 * trial.result.wall_s),
        memory=max(2**30, 3 * trial.result.peak_bytes),
        gpus=1 if used_gpu else 0,
        network=wishes.network,
        body=body(place, found, editable),
    )


def _task(page: Page) -> Task:
    problems = Problems()
    task = parse_task(page.text(), TASK, problems)
    if task is None:
        raise ProblemsFound(list(problems))
    return task


def _measured(one: Measurement, asker: Asker, page: Page) -> float:
    if one.value is not None:
        asker.say(f"  {page.metric} {one.value:g} in {duration(one.wall_s)}")
        return one.value
    said = one.crash.message if one.crash is not None else "it gave no number."
    last = one.crash.tail.rpartition("\n")[2] if one.crash is not None else ""
    raise OrgloopError(
        f"What works in the trial does not work as a lab would run it: {said}",
        hint=f"Show it what it lacks with `--mount`. It said: {last[:200]}",
    )


def _compare(values: Sequence[float], page: Page, asker: Asker) -> None:
    if len(set(values)) > 1:
        return
    if "{seed}" in page.run:
        asker.say("  The same number on both: the seed changes nothing, so it is deterministic.")
    else:
        asker.say(
            "  The same number on both. The command takes no seed, so noise cannot be told from "
            "gain: `min_delta` in task.md says what is worth having."
        )
