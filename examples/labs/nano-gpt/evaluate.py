"""Scores a trained model on text that its process cannot read. Frozen and trusted.

    python evaluate.py ask      writes questions for predict.py, and keeps their answers apart
    python evaluate.py score    checks what predict.py wrote and prints `val_bpb: ...`
    python evaluate.py          by hand: both, with predict.py in between, on ./model.pt

With `holdout` before that (`python evaluate.py holdout ask`) it is another text, which no
experiment is ever scored on: `orgloop audit` asks for it once the search is over.

Orgloop gives the directories: ORGLOOP_QUESTIONS (predict.py reads it), ORGLOOP_ANSWERS (predict.py
writes it), ORGLOOP_SCORING (nobody else's). The validation text is the source of SQLAlchemy, the
hold-out that of Textual. Both come with Orgloop, and the sandbox of candidate code contains
neither. They are found here without being imported, and nothing that a candidate wrote is imported
or unpickled.
"""

import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import corpus  # before NumPy: it pins BLAS to one thread
import numpy as np

CONTEXT = 128
"""Bytes in a question. What is asked is the distribution of the byte after them."""
STRETCH = 256
"""Each stretch of the text of this many bytes holds at most one question."""
QUESTIONS = 4_096
WORDS = 7
"""A window is dropped where it shares 7 aligned 8-byte words in a row with the training text:
always where 63 bytes in a row are shared, never where fewer than 56 are."""
TOLERANCE = 0.01
"""How far from one the probabilities of an answer may sum (float16 comes within 0.003)."""

SOURCES = {"validation": "SQLAlchemy", "hold-out": "Textual"}
"""The packages whose source is asked about."""
PUBLISHED = {
    "validation": ("SQLAlchemy 2.1.9", "4b359643462303e3"),
    "hold-out": ("Textual 8.2.8", "ba90ca92d3b0aeb1"),
    "training": ("Python 3.11.7", "e2f99a4a5da00ae5"),
}
"""The texts that README.md's figures were made with, and the first digits of their SHA-256."""


class Refused(Exception):
    """The answers are not what was asked for; the message says in what way."""


def text_of(part: str) -> bytes:
    """The Python files of an installed package, joined in the order of their paths."""
    package = SOURCES[part].lower()
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Refused(f"the {part} text is not there; `pip install {package}` brings it")
    root = Path(spec.submodule_search_locations[0])
    paths = sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix())
    return b"".join(path.read_bytes() for path in paths)


def provenance(text: bytes, training: bytes, part: str = "validation") -> str:
    """Which texts these are, and a note where README.md's figures were made with others."""
    found = {
        part: (f"{SOURCES[part]} {version(SOURCES[part])}", text),
        "training": (f"Python {sys.version.split()[0]}", training),
    }
    lines = []
    for name, (source, content) in found.items():
        digest = hashlib.sha256(content).hexdigest()[:16]
        lines.append(f"{name} text: {source}, sha256 {digest}")
        if digest != PUBLISHED[name][1]:
            lines.append(
                f"note: the published figures had the {name} text of {PUBLISHED[name][0]}; "
                "numbers compare within this run, but not with those"
            )
    return "\n".join(lines)


def fingerprints(words: np.ndarray, step: int) -> np.ndarray:
    """A 64-bit number for each run of WORDS words, `step` apart, along the last axis."""
    factors = np.random.default_rng(7).integers(0, 2**63, WORDS, np.uint64) * np.uint64(2)
    runs = words.shape[-1] - step * (WORDS - 1)
    total = np.zeros((*words.shape[:-1], runs), np.uint64)
    for i in range(WORDS):
        total += words[..., i * step : i * step + runs] * (factors[i] + np.uint64(1))
    return total


def shared(windows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which rows of bytes share a long run with the text `known`; see WORDS."""
    prints = np.sort(fingerprints(known[: len(known) // 8 * 8].view(np.uint64), 1))
    top = np.uint64(40)  # a table of the top 24 bits answers most look-ups
    table = np.zeros(2**24, bool)
    table[prints >> top] = True
    copied = np.zeros(len(windows), bool)
    for start in range(0, len(windows), 256):
        words = windows[start : start + 256].astype(np.uint64)
        for width in (1, 2, 4):  # the 8 bytes from each place on, as one number
            words = words[:, :-width] | words[:, width:] << np.uint64(8 * width)
        found = fingerprints(words, 8)
        rows, places = np.nonzero(table[found >> top])
        wanted = found[rows, places]
        at = np.searchsorted(prints, wanted).clip(max=len(prints) - 1)
        copied[start + rows[prints[at] == wanted]] = True
    return copied


def questions(text: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contexts (n, 128) and the bytes that follow them (n,), in an order that says nothing.

    Each lies at a random place of its own stretch and short of its end: contexts are disjoint, no
    target stands in another question, and the text between two of them is in none. The choice is
    the same for every seed; README.md says why.
    """
    rng = np.random.default_rng(20)
    stretches = rng.permutation(len(text) // STRETCH)
    starts = stretches * STRETCH + rng.integers(0, STRETCH - CONTEXT - 1, len(stretches))
    windows = text[starts[:, None] + np.arange(CONTEXT + 1)]
    windows = windows[~shared(windows, known)][:QUESTIONS]
    return windows[:, :CONTEXT], windows[:, CONTEXT]


def ask(to_candidate: Path, scoring: Path, part: str = "validation") -> None:
    text, known = text_of(part), corpus.training_text()
    contexts, targets = questions(np.frombuffer(text, np.uint8), known)
    np.save(to_candidate / "contexts.npy", contexts)
    np.save(scoring / "targets.npy", targets)
    said = provenance(text, known.tobytes(), part)
    (scoring / "provenance.txt").write_text(said, encoding="utf-8")
    print(f"questions: {len(targets)}")


def read_answers(path: Path, count: int) -> np.ndarray:
    """The candidate's log-probabilities, exactly normalised; raises Refused on anything odd.

    The header is checked before any data is read, so no size or type that a candidate made up
    reaches NumPy's loader.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Refused(f"there is no {path.name} that can be read: {error.strerror}") from None
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > count * 256 * 4 + 4096:
            raise Refused(f"{path.name} is no plain file, or larger than its content can be")
        try:
            major, _ = np.lib.format.read_magic(file)
            if major != 1:
                raise ValueError(f"version {major} of the format")
            shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
        except ValueError as error:
            raise Refused(f"{path.name} is no NumPy file of the first version: {error}") from None
        if by_column or shape != (count, 256) or dtype not in (np.float16, np.float32):
            raise Refused(
                f"{path.name} holds {dtype} of shape {shape}; asked was float32 or float16 of "
                f"shape {(count, 256)} in rows"
            )
        values = np.fromfile(file, dtype, count * 256)
    if len(values) != count * 256:
        raise Refused(f"{path.name} is cut short")
    logp = values.reshape(count, 256).astype(np.float32)
    if not np.isfinite(logp).all():
        raise Refused("an answer holds a value that is infinite or not a number")
    if logp.max() > TOLERANCE:
        raise Refused("an answer holds a probability above one; log-probabilities are <= 0")
    sums = np.exp(logp).sum(axis=1)
    worst = int(np.abs(sums - 1).argmax())
    if abs(sums[worst] - 1) > TOLERANCE:
        raise Refused(f"the probabilities of answer {worst} sum to {sums[worst]:.4f}, not to 1")
    return logp - np.log(sums)[:, None]


def score(answers: Path, scoring: Path) -> None:
    targets = np.load(scoring / "targets.npy", allow_pickle=False)
    logp = read_answers(answers / "answers.npy", len(targets))
    bits = -logp[np.arange(len(targets)), targets].astype(np.float64) / np.log(2)
    letters = np.isin(targets, np.frombuffer(b"abcdefghijklmnopqrstuvwxyz_", np.uint8))
    spaces = np.isin(targets, np.frombuffer(b" \n", np.uint8))
    print((scoring / "provenance.txt").read_text(encoding="utf-8"))
    print(f"questions: {len(targets)}")
    print(f"accuracy: {(logp.argmax(axis=1) == targets).mean():.4f}")
    print(f"bpb_letters: {bits[letters].mean():.4f}")
    print(f"bpb_spaces: {bits[spaces].mean():.4f}")
    print(f"bpb_others: {bits[~letters & ~spaces].mean():.4f}")
    print(f"val_bpb: {bits.mean():.6f}")


def by_hand(part: str) -> None:
    """All three steps on ./model.pt, without a sandbox."""
    with tempfile.TemporaryDirectory() as name:
        folders = {part: Path(name, part) for part in ("QUESTIONS", "ANSWERS", "SCORING")}
        for folder in folders.values():
            folder.mkdir()
        ask(folders["QUESTIONS"], folders["SCORING"], part)
        env = {f"ORGLOOP_{part}": str(folder) for part, folder in folders.items()}
        predict = Path(__file__).with_name("predict.py")
        done = subprocess.run([sys.executable, str(predict)], env={**os.environ, **env})
        if done.returncode != 0:
            raise Refused("predict.py failed; is there a model.pt from `python train.py`?")
        score(folders["ANSWERS"], folders["SCORING"])


def main(arguments: list[str]) -> int:
    def place(name: str) -> Path:
        return Path(os.environ[f"ORGLOOP_{name}"])

    part = "hold-out" if arguments[:1] == ["holdout"] else "validation"
    if part == "hold-out":
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
