"""The constants of a run that is made up: surface.py knows what they would give, seed for seed."""

import json

LEARNING_RATE = 1e-4  # 1e-6..1e-1 log
TEMPERATURE = 8.0  # 0.05..100 log
WEIGHT_DECAY = 0.001  # 1e-5..1 log
BATCH = 512  # 8..4096 log
INIT_SCALE = 0.02  # 5e-4..5 log
CLIP = 10.0  # 0.05..100 log


if __name__ == "__main__":
    constants = {name: value for name, value in globals().items() if name.isupper()}
    with open("constants.json", "w") as file:
        json.dump(constants, file)
