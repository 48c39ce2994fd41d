"""The environment variables of a step: what it needs, and nothing of the lab's own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")


def step_environment(
    *,
    path: Sequence[str],
    seed: int,
    cpus: int,
    gpus: Sequence[str],
    folders: Mapping[str, Path],
    own: Mapping[str, str],
) -> dict[str, str]:
    """Variables for one step; ``own`` is the task's ``env:`` and has the last word.

    ``folders`` become ``ORGLOOP_<NAME>``. Threads are as many as the slot has CPUs, and string
    hashes follow the seed, so that a run depends on its commit and its seed.
    """
    variables = {
        "PATH": ":".join(dict.fromkeys(path)),
        "HOME": home(),
        "TMPDIR": "/tmp",
        "USER": "orgloop",
        "LOGNAME": "orgloop",
        "LANG": "C.UTF-8",
        "ORGLOOP_SEED": str(seed),
        "PYTHONHASHSEED": str(seed % 2**32),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CUDA_VISIBLE_DEVICES": ",".join(gpus),
    }
    variables |= {f"{name}_NUM_THREADS": str(cpus) for name in _THREADS}
    variables |= {f"ORGLOOP_{name.upper()}": str(folder) for name, folder in folders.items()}
    return variables | dict(own)


def home() -> str:
    """The person's home directory by name (mounts of ``~/.cache/...`` lie in it); empty inside."""
    said = os.environ.get("HOME", "")
    return said if said.startswith("/") and len(Path(said).parts) > 1 else "/tmp/home"
