"""A classifier for a table of numbers: columns are prepared, a model is fitted, and it is kept.

    python train.py --seed 1        fits on training.csv, leaves the model in model.pickle

predict.py imports `load` and `log_probs` from here; nothing else in this file is called from
outside, so everything else may change.
"""

import argparse
import pickle
import warnings

import numpy as np
import table
from sklearn.decomposition import PCA
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, QuantileTransformer, StandardScaler

MODEL = "forest"  # one of: forest, extra-trees, logistic, neighbours, network

# The columns
SCALING = "none"  # one of: none, standard, quantile
COMPONENTS = 0.0  # one of: 0.0, 0.9, 0.95, 0.99

# Trees
TREES = 60  # 10..300 log
DEPTH = 8  # 3..24
LEAF = 3  # 1..20 log
FEATURES = 0.5  # 0.05..1 log

# The other models
INVERSE_PENALTY = 1.0  # 0.001..100 log
NEIGHBOURS = 10  # 2..50 log
HIDDEN = 32  # 8..256 log
RATE = 1e-3  # 1e-4..3e-2 log
PENALTY = 1e-4  # 1e-6..10 log
PASSES = 40  # 10..120 log

# What comes out
SHARPNESS = 1.0  # 0.3..4 log
FLOOR = 1e-3  # 1e-6..0.05 log


def columns(seed: int) -> list:
    """The steps that prepare the columns."""
    steps = []
    if SCALING == "standard":
        steps.append(StandardScaler())
    elif SCALING == "quantile":
        steps.append(QuantileTransformer(n_quantiles=50, random_state=seed))
    if COMPONENTS:
        steps.append(PCA(COMPONENTS, random_state=seed))
    return steps or [FunctionTransformer()]


def classifier(seed: int):
    """The model that is named, not yet fitted."""
    trees = {
        "n_estimators": TREES,
        "max_depth": DEPTH,
        "min_samples_leaf": LEAF,
        "max_features": FEATURES,
        "random_state": seed,
    }
    if MODEL == "forest":
        return RandomForestClassifier(**trees)
    if MODEL == "extra-trees":
        return ExtraTreesClassifier(**trees)
    if MODEL == "logistic":
        return LogisticRegression(C=INVERSE_PENALTY, max_iter=300)
    if MODEL == "neighbours":
        return KNeighborsClassifier(NEIGHBOURS, weights="distance")
    return MLPClassifier(
        (HIDDEN,), learning_rate_init=RATE, alpha=PENALTY, max_iter=PASSES, random_state=seed
    )


def model(seed: int):
    """Everything between a row and its probabilities."""
    return make_pipeline(*columns(seed), classifier(seed))


def log_probs(fitted, rows: np.ndarray) -> np.ndarray:
    """Natural log-probabilities, (n, 10), of the digit that each row of 64 numbers is."""
    probabilities = fitted.predict_proba(rows)
    logp = SHARPNESS * np.log(np.maximum(probabilities, 1e-12))
    logp -= np.logaddexp.reduce(logp, axis=1, keepdims=True)
    return np.log((1 - FLOOR * table.CLASSES) * np.exp(logp) + FLOOR)


def load(folder: str):
    """The model that a training run left in `folder`."""
    with open(f"{folder}/model.pickle", "rb") as file:
        return pickle.load(file)


def main(seed: int) -> None:
    rows, digits = table.training_rows()
    warnings.simplefilter("ignore")  # that an optimiser stopped early is part of the experiment
    fitted = model(seed).fit(rows, digits)
    # A guess at the score from the training rows alone, in three blocks, as the division is.
    guess = cross_val_predict(model(seed), rows, digits, cv=StratifiedKFold(3), method="predict_proba")
    picked = np.maximum(guess[np.arange(len(digits)), digits], FLOOR)
    print(f"train_loss: {-log_probs(fitted, rows)[np.arange(len(digits)), digits].mean():.4f}")
    print(f"cross_loss: {-np.log(picked).mean():.4f}")
    with open("model.pickle", "wb") as file:
        pickle.dump(fitted, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    main(parser.parse_args().seed)
