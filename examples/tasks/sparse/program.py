"""The constants of a run that is made up: surface.py knows what they would give, seed for seed."""

import json

LEARNING_RATE = 1e-3  # 1e-4..3e-2 log
BATCH = 64  # 16..512 log
WIDTH = 256  # 64..1024 log
DEPTH = 6  # 2..16 log
HEADS = 8  # 2..32 log
CONTEXT = 128  # 32..512 log
EMBEDDING = 64  # 16..256 log
INIT_SCALE = 0.5  # 0.05..5 log
OUTPUT_SCALE = 1.0  # 0.05..10 log
DROPOUT = 0.1  # 0..0.5
WEIGHT_DECAY = 0.01  # 1e-3..0.3 log
ADAM_BETA1 = 0.9  # 0.5..0.99
ADAM_BETA2 = 0.99  # 0.9..0.9999
ADAM_EPS = 1e-7  # 1e-9..1e-5 log
WARM_UP = 0.05  # 0..0.3
FINAL_RATE = 0.1  # 0..0.5


if __name__ == "__main__":
    constants = {name: value for name, value in globals().items() if name.isupper()}
    with open("constants.json", "w") as file:
        json.dump(constants, file)
