"""Sixteen constants, of which four matter and five more cost something when they grow.

Frozen, and hidden from roles and candidate code.
"""

import json
import math
import os
import random

SHARED_NOISE, OWN_NOISE = 0.01, 0.01
FLOOR = 3.1
BEST = {"LEARNING_RATE": 3.5e-3, "OUTPUT_SCALE": 0.3, "WEIGHT_DECAY": 0.04, "EMBEDDING": 112}
CURVE = {"LEARNING_RATE": 0.030, "OUTPUT_SCALE": 0.016, "WEIGHT_DECAY": 0.012, "EMBEDDING": 0.030}
"""Loss for one doubling away from the optimum."""
FREE = {"WIDTH": 512, "DEPTH": 12, "CONTEXT": 256, "BATCH": 128, "HEADS": 16}
"""Sizes above which a constant costs 0.02 for a doubling squared."""


def loss(constants):
    """What the constants give in the mean; raises FloatingPointError where it diverges."""
    away = {name: math.log2(float(constants[name]) / best) for name, best in BEST.items()}
    if away["LEARNING_RATE"] > 2.2:
        raise FloatingPointError("the loss is not finite")
    total = sum(CURVE[name] * step * step for name, step in away.items())
    for name, size in FREE.items():
        total += 0.02 * max(0.0, math.log2(float(constants[name]) / size)) ** 2
    total += 0.1 * max(0.0, float(constants["DROPOUT"]) - 0.2) ** 2
    return FLOOR + 4 * math.tanh(total / 4)


def seconds(constants):
    """What such a run would take."""
    return 30 + 60 * (constants["WIDTH"] / 256) * (constants["DEPTH"] / 6) ** 0.5


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
