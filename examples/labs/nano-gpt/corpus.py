"""The training text, the device and the clock. Frozen: an experiment may call it, not change it.

The text is the Python standard library's own source, as bytes. Parts that Linux distributions
leave out or ship apart (tests, tkinter, idlelib, ...) and generated tables are skipped, so that
the text depends on the Python version and hardly on who packaged it.
"""

import functools
import os

# A training run is measured in CPU seconds of the whole process. More than one BLAS thread
# would spend them without finishing sooner. Must happen before NumPy and PyTorch are imported.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import time

import numpy as np

BUDGET_SECONDS = 15.0
"""What a training run may spend, imports and reading the text included."""

BEGAN = time.monotonic()

SKIPPED = frozenset(
    "test tests idle_test site-packages dist-packages __pycache__ lib-dynload "
    "idlelib tkinter turtledemo lib2to3 distutils ensurepip pydoc_data encodings".split()
)


@functools.cache
def device() -> str:
    """Where the model lives: an NVIDIA card, else Apple's, else the processor."""
    import torch

    torch.set_num_threads(1)
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def spent() -> float:
    """The share of the training budget that this process has used; stop at 1.0.

    CPU time on the processor, so that waiting is free; on a card, where the processor waits for
    it, the time on the clock if that is more.
    """
    used = time.process_time()
    if device() != "cpu":
        used = max(used, time.monotonic() - BEGAN)
    return used / BUDGET_SECONDS


def files() -> list[str]:
    """The paths of the training files, in a fixed order."""
    found = []
    for folder, folders, names in os.walk(os.path.dirname(os.__file__)):
        folders[:] = [f for f in folders if f not in SKIPPED and not f.startswith("config-")]
        found += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    # Debian links one module into /etc, which is none of Python's own and not in the sandbox.
    return sorted(path for path in found if not os.path.islink(path))


def training_text() -> np.ndarray:
    """All training bytes as one uint8 array: about 8 million."""
    parts = []
    for path in files():
        with open(path, "rb") as file:
            parts.append(file.read())
    return np.frombuffer(b"".join(parts), dtype=np.uint8)
