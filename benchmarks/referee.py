"""Rules of acceptance on simulated tasks whose truth is known.

Every proposal changes the true value by a draw from N(mu, tau^2); a bench run adds noise; more is
better. All rules get the same number of bench runs, baseline included, and are driven through
the protocol, exactly as the lab drives them. ``python benchmarks/referee.py --quick`` for a
look, ``--seeds 40`` for the table in the documentation, ``--seeds 200 --rules significant`` for
the bias.

Columns: ``true`` the best commit's true value at the end (the baseline's is 0), ``keeps`` and
how many of them were ``false`` (true change not above 0), ``bias`` of the value claimed for the
best commit when the run ends, ``kept bias`` of the values recorded at each keep, in the metric's
units, each with its standard error over seeds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import starmap

import numpy as np

from orgloop.referee import Call, Case, Reign, Ruling, Sample, referee_for, standing

BASELINE_RUNS = {"greedy": 1}
"""The others start from three baseline seeds, as the lab does."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """Where proposals come from."""

    name: str
    noise: float
    mu: float = -1.0
    tau: float = 1.0


LANDSCAPES = (
    Landscape("noise 0.1", 0.1),
    Landscape("noise 0.5", 0.5),
    Landscape("noise 1", 1.0),
    Landscape("noise 2", 2.0),
    Landscape("null", 1.0, 0.0, 0.0),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One simulated run."""

    true: float
    keeps: int
    false: int
    bias: float
    kept_bias: float | None
    """Mean over the run's keeps; None without one."""


def simulate(rule: str, land: Landscape, runs: int, seed: int) -> Outcome:
    """One run of ``runs`` measurements under ``rule``."""
    rng = np.random.default_rng([seed, round(land.noise * 1000), round(land.tau * 1000)])
    referee = referee_for(rule)
    first = BASELINE_RUNS.get(rule, 3)
    incumbent = [Sample(i, float(v)) for i, v in enumerate(rng.normal(0, land.noise, first))]
    lineage: list[Reign] = []
    refused: list[list[Sample]] = []
    history: list[list[float]] = []
    truth, spent, false = 0.0, first, 0
    claimed = sum(sample.value for sample in incumbent) / first
    biases: list[float] = []
    while spent < runs:
        change = float(rng.normal(land.mu, land.tau)) if land.tau else land.mu
        samples: list[Sample] = []
        ruling: Ruling | None = None
        while spent < runs and (ruling is None or ruling.call is Call.AGAIN):
            value = truth + change + float(rng.normal(0, land.noise))
            samples = [*samples, Sample(len(samples), value)]
            spent += 1
            ruling = referee.rule(
                Case(
                    "maximize", samples, incumbent, history=history, remaining=runs - spent,
                    lineage=[*lineage, Reign(incumbent, refused)],
                )
            )  # fmt: skip
        if ruling is not None and ruling.call is Call.BETTER:
            history.append([sample.value for sample in incumbent])
            lineage.append(Reign(incumbent, refused))
            incumbent, refused = samples, []
            truth += change
            false += change <= 0
            claimed = ruling.value
            biases.append(claimed - truth)
        else:
            history.append([sample.value for sample in samples])
            refused.append(samples)
    if rule == "significant":
        last = Case("maximize", (), incumbent, lineage=[*lineage, Reign(incumbent, refused)])
        claimed = standing(last)[0]
    kept = sum(biases) / len(biases) if biases else None
    return Outcome(truth, len(biases), false, claimed - truth, kept)


def mean(values: Sequence[float]) -> tuple[float, float]:
    """Mean and its standard error."""
    if not values:
        return float("nan"), float("nan")
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return float(np.mean(values)), error


def main() -> None:
    """Print the frontier."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="8 seeds of 300 runs")
    parser.add_argument("--rules", nargs="+", default=["greedy", "welch", "significant"])
    parser.add_argument("--only", nargs="+", help="landscapes by name")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seeds, runs = (8, 300) if options.quick else (options.seeds, options.runs)
    rows: list[dict[str, object]] = []
    if not options.json:
        print(f"{runs} bench runs, mean of {seeds} seeds ± standard error")
        print(f"{'landscape':<10} {'rule':<12} {'true':>14} {'keeps':>7} {'false':>7}", end="")
        print(f" {'bias':>15} {'kept bias':>15} {'s':>6}")
    for land in LANDSCAPES:
        if options.only and land.name not in options.only:
            continue
        for rule in options.rules:
            start = time.perf_counter()
            if options.jobs > 1:
                with ProcessPoolExecutor(options.jobs) as pool:
                    outcomes = list(pool.map(partial(simulate, rule, land, runs), range(seeds)))
            else:
                outcomes = list(starmap(simulate, [(rule, land, runs, s) for s in range(seeds)]))
            true, bias = mean([o.true for o in outcomes]), mean([o.bias for o in outcomes])
            kept = mean([o.kept_bias for o in outcomes if o.kept_bias is not None])
            keeps, false = mean([o.keeps for o in outcomes]), mean([o.false for o in outcomes])
            rows.append(
                {
                    "landscape": land.name, "rule": rule, "true": true[0], "true_se": true[1],
                    "keeps": keeps[0], "false": false[0], "bias": bias[0], "bias_se": bias[1],
                    "kept_bias": kept[0], "kept_bias_se": kept[1], "seeds": seeds, "runs": runs,
                }
            )  # fmt: skip
            if not options.json:
                print(
                    f"{land.name:<10} {rule:<12} {true[0]:>7.2f} ± {true[1]:<4.2f}"
                    f" {keeps[0]:>7.1f} {false[0]:>7.2f} {bias[0]:>8.3f} ± {bias[1]:<5.3f}"
                    f" {kept[0]:>7.3f} ± {kept[1]:<5.3f} {time.perf_counter() - start:>6.0f}",
                    flush=True,
                )
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
