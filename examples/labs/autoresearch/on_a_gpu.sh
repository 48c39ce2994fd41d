#!/bin/sh
# Runs the real autoresearch for a baseline and two experiments, where a CUDA GPU, uv and git are.
# usage: on_a_gpu.sh [DIRECTORY]   (about 20 minutes, and 10 more to fetch the data the first time)
set -eu
place=${1:-autoresearch-on-a-gpu}
command -v uv >/dev/null || { echo "uv is not on the PATH" >&2; exit 2; }
nvidia-smi -L >&2 || { echo "there is no NVIDIA GPU" >&2; exit 2; }
mkdir -p "$place"
[ -d "$place/upstream" ] || git clone https://github.com/karpathy/autoresearch "$place/upstream"
(cd "$place/upstream" && uv sync && uv run prepare.py)
# Once outside the sandbox, so that kernels that train.py fetches at import are in the cache.
(cd "$place/upstream" && uv run python -c "
from kernels import get_kernel
import torch
major = torch.cuda.get_device_capability()[0]
get_kernel('varunneal/flash-attention-3' if major == 9 else 'kernels-community/flash-attn3')
") || echo "the kernels were not fetched; the run may need sandbox: {network: true}" >&2
[ -d "$place/lab" ] || orgloop fork autoresearch "$place/lab" --repo "$place/upstream"
orgloop doctor "$place/lab" --quick || true
orgloop run "$place/lab" --experiments 2
orgloop log "$place/lab" --tsv | tee "$place/results.tsv"
