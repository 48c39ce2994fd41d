"""Pairs of images to measure depth in. Frozen."""

import numpy as np
from baseline import DEPTHS

VALIDATION = (80, 140)
HOLDOUT = (61, 187)
"""Rows and columns; the hold-out's are none that a search could have fitted its bands to."""


def scene(rng: np.random.Generator, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A left and a right view of tilted, textured ground with two boxes on it, and some noise."""
    height, width = shape
    ground = rng.integers(0, 256, (height, width + DEPTHS), np.uint8)
    depth = np.linspace(0, DEPTHS // 2, height)[:, None] + np.zeros(width)
    for _ in range(2):
        row, column = int(rng.integers(height // 2)), int(rng.integers(width // 2))
        depth[row : row + height // 3, column : column + width // 3] = rng.integers(DEPTHS)
    columns = np.arange(width) + depth.astype(int)
    left = ground[:, :width]
    right = ground[np.arange(height)[:, None], columns]
    noisy = right + rng.integers(-6, 7, right.shape)
    return np.ascontiguousarray(left), noisy.clip(0, 255).astype(np.uint8)
