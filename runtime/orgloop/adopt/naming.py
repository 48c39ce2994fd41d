"""What the name of a printed number says: whether it is a result, and which way is better."""

from __future__ import annotations

import re

from orgloop.task.model import Goal

_SMALLER = frozenset(
    {"loss", "losses", "error", "err", "bpb", "bpc", "bpd", "ppl", "perplexity", "mse", "rmse"}
    | {"mae", "mape", "nll", "ce", "entropy", "wer", "cer", "fid", "brier", "logloss", "cost"}
    | {"regret", "latency", "time", "ms", "seconds", "runtime", "elapsed", "rmsle", "smape"}
    | {"divergence", "kl", "distance", "residual", "deviance", "ece", "eer", "size", "bytes"}
)
_LARGER = frozenset(
    {"acc", "accuracy", "f1", "auc", "auroc", "score", "reward", "return", "returns", "r2"}
    | {"precision", "recall", "map", "bleu", "rouge", "psnr", "ssim", "iou", "miou", "dice"}
    | {"throughput", "speedup", "ndcg", "mrr", "hits", "likelihood", "elbo", "win", "winrate"}
    | {"success", "correct", "kappa", "mcc", "top1", "top5", "gflops", "tflops", "flops", "acc1"}
    | {"fitness", "utility", "profit", "sharpe", "ratio", "mfu", "qps", "fps"}
)
_HELD_OUT = frozenset(
    {"val", "valid", "validation", "test", "eval", "evaluation", "dev", "holdout", "heldout"}
    | {"final", "best", "oof", "cv"}
)
_TRAINING = frozenset({"train", "training", "batch", "running", "grad"})
_NO_RESULT = frozenset(
    {"epoch", "epochs", "step", "steps", "iter", "iters", "iteration", "iterations", "lr", "seed"}
    | {"rate", "time", "seconds", "sec", "secs", "ms", "elapsed", "eta", "remaining", "dt", "it"}
    | {"mb", "gb", "kb", "vram", "memory", "mem", "params", "parameters", "tokens", "samples"}
    | {"depth", "width", "layers", "heads", "size", "batches", "progress", "percent", "version"}
    | {"norm", "num", "count", "total", "port", "line", "gpu", "cpu", "cuda", "workers", "device"}
    | {"mfu", "flops", "warmup", "momentum", "decay", "dropout", "duration", "runtime", "examples"}
    | {"index", "id", "fold", "trial", "year", "date", "hour", "minute", "tok", "per", "s"}
)


def words(name: str) -> list[str]:
    """``val_bpb`` is ``val`` and ``bpb``; ``evalLoss`` is ``eval`` and ``loss``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]


def goal_of(name: str) -> Goal | None:
    """Whether smaller or larger is better, where the name says it."""
    for word in reversed(words(name)):
        if word in _SMALLER:
            return "minimize"
        if word in _LARGER:
            return "maximize"
    return None


def weight(name: str) -> int:
    """How much a number of this name looks like the result; 0 and less does not."""
    parts = words(name)
    telling = any(part in _SMALLER | _LARGER for part in parts)
    held_out = any(part in _HELD_OUT for part in parts)
    weight = 4 * telling + 3 * held_out
    weight -= 3 * any(part in _TRAINING for part in parts)
    weight -= 5 * any(part in _NO_RESULT for part in parts)
    return weight


def metric_name(key: str) -> str:
    """The key as one word, as ``metric:`` wants it."""
    return re.sub(r"[\s:=]+", "_", key.strip()) or "value"
