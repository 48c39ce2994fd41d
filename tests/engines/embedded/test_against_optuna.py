"""The embedded colleagues against Optuna alone and against chance, on surfaces with known truth.

A surface is a bowl in logarithms of eight constants with a few interactions, some constants that do
nothing, an optimum 1.5 steps from the default, a cliff past which runs crash, and a room for
improvement of 5 to 20 noise sds. Two proposals are in flight beside the one that is made. A keep
needs a gain of 1.64 standard errors over up to four measurements. The figure is the share of the
room that the incumbent has truly gained.

Shares at 6, 12 and 24 experiments over 60 surfaces that nothing was chosen on, each ±0.03: chance
0.32, 0.40, 0.45; Optuna's TPE alone after 4 random draws 0.23, 0.43, 0.65; scout and tpe 0.39,
0.57, 0.72, and 0.38, 0.58, 0.76 where no name misleads them (these surfaces do not know what a
learning rate is); tpe without a PI 0.38, 0.58, 0.75.
"""

import math
from collections.abc import Callable, Mapping
from statistics import fmean

import numpy as np
import pytest

from orgloop.engines import Evidence, PastStep, Trial
from orgloop.engines.embedded.scout import Scout
from orgloop.engines.embedded.tpe import Tpe
from orgloop.engines.protocol import Json
from orgloop.engines.tunables import discover
from orgloop.testing.requests import FilesInMemory, a_request, a_role, a_task

SOURCE = """LEARNING_RATE = 2e-3
BATCH = 128
WIDTH = 256
DEPTH = 4
CONTEXT = 32
INIT_SCALE = 0.1
WEIGHT_DECAY = 0.01
GRAD_CLIP = 1.0
"""
FILES, TASK = FilesInMemory({"train.py": SOURCE}), a_task()
SPACE = discover(FILES, TASK)
NOISE, FLOOR, IN_FLIGHT = 0.02, 2.4, 3

Point = Mapping[str, Json]


class Surface:
    def __init__(self, seed: int) -> None:
        draw, count = np.random.default_rng(seed), len(SPACE)
        self.noise = np.random.default_rng(seed + 10_000)
        self.best = draw.normal(0, 1.5, count)
        root = np.diag(
            np.exp(draw.normal(-0.5, 0.5, count)) * np.where(draw.random(count) < 0.25, 0.17, 1)
        )
        for _ in range(count // 2):
            one, other = draw.choice(count, 2, replace=False)
            root[one, other] += draw.choice([-0.6, 0.6]) * root[other, other]
        self.shape = root.T @ root
        room = draw.uniform(5, 20) * NOISE
        self.shape *= room / (self.best @ self.shape @ self.best)
        cliff = draw.choice(count, 2, replace=False)
        self.cliff = np.zeros(count)
        self.cliff[cliff] = draw.choice([-1, 1])
        self.edge = 2.2 + abs(draw.normal())
        self.start = self.value(SPACE.values)

    def steps(self, point: Point) -> np.ndarray:
        return np.array([math.log2(float(point[t.key]) / float(t.value)) for t in SPACE])  # type: ignore[arg-type]

    def value(self, point: Point) -> float:
        away = self.steps(point) - self.best
        return FLOOR + 4 * math.tanh(float(away @ self.shape @ away) / 4)

    def measure(self, point: Point) -> float | None:
        if self.cliff @ self.steps(point) > self.edge:
            return None
        return self.value(point) + float(self.noise.normal()) * NOISE


class Run:
    """What the next proposal may know."""

    def __init__(self, surface: Surface, seed: int) -> None:
        self.surface, self.seed, self.files = surface, seed, FILES
        self.home: Point = dict(SPACE.values)
        self.value = fmean(surface.measure(self.home) or FLOOR for _ in range(3))
        self.trials: list[Trial] = []
        self.flying: list[Trial] = []
        self.streak = 0

    def go(self, propose: Callable[["Run", int], Point], experiments: int) -> float:
        for number in range(experiments + IN_FLIGHT - 1):
            if number < experiments:
                point = propose(self, number)
                self.flying.append(Trial(f"e{number:04}", point, None, "running"))
            if len(self.flying) == IN_FLIGHT or number >= experiments:
                self.land(self.flying.pop(0))
        surface = self.surface
        return (surface.start - surface.value(self.home)) / (surface.start - FLOOR)

    def land(self, trial: Trial) -> None:
        values, kept = [], False
        while len(values) < 4 and (value := self.surface.measure(trial.params)) is not None:
            values.append(value)
            gain, error = self.value - fmean(values), NOISE * math.sqrt(1 / len(values) + 1 / 4)
            kept = gain > 1.64 * error
            if kept or gain < 0.3 * error:
                break
        status = ("keep" if kept else "discard") if values else "crash"
        mean = fmean(values) if values else None
        self.trials.append(Trial(trial.experiment, trial.params, mean, status))
        self.streak = 0 if kept else self.streak + 1
        if kept and mean is not None:
            self.home, self.value = trial.params, mean
            text = "".join(f"{t.name} = {trial.params[t.key]!r}\n" for t in SPACE)
            self.files = FilesInMemory({"train.py": text})


def colleagues(run: Run, number: int) -> Point:
    evidence = Evidence(
        trials=[*run.trials, *run.flying],
        incumbent_value=run.value,
        noise_sd=NOISE,
        finished=len(run.trials),
        streak=run.streak,
    )
    seed = run.seed * 1000 + number
    asked = a_request(files=run.files, role=a_role("pi"), evidence=evidence, seed=seed)
    plan = Scout()._think(asked)
    history = [PastStep("pi", None, plan.note, plan.data)]
    asked = a_request(
        files=run.files, role=a_role("tpe"), evidence=evidence, seed=seed + 500, history=history
    )
    params = Tpe()._think(asked).data["params"]
    assert isinstance(params, dict)
    return params


def optuna_alone(run: Run, number: int) -> Point:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    spaces = {t.key: optuna.distributions.FloatDistribution(0.0, 1.0) for t in SPACE}
    sampler = optuna.samplers.TPESampler(seed=run.seed * 1000 + number, n_startup_trials=4)
    study = optuna.create_study(sampler=sampler)
    for trial in [Trial("base", SPACE.values, run.surface.start, "keep"), *run.trials, *run.flying]:
        if trial.status != "crash":
            study.add_trial(
                optuna.trial.create_trial(
                    state=optuna.trial.TrialState.RUNNING
                    if trial.value is None
                    else optuna.trial.TrialState.COMPLETE,
                    value=trial.value,
                    params={t.key: t.to_unit(trial.params[t.key]) for t in SPACE},  # type: ignore[arg-type]
                    distributions=spaces,
                )
            )
    drawn = study.ask(spaces).params
    return {t.key: t.from_unit(drawn[t.key]) for t in SPACE}


def chance(run: Run, number: int) -> Point:
    draw = np.random.default_rng(run.seed * 1000 + number + 7)
    return {t.key: t.from_unit(float(draw.random())) for t in SPACE}


def share(propose: Callable[[Run, int], Point], experiments: int, surfaces: int = 24) -> float:
    return fmean(
        Run(Surface(seed), seed).go(propose, experiments) for seed in range(100, 100 + surfaces)
    )


@pytest.mark.slow
def test_twelve_experiments_gain_more_than_optuna_alone_and_than_chance() -> None:
    ours = share(colleagues, 12)
    assert ours > share(optuna_alone, 12) + 0.02
    assert ours > share(chance, 12) + 0.05


@pytest.mark.slow
def test_so_do_twenty_four() -> None:
    assert share(colleagues, 24) > share(optuna_alone, 24)


def test_a_run_on_a_surface_never_ends_below_where_it_began_by_more_than_noise() -> None:
    assert share(colleagues, 6, surfaces=2) > -0.2
