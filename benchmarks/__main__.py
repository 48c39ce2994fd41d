"""`python -m benchmarks [NAME...] [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from . import growth, minds_cost, overhead, rules, slots, soak, startup, tokens, tune, watch
from .row import Row, table

BENCHMARKS: dict[str, Callable[[bool], list[Row]]] = {
    "overhead": overhead.measure,
    "slots": slots.measure,
    "growth": growth.measure,
    "tokens": tokens.measure,
    "startup": startup.measure,
    "referee": rules.measure,
    "minds": minds_cost.measure,
    "soak": soak.measure,
    "tune": tune.measure,
    "watch": watch.measure,
}
LONG = ("soak", "tune", "watch")
"""Not measured unless they are named: they take ten minutes and more."""


def main() -> None:
    """Measure what was asked for, all of it by default, and print one table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure Orgloop against a floor of the same run. A minute or two each.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="small: for a look, not for a claim")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the rows there, too")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark `{unknown[0]}`; there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    load = os.getloadavg()[0]
    for name in given.names or [name for name in BENCHMARKS if name not in LONG]:
        started = time.perf_counter()
        rows += BENCHMARKS[name](given.quick)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(table(rows))
    print(
        f"\n{os.cpu_count()} CPUs, load {load:.1f} before; ratios are to the floor of the same run."
    )
    if given.json is not None:
        kept = [{**asdict(row), "met": row.met} for row in rows]
        given.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
