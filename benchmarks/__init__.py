"""Measures Orgloop: `python -m benchmarks`, or `python -m benchmarks NAME...` for some of it.

Times are ratios to a floor that is measured in the same run, since machines differ and are busy.
Each module that measures something has ``measure(quick) -> list[Row]``. The parts can be used by
themselves, always from the repository's top and with ``-m``: `python -m benchmarks.floor --help`,
`python -m benchmarks.simlab DIR`, `python -m benchmarks.referee --quick`.
"""
