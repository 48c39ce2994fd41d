"""The constants of a run that is made up: surface.py knows what they would give, seed for seed."""

import json

LEARNING_RATE = 2e-3  # 1e-4..5e-2 log
BATCH = 128  # 16..1024 log
WIDTH = 256  # 32..1024 log
DEPTH = 4  # 1..12 log
CONTEXT = 32  # 8..128 log
INIT_SCALE = 1.0  # 0.05..10 log
WEIGHT_DECAY = 0.01  # 3e-4..0.5 log
CLIP = 1.0  # 0.1..10 log


if __name__ == "__main__":
    constants = {name: value for name, value in globals().items() if name.isupper()}
    with open("constants.json", "w") as file:
        json.dump(constants, file)
