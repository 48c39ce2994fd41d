"""The table and how it is divided. Frozen: an experiment may call this file, not change it.

Each row is a handwritten digit: 64 columns (how much ink an 8 by 8 grid of cells holds, 0 to 16)
and which digit it is. The rows lie in the order in which they were collected, so that a block of
them is mostly the work of a few people, and are divided in blocks: whoever wrote the rows of the
validation has hardly written any of the training.
"""

import csv
from pathlib import Path

import numpy as np

COLUMNS = 64
CLASSES = 10
TRAINING = slice(0, 900)
VALIDATION = slice(900, 1350)
HOLDOUT = slice(1350, None)
"""Which rows of the library's table are which; the sandbox holds the first of them alone."""


def training_rows() -> tuple[np.ndarray, np.ndarray]:
    """The 900 rows to learn from, (900, 64) as float64, and their digits, (900,)."""
    with Path(__file__).with_name("training.csv").open(newline="") as file:
        rows = np.array([[int(cell) for cell in row] for row in csv.reader(file)])
    return rows[:, :COLUMNS].astype(np.float64), rows[:, COLUMNS]
