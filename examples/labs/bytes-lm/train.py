"""A byte-level language model in NumPy: a few bytes in, a distribution over the next one out.

Each byte of the context becomes a vector (a table), the vectors are joined and go through hidden
layers to 256 scores. Adam trains it until corpus.py's clock says stop.

    python train.py --seed 1        trains for 5 CPU seconds, leaves the weights in model.npz

predict.py imports `load` and `log_probs` from here; nothing else in this file is called from
outside, so everything else may change.
"""

import argparse

import corpus  # before NumPy: it pins BLAS to one thread
import numpy as np

# The model
CONTEXT = 10  # 2..24 log
EMBEDDING = 16  # 4..32 log
HIDDEN = 256  # 32..512 log
HIDDEN_LAYERS = 2  # 1..3
ACTIVATION = "tanh"  # one of: tanh, relu, relu2, silu
INIT_SCALE = 1.0  # 0.2..3 log
OUTPUT_SCALE = 1.0  # 0.01..3 log

# The optimiser
BATCH = 128  # 32..1024 log
LEARNING_RATE = 2e-3  # 3e-4..3e-2 log
EMBEDDING_RATE = 1.0  # 0.3..30 log
BETA1 = 0.9  # 0.5..0.99
BETA2 = 0.999  # 0.9..0.9999
WEIGHT_DECAY = 0.01  # 0..0.3
WARM_UP = 0.05  # 0..0.3
WARM_DOWN = 0.1  # 0..1
FINAL_RATE = 0.1  # 0..0.5
CLIP = 1.0  # 0.3..10 log

Params = dict[str, np.ndarray]


def act(x):
    """The activation."""
    if ACTIVATION == "tanh":
        return np.tanh(x)
    if ACTIVATION == "silu":
        return x / (1 + np.exp(-x))
    y = np.maximum(x, 0)
    return y * y if ACTIVATION == "relu2" else y


def act_slope(x, y):
    """The activation's slope at x, where its value is y."""
    if ACTIVATION == "tanh":
        return 1 - y * y
    if ACTIVATION == "silu":
        gate = 1 / (1 + np.exp(-x))
        return gate + y * (1 - gate)
    return 2 * np.maximum(x, 0) if ACTIVATION == "relu2" else x > 0


def initial(rng: np.random.Generator) -> Params:
    """Random weights: `table` for the bytes, then `w0`, `b0`, `w1`, ... for the layers."""
    params = {"table": rng.standard_normal((256, EMBEDDING))}
    sizes = [CONTEXT * EMBEDDING] + [HIDDEN] * HIDDEN_LAYERS + [256]
    for i in range(HIDDEN_LAYERS + 1):
        scale = OUTPUT_SCALE if i == HIDDEN_LAYERS else INIT_SCALE
        params[f"w{i}"] = rng.standard_normal((sizes[i], sizes[i + 1])) * scale / sizes[i] ** 0.5
        params[f"b{i}"] = np.zeros(sizes[i + 1])
    return {name: value.astype(np.float32) for name, value in params.items()}


def forward(params: Params, contexts):
    """Log-probabilities of the byte after each row of bytes, and what `backward` needs."""
    y = params["table"][contexts].reshape(len(contexts), -1)
    inputs, sums = [y], []
    for i in range(HIDDEN_LAYERS):
        sums.append(y @ params[f"w{i}"] + params[f"b{i}"])
        y = act(sums[-1])
        inputs.append(y)
    logits = y @ params[f"w{HIDDEN_LAYERS}"] + params[f"b{HIDDEN_LAYERS}"]
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits, inputs, sums


def backward(params: Params, contexts, targets, logp, inputs, sums) -> Params:
    """The gradient of the mean loss, in the shapes of the parameters."""
    grads = {}
    delta = np.exp(logp)
    delta[np.arange(len(targets)), targets] -= 1
    delta /= len(targets)
    for i in range(HIDDEN_LAYERS, -1, -1):
        grads[f"w{i}"] = inputs[i].T @ delta
        grads[f"b{i}"] = delta.sum(axis=0)
        delta = delta @ params[f"w{i}"].T
        if i > 0:
            delta *= act_slope(sums[i - 1], inputs[i])
    grads["table"] = np.zeros_like(params["table"])
    np.add.at(grads["table"], contexts.reshape(-1), delta.reshape(-1, EMBEDDING))
    return grads


def schedule(done: float) -> float:
    """The factor on the learning rate when this share of the budget is spent."""
    up = min(1.0, done / WARM_UP) if WARM_UP > 0 else 1.0
    down = min(1.0, max(0.0, 1 - done) / WARM_DOWN) if WARM_DOWN > 0 else 1.0
    return up * (FINAL_RATE + (1 - FINAL_RATE) * down)


class Adam:
    """Adam with decoupled weight decay on the matrices, and a rate of its own for the table."""

    def __init__(self, params: Params):
        self.params = params
        self.mean = {name: np.zeros_like(value) for name, value in params.items()}
        self.square = {name: np.zeros_like(value) for name, value in params.items()}
        self.steps = 0

    def step(self, grads: Params, factor: float) -> None:
        self.steps += 1
        norm = sum(float(np.vdot(g, g)) for g in grads.values()) ** 0.5
        shrink = min(1.0, CLIP / (norm + 1e-12))
        bias1, bias2 = 1 - BETA1**self.steps, 1 - BETA2**self.steps
        for name, value in self.params.items():
            grad, mean, square = grads[name], self.mean[name], self.square[name]
            rate = LEARNING_RATE * factor * (EMBEDDING_RATE if name == "table" else 1.0)
            grad *= shrink
            mean += (1 - BETA1) * (grad - mean)
            square += (1 - BETA2) * (grad * grad - square)
            if name.startswith("w"):
                value *= 1 - rate * WEIGHT_DECAY
            value -= (rate / bias1) * mean / (np.sqrt(square / bias2) + 1e-8)


def train(seed: int) -> Params:
    """The weights after the budget. The seed decides where they start and what they see."""
    rng = np.random.default_rng(seed)
    text = corpus.training_text()
    params = initial(rng)
    adam = Adam(params)
    before = np.arange(-CONTEXT, 0)
    recent, report = 8.0, 0.0
    print(f"parameters: {sum(value.size for value in params.values())}")
    while (done := corpus.spent()) < 1.0:
        at = rng.integers(CONTEXT, len(text), BATCH)
        contexts, targets = text[at[:, None] + before], text[at]
        logp, inputs, sums = forward(params, contexts)
        adam.step(backward(params, contexts, targets, logp, inputs, sums), schedule(done))
        loss = -float(logp[np.arange(BATCH), targets].mean()) / np.log(2)
        if not np.isfinite(loss):
            raise SystemExit(f"diverged at step {adam.steps}: the loss is {loss}")
        recent += (loss - recent) / min(adam.steps, 100)
        if done >= report:
            print(f"{done:4.0%} of the budget, step {adam.steps}, loss {recent:.3f}", flush=True)
            report += 0.1
    print(f"steps: {adam.steps}")
    print(f"train_bpb: {recent:.4f}")
    return params


def load(folder: str) -> Params:
    """The model that a training run left in `folder`."""
    with np.load(f"{folder}/model.npz", allow_pickle=False) as file:
        return dict(file)


def log_probs(params: Params, contexts):
    """Natural log-probabilities, (n, 256), of the byte after each row of 128 bytes, (n, 128)."""
    return forward(params, contexts[:, -CONTEXT:])[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    np.savez("model.npz", **train(parser.parse_args().seed))
