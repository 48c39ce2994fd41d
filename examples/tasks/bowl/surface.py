"""A bowl in the logarithms of eight constants, with interactions and a cliff.

The optimum lies one to two doublings from the defaults. A learning rate that is too large for the
depth and the initial scale diverges. Frozen, and hidden from roles and candidate code.
"""

import json
import math
import os
import random

SHARED_NOISE, OWN_NOISE = 0.014, 0.014
FLOOR = 2.4
BEST = {
    "LEARNING_RATE": 6e-3,
    "BATCH": 56,
    "WIDTH": 440,
    "DEPTH": 6,
    "CONTEXT": 80,
    "INIT_SCALE": 0.36,
    "WEIGHT_DECAY": 0.035,
    "CLIP": 0.7,
}
CURVE = {
    "LEARNING_RATE": 0.035,
    "BATCH": 0.020,
    "WIDTH": 0.022,
    "DEPTH": 0.030,
    "CONTEXT": 0.028,
    "INIT_SCALE": 0.018,
    "WEIGHT_DECAY": 0.012,
    "CLIP": 0.010,
}
"""Loss for one doubling away from the optimum."""
TOGETHER = {
    ("LEARNING_RATE", "BATCH"): -0.014,
    ("WIDTH", "DEPTH"): 0.012,
    ("LEARNING_RATE", "INIT_SCALE"): 0.010,
}
EDGE = 2.0


def loss(constants):
    """What the constants give in the mean; raises FloatingPointError past the cliff."""
    away = {name: math.log2(float(constants[name]) / best) for name, best in BEST.items()}
    heat = away["LEARNING_RATE"] + 0.5 * away["DEPTH"] + 0.4 * away["INIT_SCALE"]
    if heat > EDGE:
        raise FloatingPointError("the loss is not finite")
    total = sum(CURVE[name] * step * step for name, step in away.items())
    total += sum(weight * away[one] * away[two] for (one, two), weight in TOGETHER.items())
    return FLOOR + 4 * math.tanh(total / 4)


def seconds(constants):
    """What such a run would take."""
    return 20 + 40 * (constants["WIDTH"] / 256) * (constants["DEPTH"] / 4) ** 0.5


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
