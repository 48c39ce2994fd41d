"""The bench: runs commits under limits and turns what they print into measurements.

:class:`Bench` measures, :class:`LocalExecutor` runs, :class:`Slots` says where there is room.
"""

from orgloop.bench.bench import Bench
from orgloop.bench.boxes import Checkout
from orgloop.bench.executors import ExecutorFactory, executor_for
from orgloop.bench.local import LocalExecutor
from orgloop.bench.protocol import (
    Bind,
    Box,
    Collect,
    Crash,
    CrashKind,
    Ending,
    Executor,
    Guard,
    Job,
    JobResult,
    Measurement,
    Step,
    StepLimits,
    StepResult,
    Tell,
)
from orgloop.bench.seeds import Stream, seed_value
from orgloop.bench.slots import Priority, Slot, Slots

__all__ = [
    "Bench",
    "Bind",
    "Box",
    "Checkout",
    "Collect",
    "Crash",
    "CrashKind",
    "Ending",
    "Executor",
    "ExecutorFactory",
    "Guard",
    "Job",
    "JobResult",
    "LocalExecutor",
    "Measurement",
    "Priority",
    "Slot",
    "Slots",
    "Step",
    "StepLimits",
    "StepResult",
    "Stream",
    "Tell",
    "executor_for",
    "seed_value",
]
