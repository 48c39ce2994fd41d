"""Carries out what people ask of the running lab: rows of the ledger's `commands` table."""

from __future__ import annotations

import time

from orgloop.graph.context import WalkContext
from orgloop.lab.lock import LabLock
from orgloop.lab.requests.requests import Requests
from orgloop.ledger import CommandRow
from orgloop.ledger.backup import back_up
from orgloop.ledger.verbs import REQUESTS
from orgloop.problems import did_you_mean

SAVE_EVERY = 5.0
"""Seconds between two updates of the time that the run has been going."""
COPY_EVERY = 600.0
"""Seconds between two copies of the ledger; the first is taken at once."""
VERBS = ("pause", "resume", "stop", "stop-now")
_AGAIN = "Ask again, if it is still wanted."


class Steering:
    """The lab's side of `pause`, `resume`, `stop` and `stop --now`, and the way to the rest."""

    def __init__(self, context: WalkContext, lock: LabLock) -> None:
        self._context = context
        self._lock = lock
        self.requests: Requests | None = None
        """Who carries out what is asked about experiments; None while the baseline is measured."""
        self._counted = time.monotonic()
        self._copy_due = 0.0

    async def dismiss(self) -> None:
        """Answer what was asked of a session that ended before it could obey."""
        for command in await self._pending():
            await self._answer(command, "refused", f"The lab had ended by then. {_AGAIN}")

    async def tick(self) -> None:
        """Look for new requests; keeps the run's clock, too.

        Raises LedgerError where somebody took the record away under the run: it must not go on
        writing where nobody can read it.
        """
        self._lock.confirm()
        self._context.ledger.confirm()
        for command in await self._pending():
            if command.verb in VERBS:
                await self.obey(command.verb)
                await self._answer(command, "done", "")
            elif command.verb in REQUESTS:
                said = await self.requests.take(command) if self.requests else None
                if said is not None:
                    await self._answer(command, said.state, said.text)
            else:
                hint = did_you_mean(command.verb, (*VERBS, *REQUESTS))
                await self._answer(command, "refused", f"No such request. {hint}")
        now = time.monotonic()
        if now - self._counted >= SAVE_EVERY:
            await self.count_time()
        if now >= self._copy_due:
            self._copy_due = now + COPY_EVERY
            path = self._context.ledger.path
            self._context.offload.background(lambda: back_up(path))

    async def obey(self, verb: str) -> None:
        """Do one of :data:`VERBS`."""
        stop = self._context.stop
        if verb == "pause" and not stop.stopping:
            stop.pause()
            await self._state("paused", "Asked to pause.")
        elif verb == "resume" and not stop.stopping:
            stop.resume()
            await self._state("running", "")
        elif verb == "stop-now":
            stop.stop_now()
            await self._state("stopping", "Asked to stop now.")
        elif verb == "stop":
            stop.stop()
            await self._state("stopping", "Asked to stop.")

    async def count_time(self) -> None:
        """Add the time since the last call to what the run has been going.

        Waiting for people and for nothing else is not going.
        """
        now = time.monotonic()
        seconds, self._counted = now - self._counted, now
        context = self._context
        if context.traffic.only_parked:
            return
        await context.offload.ledger(lambda: context.ledger.runs.tick(context.run, seconds))

    async def _pending(self) -> list[CommandRow]:
        return await self._context.offload.ledger(self._context.ledger.commands.pending)

    async def _answer(self, command: CommandRow, state: str, text: str) -> None:
        commands = self._context.ledger.commands
        await self._context.offload.ledger(lambda: commands.answer(command.id, state, text))

    async def _state(self, state: str, reason: str) -> None:
        context = self._context
        await context.offload.ledger(
            lambda: context.ledger.runs.set_state(context.run, state, reason)
        )
