"""A small GPT in PyTorch: bytes in, a distribution over the next one at every place.

The model is the decoder that everybody draws: embedding, blocks of causal attention and a
feed-forward layer on a residual stream, a head. Positions are rotary, norms are RMS and come before
each layer, and there is no bias anywhere. AdamW trains it until corpus.py's clock says stop.

    python train.py --seed 1        trains on CUDA, MPS or the CPU, leaves the weights in model.pt

predict.py imports `load` and `log_probs` from here; nothing else in this file is called from
outside, so everything else may change.
"""

import argparse
import math

import corpus  # before NumPy and PyTorch: it pins them to one thread
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# The model
CONTEXT = 64  # 16..128 log
WIDTH = 96  # 32..256 step 32
LAYERS = 2  # 1..6
HEADS = 4  # one of: 1, 2, 4, 8
EXPANSION = 4  # 1..8
ACTIVATION = "gelu"  # one of: gelu, relu, relu2, silu
TIED = False  # one of: False, True
OUTPUT_SCALE = 1.0  # 0.01..2 log

# The optimiser
BATCH = 16  # 4..128 log
LEARNING_RATE = 5e-4  # 1e-4..1e-2 log
EMBEDDING_RATE = 1.0  # 0.3..30 log
BETA1 = 0.9  # 0.7..0.98
BETA2 = 0.99  # 0.9..0.999
WEIGHT_DECAY = 0.1  # 0..0.5
WARM_UP = 0.1  # 0..0.3
WARM_DOWN = 0.2  # 0..1
FINAL_RATE = 0.1  # 0..0.5
CLIP = 1.0  # 0.3..10 log


def rotate(x: torch.Tensor) -> torch.Tensor:
    """Rotary positions: each pair of numbers is turned by an angle that its place decides."""
    length, half = x.shape[-2], x.shape[-1] // 2
    speed = 10000.0 ** (-torch.arange(half, device=x.device) / half)
    angle = torch.arange(length, device=x.device)[:, None] * speed
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * angle.cos() - b * angle.sin(), a * angle.sin() + b * angle.cos()], -1)


class Attention(nn.Module):
    """Each place looks at those before it and at itself, with several heads."""

    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(rotate(q), rotate(k), v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(batch, length, WIDTH))


class FeedForward(nn.Module):
    """Each place on its own: wider, bent, narrow again."""

    def __init__(self):
        super().__init__()
        self.up = nn.Linear(WIDTH, EXPANSION * WIDTH, bias=False)
        self.down = nn.Linear(EXPANSION * WIDTH, WIDTH, bias=False)

    def forward(self, x):
        x = self.up(x)
        x = F.relu(x).square() if ACTIVATION == "relu2" else getattr(F, ACTIVATION)(x)
        return self.down(x)


class Block(nn.Module):
    """Attention and a feed-forward layer, each added to what comes in."""

    def __init__(self):
        super().__init__()
        self.attention, self.feed_forward = Attention(), FeedForward()

    def forward(self, x):
        x = x + self.attention(F.rms_norm(x, (WIDTH,)))
        return x + self.feed_forward(F.rms_norm(x, (WIDTH,)))


class GPT(nn.Module):
    """Rows of bytes, (n, length), to logits, (n, length, 256)."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(256, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, 256, bias=False)
        for name, weights in self.named_parameters():
            std = 1.0 if name == "table.weight" else WIDTH**-0.5
            if name.endswith(("out.weight", "down.weight")):  # what is added to the residual stream
                std /= math.sqrt(2 * LAYERS)
            nn.init.normal_(weights, std=std * (OUTPUT_SCALE if name == "head.weight" else 1.0))
        if TIED:
            self.table.weight = self.head.weight

    def forward(self, contexts, last: bool = False):
        x = F.rms_norm(self.table(contexts), (WIDTH,))
        for block in self.blocks:
            x = block(x)
        return self.head(F.rms_norm(x[:, -1:] if last else x, (WIDTH,)))


def rate(done: float) -> float:
    """The share of the learning rate at this share of the budget: up, flat, down."""
    if done < WARM_UP:
        return 0.01 + 0.99 * done / WARM_UP
    if done > 1 - WARM_DOWN:
        return FINAL_RATE + (1 - FINAL_RATE) * max(0.0, 1 - done) / WARM_DOWN
    return 1.0


def batch(text: np.ndarray, rng: np.random.Generator, device: str):
    """Random windows of the text, and the byte after each of their places."""
    starts = rng.integers(0, len(text) - CONTEXT - 1, BATCH)
    windows = torch.from_numpy(text[starts[:, None] + np.arange(CONTEXT + 1)].astype(np.int64))
    windows = windows.to(device)
    return windows[:, :-1], windows[:, 1:]


def train(seed: int, device: str) -> GPT:
    """A model trained on random windows for as long as the clock allows."""
    torch.manual_seed(seed)
    rng, text = np.random.default_rng(seed), corpus.training_text()
    model = GPT().to(device)
    tables = [p for name, p in model.named_parameters() if name == "table.weight"]
    others = [p for name, p in model.named_parameters() if name != "table.weight"]
    groups = [
        {"params": others, "lr": LEARNING_RATE, "weight_decay": WEIGHT_DECAY},
        {"params": tables, "lr": LEARNING_RATE * EMBEDDING_RATE, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(BETA1, BETA2))
    rates = [group["lr"] for group in optimizer.param_groups]
    steps, recent, report = 0, 8.0, 0.1
    while (done := corpus.spent()) < 1.0:
        for group, full in zip(optimizer.param_groups, rates):
            group["lr"] = full * rate(done)
        contexts, targets = batch(text, rng, device)
        loss = F.cross_entropy(model(contexts).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        steps += 1
        bits = loss.item() / math.log(2)
        if not math.isfinite(bits):
            raise SystemExit(f"diverged at step {steps}: the loss is {bits}")
        recent += (bits - recent) / min(steps, 50)
        if done >= report:
            print(f"{done:4.0%} of the budget, step {steps}, loss {recent:.3f}", flush=True)
            report += 0.1
    print(f"device: {device}")
    print(f"parameters: {sum(p.numel() for p in model.parameters())}")
    print(f"steps: {steps}")
    print(f"train_bpb: {recent:.4f}")
    return model


def load(folder: str) -> GPT:
    """The model that a training run left in `folder`."""
    model = GPT()
    model.load_state_dict(torch.load(f"{folder}/model.pt", map_location="cpu", weights_only=True))
    return model.to(corpus.device()).eval()


@torch.inference_mode()
def log_probs(model: GPT, contexts: np.ndarray) -> np.ndarray:
    """Natural log-probabilities, (n, 256), of the byte after each row of 128 bytes, (n, 128)."""
    rows = torch.from_numpy(contexts[:, -CONTEXT:].astype(np.int64)).to(corpus.device())
    return F.log_softmax(model(rows, last=True)[:, 0].float(), -1).cpu().numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    torch.save(train(parser.parse_args().seed, corpus.device()).state_dict(), "model.pt")
