"""Three choices and seven numbers; where the learning rate is best depends on the choices.

Frozen, and hidden from roles and candidate code.
"""

import json
import math
import os
import random

SHARED_NOISE, OWN_NOISE = 0.014, 0.014
FLOOR = 0.8
ACTIVATIONS = {"tanh": 0.06, "relu": 0.03, "gelu": 0.0, "silu": 0.01}
OPTIMIZERS = {"sgd": 0.10, "adam": 0.0, "lion": 0.02}
RATES = {"sgd": 3e-2, "adam": 2.5e-3, "lion": 3e-4}
BEST = {"WIDTH": 230, "DEPTH": 4.5, "WEIGHT_DECAY": 0.04, "BATCH": 40}
CURVE = {"WIDTH": 0.022, "DEPTH": 0.030, "WEIGHT_DECAY": 0.014, "BATCH": 0.016}
"""Loss for one doubling away from the optimum."""


def loss(constants):
    """What the constants give in the mean; raises FloatingPointError where it diverges."""
    normal = constants["NORMALIZE"]
    best_rate = RATES[constants["OPTIMIZER"]] * (1.6 if normal else 1.0)
    rate = math.log2(float(constants["LEARNING_RATE"]) / best_rate)
    if rate > (4.0 if normal else 2.5):
        raise FloatingPointError("the loss is not finite")
    total = ACTIVATIONS[constants["ACTIVATION"]] + OPTIMIZERS[constants["OPTIMIZER"]]
    total += 0.0 if normal else 0.04
    total += (0.02 if normal else 0.035) * rate * rate
    for name, best in BEST.items():
        total += CURVE[name] * math.log2(float(constants[name]) / best) ** 2
    total += 0.6 * (float(constants["DROPOUT"]) - 0.22) ** 2
    total += 1.5 * (float(constants["LABEL_SMOOTHING"]) - 0.08) ** 2
    return FLOOR + 3 * math.tanh(total / 3)


def seconds(constants):
    """What such a run would take."""
    return 20 + 40 * (constants["WIDTH"] / 128) * (constants["DEPTH"] / 3) ** 0.5


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
