"""Measurements on other machines: a queue takes them there, the same supervisor runs them there.

:class:`~orgloop.bench.elsewhere.executor.QueueExecutor` keeps every promise of the bench over any
:class:`~orgloop.bench.elsewhere.queue.Queue`: three calls that submit, look and cancel. Slurm (by
submitit) and Ray are two; both are extras, imported by whoever asks for them and nobody else.
"""

from orgloop.bench.elsewhere.executor import QueueExecutor
from orgloop.bench.elsewhere.queue import Asked, Phase, Queue, QueueDown, Refused, Sight

__all__ = ["Asked", "Phase", "Queue", "QueueDown", "QueueExecutor", "Refused", "Sight"]
