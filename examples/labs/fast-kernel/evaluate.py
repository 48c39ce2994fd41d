"""Says whether a kernel is right, and how long it takes beside the baseline. Frozen and trusted.

    python evaluate.py ask      writes images for race.py, and keeps the right results apart
    python evaluate.py score    checks every result and prints `relative_time: ...`
    python evaluate.py          by hand: both, with race.py in between, on ./kernel.py

With `holdout` before that (`python evaluate.py holdout ask`) the images have another shape, which
no experiment is ever timed on: `orgloop audit` asks for it once the search is over.

Orgloop gives the directories: ORGLOOP_QUESTIONS (race.py reads it), ORGLOOP_ANSWERS (race.py writes
it), ORGLOOP_SCORING (nobody else's). Nothing that a candidate wrote is imported here.
"""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import baseline
import numpy as np
import scenes

PAIRS = 61
"""Pairs of images that are timed; an odd number, so that the median is one of them."""


class Refused(Exception):
    """The answers are not what was asked for; the message says in what way."""


def ask(to_candidate: Path, scoring: Path, shape: tuple[int, int]) -> None:
    # The bench's seed: other images each time, so that no kernel can know them, and the same ones
    # for two commits that are compared.
    rng = np.random.default_rng([int(os.environ.get("ORGLOOP_SEED", "0")), 20])
    pairs = np.array([scenes.scene(rng, shape) for _ in range(PAIRS + 1)])  # one to warm up with
    wanted = np.array([baseline.depth_map(*pair) for pair in pairs[:-1]])
    np.save(to_candidate / "pairs.npy", pairs)
    np.save(to_candidate / "like.npy", np.zeros_like(wanted[0]))
    np.save(scoring / "wanted.npy", wanted)
    print(f"pairs: {PAIRS}")


def read_array(path: Path, shape: tuple[int, ...], kind: type) -> np.ndarray:
    """An array of just this shape and type; raises Refused on anything odd.

    The header is checked before any data is read, so no size or type that a candidate made up
    reaches NumPy's loader.
    """
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Refused(f"there is no {path.name} that can be read: {error.strerror}") from None
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > size + 4096:
            raise Refused(f"{path.name} is no plain file, or larger than its content can be")
        try:
            major, _ = np.lib.format.read_magic(file)
            if major != 1:
                raise ValueError(f"version {major} of the format")
            found, by_column, dtype = np.lib.format.read_array_header_1_0(file)
        except ValueError as error:
            raise Refused(f"{path.name} is no NumPy file of the first version: {error}") from None
        if by_column or found != shape or dtype != np.dtype(kind):
            raise Refused(f"{path.name} holds {dtype} of shape {found}; asked was {shape}")
        values = np.fromfile(file, dtype, int(np.prod(shape)))
    if values.nbytes != size:
        raise Refused(f"{path.name} is cut short")
    return values.reshape(shape)


def score(answers: Path, scoring: Path) -> None:
    wanted = np.load(scoring / "wanted.npy", allow_pickle=False)
    results = read_array(answers / "results.npy", wanted.shape, np.uint8)
    seconds = read_array(answers / "seconds.npy", (len(wanted), 2), np.float64)
    wrong = np.argwhere(results != wanted)
    if len(wrong):
        pair, row, column = (int(place) for place in wrong[0])
        raise Refused(
            f"{len(wrong)} pixels of {wanted.size} are wrong, the first in pair {pair} at row "
            f"{row}, column {column}: {results[pair, row, column]}, not {wanted[pair, row, column]}"
        )
    if not (np.isfinite(seconds).all() and (seconds > 0).all()):
        raise Refused("a time is not a positive number")
    # Each ratio is of two runs that follow one another; the median of them leaves out those that
    # something else on the machine fell into.
    ratios = seconds[:, 1] / seconds[:, 0]
    fastest = seconds.min(axis=0)
    print(f"pairs: {len(wanted)}")
    print(f"baseline_ms: {1000 * fastest[0]:.2f}")
    print(f"kernel_ms: {1000 * fastest[1]:.2f}")
    print(f"relative_fastest: {fastest[1] / fastest[0]:.4f}")
    print(f"relative_time: {np.median(ratios):.6f}")


def by_hand(shape: tuple[int, int]) -> None:
    """All three steps on ./kernel.py, without a sandbox."""
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name, kind) for kind in ("QUESTIONS", "ANSWERS", "SCORING")}
        for folder in folders.values():
            folder.mkdir()
        ask(folders["QUESTIONS"], folders["SCORING"], shape)
        env = {f"ORGLOOP_{kind}": str(folder) for kind, folder in folders.items()}
        race = Path(__file__).with_name("race.py")
        done = subprocess.run([sys.executable, str(race)], env={**os.environ, **env})
        if done.returncode != 0:
            raise Refused("race.py failed; does `python check.py` say more?")
        score(folders["ANSWERS"], folders["SCORING"])


def main(arguments: list[str]) -> int:
    def place(name: str) -> Path:
        return Path(os.environ[f"ORGLOOP_{name}"])

    shape = scenes.VALIDATION
    if arguments[:1] == ["holdout"]:
        shape, arguments = scenes.HOLDOUT, arguments[1:]
    try:
        if arguments == ["ask"]:
            ask(place("QUESTIONS"), place("SCORING"), shape)
        elif arguments == ["score"]:
            score(place("ANSWERS"), place("SCORING"))
        elif not arguments:
            by_hand(shape)
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
