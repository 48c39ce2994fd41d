"""Stopping an audit: by Ctrl-C, or by `orgloop stop` from another process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

from orgloop.audit.measure import label
from orgloop.audit.station import AuditBench
from orgloop.ledger import CommandRow

PERIOD = 0.3
"""Seconds between two looks at what people ask."""


class Stopper:
    """Obeys `stop` and `stop --now`; an audit has nothing else to steer."""

    def __init__(self, bench: AuditBench) -> None:
        self._bench = bench
        self._ending: set[asyncio.Task[None]] = set()

    def interrupted(self) -> None:
        """The first time: finish what is on the bench. The second time: end that, too."""
        if self._bench.station.stop.stopping:
            task = asyncio.create_task(self._end_jobs())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        self._bench.station.stop.stop()

    async def poll(self) -> None:
        """Answer what is asked until cancelled; what is older than the audit is refused."""
        for command in await self._pending():
            await self._answer(command, "refused", "The lab had ended by then.")
        while True:
            await asyncio.sleep(PERIOD)
            for command in await self._pending():
                if command.verb in ("stop", "stop-now"):
                    self._bench.station.stop.stop()
                    if command.verb == "stop-now":
                        await self._end_jobs()
                    await self._answer(command, "done", "")
                else:
                    await self._answer(command, "refused", "An audit can only be stopped.")

    async def _end_jobs(self) -> None:
        station = self._bench.station
        running = await station.offload.ledger(
            lambda: station.ledger.measurements.running(station.run)
        )
        mine = [row for row in running if row.experiment.startswith(label(0)[:-1])]
        await asyncio.gather(*(station.executor.kill(row.id) for row in mine))

    async def _pending(self) -> list[CommandRow]:
        station = self._bench.station
        return await station.offload.ledger(station.ledger.commands.pending)

    async def _answer(self, command: CommandRow, state: str, text: str) -> None:
        station = self._bench.station
        await station.offload.ledger(
            lambda: station.ledger.commands.answer(command.id, state, text)
        )


@contextlib.contextmanager
def interrupts(stopper: Stopper) -> Iterator[None]:
    """Make the first Ctrl-C a stop after what is on the bench, and the second a stop at once."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopper.interrupted)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
