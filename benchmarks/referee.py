"""Rules of acceptance on simulated tasks whose truth is known.

Every proposal changes the true value by a draw from N(mu, tau^2); a bench run adds noise; more is
better. All rules get the same number of bench runs, baseline included, and are driven through
the protocol, exactly as the lab drives them. ``python benchmarks/referee.py --quick`` for a
look, ``--seeds 40`` for a table, ``--seeds 200 --rules greedy welch significant`` for the one in
the documentation; ``--rules significant:0.05 significant:0.2`` are shares of false keeps.

Columns: ``true`` the best commit's true value at the end (the baseline's is 0), ``keeps`` and
how many of them were ``false`` (true change not above 0), ``bias`` of the value claimed for the
best commit when the run ends, ``along`` the same averaged over the ends of all experiments of the
run, which tells a small bias from chance with far fewer seeds, ``kept bias`` of the values recorded
at all keeps, in the metric's units, each with its standard error over seeds; ``cover``, how often
the 95% interval of the value claimed at the end held the truth.

``noise 1, shared`` is ``noise 1`` where nine tenths of the noise's variance is the seed's, the same
for every commit: what pairing seeds takes away.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import starmap

import numpy as np

from orgloop.referee import Account, Call, Case, Referee, Reign, Ruling, Sample, referee_for
from orgloop.referee.significant import SignificantReferee

RULES = ("greedy", "welch", "significant")
FRONTIER = ("significant:0.02", "significant:0.05", "significant:0.2")
"""The rule with another share of false keeps than the tenth that it ships with."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """Where proposals come from."""

    name: str
    noise: float
    mu: float = -1.0
    tau: float = 1.0
    shared: float = 0.0
    """Part of the noise's variance that is the seed's, whatever the commit."""


LANDSCAPES = (
    Landscape("noise 0.1", 0.1),
    Landscape("noise 0.5", 0.5),
    Landscape("noise 1", 1.0),
    Landscape("noise 2", 2.0),
    Landscape("null", 1.0, 0.0, 0.0),
    Landscape("noise 1, shared", 1.0, shared=0.9),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One simulated run."""

    true: float
    keeps: int
    false: int
    bias: float
    along: float
    """Bias of what is claimed for the incumbent, mean over the ends of all experiments."""
    covered: float
    """Whether the claimed value's 95% interval held the truth; not a number without one."""
    kept_bias: float
    """Sum over the run's keeps."""


class Bench:
    """The n-th measurement of each commit has the n-th seed, as in the lab."""

    def __init__(self, land: Landscape, rng: np.random.Generator) -> None:
        self._land, self._rng = land, rng
        self._shifts: list[float] = []

    def measure(self, true: float, seed: int) -> Sample:
        """One run."""
        land = self._land
        own = land.noise * (1.0 - land.shared) ** 0.5
        value = true + float(self._rng.normal(0, own))
        if land.shared:
            while seed >= len(self._shifts):
                self._shifts.append(float(self._rng.normal(0, land.noise * land.shared**0.5)))
            value += self._shifts[seed]
        return Sample(seed, value)

    def proposal(self) -> float:
        """The true change of the next candidate."""
        land = self._land
        return float(self._rng.normal(land.mu, land.tau)) if land.tau else land.mu

    def offset(self, seeds: int) -> float:
        """What the seeds of the baseline add to all: values are on their scale."""
        return sum(self._shifts[:seeds]) / seeds if self._shifts else 0.0


def referee_called(rule: str) -> Referee:
    """``significant``, ``greedy``, ``welch``, or ``significant:SHARE``."""
    name, _, share = rule.partition(":")
    return SignificantReferee(account=Account(share=float(share))) if share else referee_for(name)


def simulate(rule: str, land: Landscape, runs: int, seed: int) -> Outcome:
    """One run of ``runs`` measurements under ``rule``."""
    rng = np.random.default_rng(
        [seed, round(land.noise * 1000), round(land.tau * 1000), round(land.shared * 1000)]
    )
    referee, bench = referee_called(rule), Bench(land, rng)
    first = 1 if rule == "greedy" else 3  # the others learn the noise, as the lab does
    incumbent = [bench.measure(0.0, number) for number in range(first)]
    lineage: list[Reign] = []
    refused: list[Sequence[Sample]] = []
    history: list[list[float]] = []
    truth, spent, keeps, false, kept_bias = 0.0, first, 0, 0, 0.0
    claimed = sum(sample.value for sample in incumbent) / first
    error: float | None = None
    biases: list[float] = []
    while spent < runs:
        change = bench.proposal()
        samples: list[Sample] = []
        ruling: Ruling | None = None
        while spent < runs and (ruling is None or ruling.call is Call.AGAIN):
            samples = [*samples, bench.measure(truth + change, len(samples))]
            spent += 1
            ruling = referee.rule(
                Case(
                    "maximize", samples, incumbent, history=history, remaining=runs - spent,
                    lineage=[*lineage, Reign(incumbent, refused)],
                )
            )  # fmt: skip
        if ruling is not None and ruling.call.keeps:
            history.append([sample.value for sample in incumbent])
            lineage.append(Reign(incumbent, refused))
            incumbent, refused = samples, []
            truth += change
            keeps += 1
            false += change <= 0
            claimed, error = ruling.value, ruling.stderr
            kept_bias += claimed - truth - bench.offset(first)
        else:
            history.append([sample.value for sample in samples])
            refused.append(samples)
        now = Case("maximize", (), incumbent, lineage=[*lineage, Reign(incumbent, refused)])
        if (found := referee.standing(now)) is not None:
            claimed, error = found.value, found.stderr
        biases.append(claimed - truth - bench.offset(first))
    covered = float("nan") if error is None else float(abs(biases[-1]) <= 1.96 * error)
    return Outcome(truth, keeps, false, biases[-1], float(np.mean(biases)), covered, kept_bias)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule on one landscape, over all seeds."""

    landscape: str
    rule: str
    true: float
    true_se: float
    keeps: float
    keeps_se: float
    false: float
    false_se: float
    bias: float
    bias_se: float
    along: float
    along_se: float
    kept_bias: float | None
    """None where nothing was kept."""
    kept_bias_se: float | None
    cover: float | None
    seeds: int
    runs: int
    noise: float

    @staticmethod
    def of(land: Landscape, rule: str, runs: int, outcomes: Sequence[Outcome]) -> Line:
        """Means with their standard errors."""
        true, bias = mean([one.true for one in outcomes]), mean([one.bias for one in outcomes])
        along = mean([one.along for one in outcomes])
        keeps = mean([one.keeps for one in outcomes])
        false = mean([one.false for one in outcomes])
        kept = kept_se = None
        if total := sum(one.keeps for one in outcomes):
            # A ratio of sums, its standard error by linearisation (Cochran 1977, ch. 2).
            kept = sum(one.kept_bias for one in outcomes) / total
            spread = mean([one.kept_bias - kept * one.keeps for one in outcomes])[1]
            kept_se = spread * len(outcomes) / total
        known = [one.covered for one in outcomes if one.covered == one.covered]
        cover = float(np.mean(known)) if known else None
        return Line(
            land.name, rule, *true, *keeps, *false, *bias, *along, kept, kept_se, cover,
            len(outcomes), runs, land.noise,
        )  # fmt: skip


def mean(values: Sequence[float]) -> tuple[float, float]:
    """Mean and its standard error."""
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return float(np.mean(values)), error


def lines(
    rules: Sequence[str], lands: Sequence[Landscape], *, runs: int, seeds: int, jobs: int
) -> Iterable[tuple[Line, float]]:
    """Each landscape under each rule, with the seconds that it took, as they come."""
    with ProcessPoolExecutor(jobs) as pool:
        for land in lands:
            for rule in rules:
                began = time.perf_counter()
                todo = [(rule, land, runs, seed) for seed in range(seeds)]
                if jobs > 1:
                    outcomes = list(pool.map(simulate, *zip(*todo, strict=True)))
                else:
                    outcomes = list(starmap(simulate, todo))
                yield Line.of(land, rule, runs, outcomes), time.perf_counter() - began


def main() -> None:
    """Print the frontier."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="8 seeds of 300 runs")
    parser.add_argument("--rules", nargs="+", default=[*RULES, *FRONTIER])
    parser.add_argument("--only", nargs="+", help="landscapes by name")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seeds, runs = (8, 300) if options.quick else (options.seeds, options.runs)
    lands = [land for land in LANDSCAPES if not options.only or land.name in options.only]
    found: list[Line] = []
    if not options.json:
        print(f"{runs} bench runs, mean of {seeds} seeds ± standard error")
        print(f"{'landscape':<16} {'rule':<17} {'true':>14} {'keeps':>7} {'false':>13}", end="")
        print(f" {'bias':>16} {'along':>16} {'kept bias':>16} {'cover':>5} {'s':>5}")
    for line, took in lines(options.rules, lands, runs=runs, seeds=seeds, jobs=options.jobs):
        found.append(line)
        if not options.json:
            print(_printed(line, took), flush=True)
    if options.json:
        print(json.dumps([asdict(line) for line in found]))


def _printed(line: Line, took: float) -> str:
    kept = (
        f"{'':>16}"
        if line.kept_bias is None or line.kept_bias_se is None
        else f"{line.kept_bias:>8.3f} ± {line.kept_bias_se:<5.3f}"
    )
    cover = "" if line.cover is None else f"{line.cover:.2f}"
    return (
        f"{line.landscape:<16} {line.rule:<17} {line.true:>7.2f} ± {line.true_se:<4.2f}"
        f" {line.keeps:>7.1f} {line.false:>6.2f} ± {line.false_se:<4.2f}"
        f" {line.bias:>8.3f} ± {line.bias_se:<5.3f}"
        f" {line.along:>8.3f} ± {line.along_se:<5.3f} {kept} {cover:>5} {took:>5.0f}"
    )


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
