"""Six constants whose effects hide in the noise, as in reinforcement learning.

Frozen, and hidden from roles and candidate code.
"""

import json
import math
import os
import random

SHARED_NOISE, OWN_NOISE = 0.04, 0.09
FLOOR = 1.0
BEST = {
    "LEARNING_RATE": 1.2e-3,
    "BATCH": 80,
    "ENTROPY": 0.003,
    "DISCOUNT_HORIZON": 260.0,
    "CLIP": 0.12,
    "WIDTH": 150,
}
CURVE = {
    "LEARNING_RATE": 0.060,
    "BATCH": 0.035,
    "ENTROPY": 0.030,
    "DISCOUNT_HORIZON": 0.045,
    "CLIP": 0.030,
    "WIDTH": 0.025,
}
"""Loss for one doubling away from the optimum."""


def loss(constants):
    """What the constants give in the mean."""
    away = {name: math.log2(float(constants[name]) / best) for name, best in BEST.items()}
    total = sum(CURVE[name] * step * step for name, step in away.items())
    return FLOOR + 3 * math.tanh(total / 3)


def seconds(constants):
    """What such a run would take."""
    return 120.0


def measured(constants, seed):
    """The loss as one run sees it: part of the noise is the seed's, the rest the run's own."""
    place = " ".join(
        f"{name}={value if isinstance(value, (str, bool)) else format(float(value), '.12g')}"
        for name, value in sorted(constants.items())
    )
    shared = random.Random(f"{seed}").gauss(0.0, SHARED_NOISE)
    return loss(constants) + shared + random.Random(f"{seed} {place}").gauss(0.0, OWN_NOISE)


if __name__ == "__main__":
    with open(os.path.join(os.environ["ORGLOOP_ARTIFACTS"], "constants.json")) as file:
        constants = json.load(file)
    print(f"loss: {measured(constants, int(os.environ['ORGLOOP_SEED']))!r}")
