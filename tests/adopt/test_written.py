"""Results in files are printed by the command that is proposed, and read from there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from orgloop.adopt.numbers import Found
from orgloop.adopt.written import written
from orgloop.bench.metric import MetricReader


def best(folder: Path, name: str, text: str) -> Found:
    (folder / name).write_text(text)
    return written(folder, [name], "true")[0]


def reads(folder: Path, found: Found) -> float | None:
    """What the bench reads when the proposed command is really run."""
    assert found.run is not None
    said = subprocess.run(found.run, shell=True, cwd=folder, capture_output=True, text=True)
    return MetricReader(found.metric, found.pattern).read(said.stdout).value


NESTED = {"train": {"loss": 1.0}, "valid": {"loss": 0.25}, "config": {"lr": 0.1}}
HISTORY = {"history": [{"val_acc": 0.5}, {"val_acc": 0.75}]}


@pytest.mark.parametrize(
    ("name", "text", "metric", "value"),
    [
        ("r.json", '{"val_loss": 0.5, "epochs": 3}', "val_loss", 0.5),
        ("r.json", json.dumps(NESTED, indent=2), "valid_loss", 0.25),
        ("r.json", json.dumps(HISTORY), "val_acc", 0.75),
        ("l.jsonl", '{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.5}\n', "loss", 1.5),
        ("l.csv", "epoch,val loss,lr\n1,0.9,0.1\n2,0.8,0.1\n", "val_loss", 0.8),
        ("l.tsv", "acc\tepoch\n0.1\t1\n0.2\t2\n", "acc", 0.2),
        ("a b.csv", "x,score\n1,0.5\n", "score", 0.5),
    ],
)
def test_the_result_is_found_and_printed(
    tmp_path: Path, name: str, text: str, metric: str, value: float
) -> None:
    found = best(tmp_path, name, text)
    assert (found.metric, found.value) == (metric, value)
    assert reads(tmp_path, found) == value


@pytest.mark.parametrize(
    ("name", "text"), [("r.json", "{oops"), ("l.csv", "only,a,heading\n"), ("l.jsonl", "no\n")]
)
def test_a_file_without_a_result_gives_none(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert written(tmp_path, [name], "true") == []
