"""Answers the evaluator's questions with the model that train.py left. Frozen.

Runs in the candidate's sandbox, sees rows without their digits, and the model. Writes answers.npy:
natural log-probabilities, one row of 10 for each question, as float32.
"""

import os
from pathlib import Path

import numpy as np
import train


def main() -> None:
    questions = Path(os.environ["ORGLOOP_QUESTIONS"])
    answers = Path(os.environ["ORGLOOP_ANSWERS"])
    rows = np.load(questions / "rows.npy", allow_pickle=False)
    model = train.load(os.environ.get("ORGLOOP_ARTIFACTS", "."))
    logp = train.log_probs(model, rows).astype(np.float32)
    if not np.isfinite(logp).all():
        raise SystemExit("the model gave log-probabilities that are infinite or not a number")
    np.save(answers / "answers.npy", logp)


if __name__ == "__main__":
    main()
