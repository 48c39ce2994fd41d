"""A sample lab with five tunables and a barred seed, and evidence about it made by hand."""

from __future__ import annotations

from orgloop.engines.protocol import Evidence, Json, Trial
from orgloop.testing.requests import FilesInMemory

TRAIN = """\
LEARNING_RATE = 1e-3
WIDTH = 64
DEPTH = 4
WEIGHT_DECAY = 0.01
USE_NESTEROV = False
SEED = 7
"""
HOME: dict[str, Json] = {
    "train.py:LEARNING_RATE": 1e-3,
    "train.py:WIDTH": 64,
    "train.py:DEPTH": 4,
    "train.py:WEIGHT_DECAY": 0.01,
    "train.py:USE_NESTEROV": False,
}
"""The incumbent's point, whose value is 1 and whose noise is 0.01; smaller is better."""


def sample_files(train: str = TRAIN) -> FilesInMemory:
    """The files of the sample lab."""
    return FilesInMemory({"README.md": "A lab.\n", "train.py": train})


def sample_trial(
    number: int, value: float | None, status: str = "discard", **changes: Json
) -> Trial:
    """A trial of the incumbent with ``changes``, by the constants' names."""
    keys: dict[str, Json] = {f"train.py:{name}": value for name, value in changes.items()}
    return Trial(f"e{number:04}", {**HOME, **keys}, value, status)


def sample_evidence(*trials: Trial, streak: int = 0) -> Evidence:
    """The evidence of a run with those trials."""
    return Evidence(
        trials=trials,
        incumbent_value=1.0,
        baseline_value=1.0,
        noise_sd=0.01,
        finished=sum(trial.status != "running" for trial in trials),
        streak=streak,
    )
