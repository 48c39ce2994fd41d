"""Scores a trained model on rows whose digits its process cannot read. Frozen and trusted.

    python evaluate.py ask      writes questions for predict.py, and keeps their answers apart
    python evaluate.py score    checks what predict.py wrote and prints `val_loss: ...`
    python evaluate.py          by hand: both, with predict.py in between, on ./model.pickle

With `holdout` before that (`python evaluate.py holdout ask`) it is other rows, which no experiment
is ever scored on: `orgloop audit` asks for them once the search is over.

Orgloop gives the directories: ORGLOOP_QUESTIONS (predict.py reads it), ORGLOOP_ANSWERS (predict.py
writes it), ORGLOOP_SCORING (nobody else's). The rows are those of `sklearn.datasets.load_digits`,
whose file the sandbox of candidate code does not show. Nothing that a candidate wrote is imported
or unpickled.
"""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import table

TOLERANCE = 0.001
"""How far from one the probabilities of an answer may sum."""


class Refused(Exception):
    """The answers are not what was asked for; the message says in what way."""


def rows_of(part: slice) -> tuple[np.ndarray, np.ndarray]:
    """The rows of one part and their digits, in an order that says nothing."""
    from sklearn.datasets import load_digits

    rows, digits = load_digits(return_X_y=True)
    known, answers = table.training_rows()
    if not (np.array_equal(rows[table.TRAINING], known) and
            np.array_equal(digits[table.TRAINING], answers)):
        raise Refused("training.csv is not the first 900 rows of scikit-learn's digits")
    order = np.random.default_rng(20).permutation(len(digits[part]))
    return rows[part][order], digits[part][order]


def ask(to_candidate: Path, scoring: Path, part: slice) -> None:
    rows, digits = rows_of(part)
    np.save(to_candidate / "rows.npy", rows)
    np.save(scoring / "digits.npy", digits)
    print(f"questions: {len(digits)}")


def read_answers(path: Path, count: int) -> np.ndarray:
    """The candidate's log-probabilities, exactly normalised; raises Refused on anything odd.

    The header is checked before any data is read, so no size or type that a candidate made up
    reaches NumPy's loader.
    """
    shape = (count, table.CLASSES)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Refused(f"there is no {path.name} that can be read: {error.strerror}") from None
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > 4 * count * table.CLASSES + 4096:
            raise Refused(f"{path.name} is no plain file, or larger than its content can be")
        try:
            major, _ = np.lib.format.read_magic(file)
            if major != 1:
                raise ValueError(f"version {major} of the format")
            found, by_column, dtype = np.lib.format.read_array_header_1_0(file)
        except ValueError as error:
            raise Refused(f"{path.name} is no NumPy file of the first version: {error}") from None
        if by_column or found != shape or dtype != np.float32:
            raise Refused(f"{path.name} holds {dtype} of shape {found}; asked was float32 {shape}")
        values = np.fromfile(file, dtype, count * table.CLASSES)
    if len(values) != count * table.CLASSES:
        raise Refused(f"{path.name} is cut short")
    logp = values.reshape(shape).astype(np.float64)
    if not np.isfinite(logp).all():
        raise Refused("an answer holds a value that is infinite or not a number")
    sums = np.exp(np.minimum(logp, 1.0)).sum(axis=1)
    worst = int(np.abs(sums - 1).argmax())
    if abs(sums[worst] - 1) > TOLERANCE:
        raise Refused(f"the probabilities of answer {worst} sum to {sums[worst]:.4f}, not to 1")
    return logp - np.log(sums)[:, None]


def score(answers: Path, scoring: Path) -> None:
    digits = np.load(scoring / "digits.npy", allow_pickle=False)
    logp = read_answers(answers / "answers.npy", len(digits))
    losses = -logp[np.arange(len(digits)), digits]
    print(f"questions: {len(digits)}")
    print(f"accuracy: {(logp.argmax(axis=1) == digits).mean():.4f}")
    print(f"worst_digit: {max(range(table.CLASSES), key=lambda d: losses[digits == d].mean())}")
    print(f"val_loss: {losses.mean():.6f}")


def by_hand(part: slice) -> None:
    """All three steps on ./model.pickle, without a sandbox."""
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name, kind) for kind in ("QUESTIONS", "ANSWERS", "SCORING")}
        for folder in folders.values():
            folder.mkdir()
        ask(folders["QUESTIONS"], folders["SCORING"], part)
        env = {f"ORGLOOP_{kind}": str(folder) for kind, folder in folders.items()}
        predict = Path(__file__).with_name("predict.py")
        done = subprocess.run([sys.executable, str(predict)], env={**os.environ, **env})
        if done.returncode != 0:
            raise Refused("predict.py failed; is there a model.pickle from `python train.py`?")
        score(folders["ANSWERS"], folders["SCORING"])


def main(arguments: list[str]) -> int:
    def place(name: str) -> Path:
        return Path(os.environ[f"ORGLOOP_{name}"])

    part = table.HOLDOUT if arguments[:1] == ["holdout"] else table.VALIDATION
    if part == table.HOLDOUT:
        arguments = arguments[1:]
    try:
        if arguments == ["ask"]:
            ask(place("QUESTIONS"), place("SCORING"), part)
        elif arguments == ["score"]:
            score(place("ANSWERS"), place("SCORING"))
        elif not arguments:
            by_hand(part)
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except KeyError as error:
        print(f"evaluate.py: {error} is not set; with no argument it needs none", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"evaluate.py: refused: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
