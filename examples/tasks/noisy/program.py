"""The constants of a run that is made up: surface.py knows what they would give, seed for seed."""

import json

LEARNING_RATE = 3e-4  # 1e-5..1e-2 log
BATCH = 32  # 8..256 log
ENTROPY = 0.01  # 1e-4..0.3 log
DISCOUNT_HORIZON = 100.0  # 10..1000 log
CLIP = 0.2  # 0.02..1 log
WIDTH = 64  # 16..512 log


if __name__ == "__main__":
    constants = {name: value for name, value in globals().items() if name.isupper()}
    with open("constants.json", "w") as file:
        json.dump(constants, file)
