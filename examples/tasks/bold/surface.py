"""Six constants on a plateau: a doubling is worth little, three or four of them nearly everything.

Frozen, and hidden from roles and candidate code.
"""

import json
import math
import os
import random

SHARED_NOISE, OWN_NOISE = 0.014, 0.014
FLOOR = 1.6
WAY = {
    "LEARNING_RATE": 1,
    "TEMPERATURE": -1,
    "WEIGHT_DECAY": 1,
    "BATCH": -1,
    "INIT_SCALE": 1,
    "CLIP": -1,
}
FROM = {
    "LEARNING_RATE": 1e-4,
    "TEMPERATURE": 8.0,
    "WEIGHT_DECAY": 0.001,
    "BATCH": 512,
    "INIT_SCALE": 0.02,
    "CLIP": 10.0,
}
WORTH = {
    "LEARNING_RATE": 0.22,
    "TEMPERATURE": 0.12,
    "WEIGHT_DECAY": 0.08,
    "BATCH": 0.10,
    "INIT_SCALE": 0.12,
    "CLIP": 0.05,
}
TURN, TOP, STEEP = 2.0, 4.0, 0.55
"""Doublings from the default: where half of a constant's worth is there, and where it is best."""


def loss(constants):
    """What the constants give in the mean; raises FloatingPointError where it diverges."""
    total = 0.0
    for name, way in WAY.items():
        moved = way * math.log2(float(constants[name]) / FROM[name])
        if name == "LEARNING_RATE" and moved > TOP + 3:
            raise FloatingPointError("the loss is not finite")
        gone = 1 / (1 + math.exp((moved - TURN) / STEEP))
        total += WORTH[name] * (gone + 0.15 * max(0.0, moved - TOP) ** 2)
        total += WORTH[name] * 0.05 * max(0.0, -moved) ** 2
    return FLOOR + 3 * math.tanh(total / 3)


def seconds(constants):
    """What such a run would take."""
    return 60.0


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
