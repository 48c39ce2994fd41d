"""The acceptance rules on tasks whose truth is known, as figures: see :mod:`benchmarks.referee`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .row import Row


def measure(quick: bool) -> list[Row]:
    """True progress, false keeps and bias of each rule, at noise 0 to 2 and where nothing helps."""
    size = ["--quick"] if quick else ["--seeds", "10", "--runs", "400"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.referee", "--json", *size],
        cwd=Path(__file__).parents[1], check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return [
        Row("referee", f"{row['landscape']}, {row['rule']}", "true value at the end", row["true"],
            remark=f"± {row['true_se']:.2f}; {row['false']:.2f} of {row['keeps']:.1f} keeps false; "
            f"bias {row['bias']:.3f} ± {row['bias_se']:.3f}")
        for row in json.loads(done.stdout)
    ]  # fmt: skip
