"""What a constant's name says: whether it may be tuned at all, and what kind of knob it is.

Names are read as words (``maxLR``, ``max_lr`` and ``--max-lr`` alike). The words that bar a
constant are those that set how long or on what a run runs, what it prints, or how it is judged:
changing them wins nothing honestly.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import Literal

Family = Literal[
    "learning rate", "decay", "epsilon", "momentum", "dropout", "probability", "fraction",
    "depth", "heads", "width", "scale", "other",
]  # fmt: skip

_BARRED = {
    "a seed": "seed seeds rng",
    "the length of a run": (
        "step steps epoch epochs iter iters iteration iterations round rounds updates tokens "
        "patience stopping trials episodes"
    ),
    "a time or a budget": (
        "time times timeout budget seconds secs minutes mins hours deadline duration wall walltime "
        "memory mem gb mb vram flops"
    ),
    "a path or a name": (
        "path paths dir dirs directory file files filename folder root url uri host port "
        "version revision ver id name year date tag cache download"
    ),
    "where and how it runs": (
        "device devices gpu gpus cuda cpu cpus tpu world workers worker threads jobs procs "
        "processes prefetch pin persistent backend ddp fsdp distributed nodes dtype precision amp "
        "fp16 bf16 tf32 fp8 float16 bfloat16 float32 half compile compiled jit xla cudnn "
        "deterministic benchmark"
    ),
    "what is printed or saved": (
        "log logs logging logger wandb tensorboard verbose verbosity debug print profile profiler "
        "report progress tqdm plot dpi quiet silent checkpoint checkpoints checkpointing ckpt "
        "save saves resume restore overwrite push hub interval every best"
    ),
    "how it is evaluated": (
        "eval evals evaluate evaluation val valid validate validation test tests testing holdout "
        "metric metrics folds splits cv"
    ),
    "what the data fixes": (
        "vocab vocabulary classes labels samples examples dataset datasets features inputs "
        "outputs alphabet"
    ),
}
_BARRING = {word: reason for reason, words in _BARRED.items() for word in words.split()}
_BARRED_PAIRS = {
    ("random", "state"): "a seed",
    ("input", "dim"): "what the data fixes",
    ("input", "size"): "what the data fixes",
    ("output", "dim"): "what the data fixes",
    ("output", "size"): "what the data fixes",
    ("in", "channels"): "what the data fixes",
    ("image", "size"): "what the data fixes",
    ("img", "size"): "what the data fixes",
    ("local", "rank"): "where and how it runs",
    ("dry", "run"): "what is printed or saved",
}
_NOT_VALIDATION = (("clip",), ("max",), ("min",), ("init",))
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_WHOLE = re.compile(r"(?i)(bf16|tf32|fp16|fp8|bfloat16|float16|float32|l1|l2)")


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of one name, lower case, digits apart: ``n_layer`` is ``("n", "layer")``."""
    found: list[str] = []
    for chunk in re.split(r"[^A-Za-z0-9]+", name):
        if _WHOLE.fullmatch(chunk):
            found.append(chunk.lower())
        else:
            found.extend(word.lower() for word in _WORD.findall(chunk))
    return tuple(found)


def leaf(name: str) -> str:
    """The last part of a dotted name that is not an index: ``adam.betas.0`` is ``betas``."""
    parts = name.split(".")
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    return parts[-1]


@lru_cache(maxsize=4096)
def barred(name: str) -> tuple[str, str] | None:
    """The word that keeps ``name`` from being tuned and what it stands for, or None."""
    last = words(leaf(name))
    if name.rsplit(".", 1)[-1].startswith("__"):
        return "__", "a name that Python keeps for itself"
    batch = "batch" in last
    step_size = last[-2:] == ("step", "size") and len(last) == 2
    for part in name.split("."):
        own = words(part)
        for pair in itertools.pairwise(own):
            if pair in _BARRED_PAIRS:
                return " ".join(pair), _BARRED_PAIRS[pair]
        for word in own:
            reason = _BARRING.get(word)
            if reason is None or (step_size and word == "step"):
                continue
            if word == "val" and own[-2:-1] in _NOT_VALIDATION:
                continue
            if batch and reason == "where and how it runs":
                continue  # a batch size per device is a batch size
            return word, reason
    return None


_WIDTHS = (
    "dim dims embd embed embedding hidden width widths units size channels filters context "
    "window batch rank experts bins estimators leaves length len"
)
_EXACT: dict[Family, frozenset[str]] = {
    "fraction": frozenset(
        "ratio frac fraction percent pct portion mix subsample colsample".split()  # noqa: SIM905
    ),
    "probability": frozenset({"prob", "probability", "p"}),
    "dropout": frozenset({"dropout", "drop", "droppath", "smoothing"}),
    "momentum": frozenset({"beta", "betas", "momentum", "ema", "gamma", "rho", "polyak"}),
    "learning rate": frozenset({"lr", "lrs", "eta", "learningrate"}),
    "decay": frozenset({"wd", "decay", "l1", "l2", "reg", "regularization", "lambda", "penalty"}),
    "epsilon": frozenset({"eps", "epsilon", "tol", "tolerance", "jitter"}),
    "scale": frozenset(
        "scale std gain temperature temp clip norm softcap cap mult multiplier sigma init".split()  # noqa: SIM905
    ),
    "heads": frozenset({"head", "heads", "groups"}),
    "depth": frozenset({"depth", "layer", "layers", "blocks", "stages", "hops", "neighbors"}),
    "width": frozenset(_WIDTHS.split()),
}

_FIRST: tuple[Family, ...] = ("dropout", "fraction", "probability", "momentum")
_LAST: tuple[Family, ...] = ("scale", "decay", "epsilon", "depth", "heads", "width")


@lru_cache(maxsize=4096)
def family(name: str) -> Family:
    """The kind of knob that a name suggests; what it is worth depends on the value too."""
    own = words(leaf(name))
    joined = " ".join(own)
    if "learning rate" in joined or "step size" in joined:
        bare: Family = "learning rate"
    else:
        bare = "other"
    if "weight decay" in joined:
        return "decay"
    if own[-1:] in (("dim",), ("dims",), ("size",), ("width",)):
        return "width"
    for kind in _FIRST:
        if _EXACT[kind].intersection(own):
            return kind
    if bare != "other" or _EXACT["learning rate"].intersection(own):
        return "learning rate"
    for kind in _LAST:
        if _EXACT[kind].intersection(own):
            return kind
    return "other"


_ELEMENTWISE = frozenset({"betas", "widths", "channels", "filters", "units", "dropouts", "depths"})


def by_element(name: str) -> bool:
    """Whether a tuple or list of this name is several knobs (betas, layer sizes) and not data."""
    own = words(leaf(name))
    sizes = own[-1:] in (("sizes",), ("dims",)) and "hidden" in own
    return sizes or bool(_ELEMENTWISE.intersection(own)) or own[-2:] == ("hidden", "layers")
