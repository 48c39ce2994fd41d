"""The constants of a run that is made up: surface.py knows what they would give, seed for seed."""

import json

ACTIVATION = "tanh"  # one of: tanh, relu, gelu, silu
OPTIMIZER = "adam"  # one of: sgd, adam, lion
NORMALIZE = False
LEARNING_RATE = 1e-3  # 1e-5..1e-1 log
WIDTH = 128  # 32..512 log
DEPTH = 3  # 1..12 log
DROPOUT = 0.1  # 0..0.5
WEIGHT_DECAY = 0.01  # 1e-4..0.5 log
BATCH = 64  # 16..512 log
LABEL_SMOOTHING = 0.0  # 0..0.3


if __name__ == "__main__":
    constants = {name: value for name, value in globals().items() if name.isupper()}
    with open("constants.json", "w") as file:
        json.dump(constants, file)
