"""The kernel as it was at the start: what every candidate has to agree with, and is timed against.

Frozen. It is written to be read, not to be fast.
"""

import numpy as np

DEPTHS = 24
"""How far apart, in pixels, a point may lie in the two images: 0 to DEPTHS - 1."""
RADIUS = 3
"""Blocks of 2 * RADIUS + 1 pixels in each direction are compared."""


def shape_of(image: np.ndarray) -> tuple[int, int]:
    """The shape of the result: pixels whose block has all its neighbours at every depth."""
    height, width = image.shape
    return height - 2 * RADIUS, width - 2 * RADIUS - (DEPTHS - 1)


def depth_map(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each pixel of the left image, how far to the left its block is found in the right one.

    Both are uint8 and of one shape. The block's cost at depth d is the sum of absolute differences
    between it and the block d pixels further left in the right image; the result is the depth with
    the smallest cost, the smallest depth where costs are equal, as uint8 of `shape_of(left)`.
    """
    rows, columns = shape_of(left)
    side = 2 * RADIUS + 1
    costs = []
    for depth in range(DEPTHS):
        there = right[:, DEPTHS - 1 - depth : right.shape[1] - depth].astype(np.int64)
        apart = np.abs(left[:, DEPTHS - 1 :].astype(np.int64) - there)
        cost = np.zeros((rows, columns), np.int64)
        for down in range(side):
            for along in range(side):
                cost += apart[down : down + rows, along : along + columns]
        costs.append(cost)
    return np.stack(costs).argmin(axis=0).astype(np.uint8)
