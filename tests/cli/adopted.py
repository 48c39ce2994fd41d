"""Small repositories, each shaped like one that people have."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

ARGPARSE = """\
import argparse, random

RATE = 0.1
parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--epochs", type=int, default=3)
given = parser.parse_args()
draw = random.Random(given.seed)
for epoch in range(given.epochs):
    loss = (RATE - 0.3) ** 2 + draw.random() / 100
    print(f"epoch {epoch} lr 0.001 train_loss: {loss / 2:.4f} val_loss: {loss:.4f} (0.1s)")
"""
PROGRESS = """\
import os, random

draw = random.Random(int(os.environ["ORGLOOP_SEED"]))
for step in range(20):
    bar = "#" * step
    bar += f"| {step}/20 [00:01<00:02, 9.5it/s, loss={draw.random():.3f}]"
    print(f"\\r{5 * step}%|{bar}", end="")
print()
print(f"Test accuracy: {90 + draw.random():.2f}%")
"""
JSON_RESULT = """\
import json, os

os.makedirs("out", exist_ok=True)
with open("out/result.json", "w") as file:
    json.dump({"train": {"loss": 1.0}, "valid": {"loss": 0.25}}, file, indent=1)
print("done")
"""
CSV_LOG = """\
with open("log.csv", "w") as file:
    file.write("epoch,train_loss,val_loss,lr\\n")
    for epoch in range(3):
        file.write(f"{epoch},{0.5 / (epoch + 1)},{0.75 / (epoch + 1)},0.1\\n")
"""
DATA = """\
import pathlib

from model import score
from evaluate import judge

rows = [float(word) for word in open("data/rows.txt").read().split()]
weights = (pathlib.Path.home() / ".cache" / "thing" / "weights.txt").read_text()
with open("logs/run.txt", "w") as log:
    log.write("began")
print("score:", judge(score(rows)) + float(weights))
"""


def commit(root: Path, files: Mapping[str, str]) -> Path:
    """A repository of these files, committed as far as its own `.gitignore` lets it."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)
    return root
