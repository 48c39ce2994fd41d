"""Answers the evaluator's questions with the model that train.py left. Frozen.

Runs in the candidate's sandbox, sees contexts and artifacts, never a target. Writes
answers.npy: natural log-probabilities, one row of 256 for each question, as float16.
"""

import os
from pathlib import Path

import corpus  # noqa: F401, before NumPy: it pins PyTorch to one thread
import numpy as np
import train

ROWS = 64


def main() -> None:
    questions = Path(os.environ["ORGLOOP_QUESTIONS"])
    answers = Path(os.environ["ORGLOOP_ANSWERS"])
    contexts = np.load(questions / "contexts.npy", allow_pickle=False)
    model = train.load(os.environ.get("ORGLOOP_ARTIFACTS", "."))
    logp = np.empty((len(contexts), 256), np.float16)
    for i in range(0, len(contexts), ROWS):
        logp[i : i + ROWS] = train.log_probs(model, contexts[i : i + ROWS])
    if not np.isfinite(logp).all():
        raise SystemExit("the model gave log-probabilities that are infinite or not a number")
    np.save(answers / "answers.npy", logp)


if __name__ == "__main__":
    main()
