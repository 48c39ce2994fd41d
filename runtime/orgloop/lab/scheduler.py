"""Keeps walks in flight until the budget is spent or somebody says stop."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING

from orgloop.errors import EngineError
from orgloop.graph.brief import CADENCE
from orgloop.graph.context import WalkContext
from orgloop.graph.failure import is_failure
from orgloop.graph.halting import end_halted
from orgloop.graph.ruling import incumbent_now
from orgloop.graph.suspend import Halt
from orgloop.lab.admission import Admission, Load
from orgloop.lab.affordable import affordable, thinking
from orgloop.lab.amendments import Amendments
from orgloop.lab.cadence import Cadence
from orgloop.lab.casebook import close_case
from orgloop.lab.generations import Generations
from orgloop.lab.in_front import person_in_front
from orgloop.lab.probation import Probation
from orgloop.ledger import ExperimentRow
from orgloop.org import Org

if TYPE_CHECKING:
    from orgloop.graph.checkpoints import WalkSaver

FAILURES = 3
"""Experiments in a row that fail in the same way before the run gives up: it is not the ideas."""
TICK = 0.2
"""Seconds between two looks at latencies while roles think, and at what people ask."""


class Scheduler:
    """Begins walks, resumes those of an earlier session, and ends when there is no more to do."""

    def __init__(
        self,
        context: WalkContext,
        generations: Generations,
        probation: Probation,
        saver: WalkSaver,
        *,
        admission: Admission,
    ) -> None:
        self._context = context
        self._generations = generations
        self._probation = probation
        self._saver = saver
        self.admission = admission
        self._amendments = Amendments(context, generations, probation)
        self._cadence = Cadence(context, generations, probation, self._amendments)
        self._walks: set[asyncio.Task[None]] = set()
        self._asking: dict[str, ExperimentRow] = {}
        """Walks that were set down until a person answers, by experiment."""
        self._in_front = (0, False)
        """A generation, and whether its walks all come to a person before the bench."""
        self._wake = asyncio.Event()
        self._failures: deque[str] = deque(maxlen=FAILURES)
        context.traffic.on_thought = self.admission.thinking.add
        context.traffic.on_concluded = self.admission.concluding.add
        context.traffic.on_benched = self.admission.benching.add
        context.traffic.on_move = self._wake.set

    async def run(self, tick: Callable[[], Awaitable[None]]) -> str:
        """Work until the budget is spent, and return why it ended; empty if it was stopped.

        ``tick`` is awaited a few times a second: it carries out what people ask. Raises the first
        error that stops the whole run, after the walks in flight were set down.
        """
        due = 0.0
        try:
            await self._amendments.take_up()
            await self.take_up()
            while True:
                self._wake.clear()  # before looking: what happens meanwhile is looked at next
                # Walks move many times a second, people do not.
                if time.monotonic() >= due:
                    await tick()
                    await self._hear()
                    due = time.monotonic() + TICK
                reason = await self._admit()
                if not self._walks and self._context.stop.stopping:
                    return ""
                if not self._walks and not self._asking and reason:
                    await tick()  # somebody may have raised the budget just now
                    reason = await self._admit()
                    if reason and not self._walks:
                        return reason
                await self._something_happens()
                self._raise_failures()
        except BaseException:
            await self._set_down()
            raise

    async def take_up(self) -> None:
        """Go on with what is in flight, and neither walked now nor waiting for a person."""
        context = self._context
        running = await context.offload.ledger(
            lambda: context.ledger.experiments.running(context.run)
        )
        for experiment in running:
            if not self.going(experiment.id) and experiment.id not in self._asking:
                self._begin(experiment, resumed=True)

    async def _admit(self) -> str:
        """Begin as many walks as are wanted; returns why none may begin any more."""
        context = self._context
        if context.stop.stopping or context.stop.paused or context.outages.going_on:
            return ""
        org = await self._generations.org(self._generations.current)
        self.admission.lookahead = org.charter.lookahead
        traffic = context.traffic
        room = await self._room()
        if room <= 0:
            return ""
        wanted = self.admission.wanted(
            Load(traffic.upstream, traffic.mean_wait(), traffic.at_bench, traffic.past_bench)
        )
        if not wanted:
            return ""
        count = min(wanted, room)
        roles: dict[str, int] = {}
        if context.till.bounded:
            roles = thinking(org, context)
        reason, started = await context.offload.ledger(lambda: self._start(count, roles))
        for experiment in started:
            self._begin(experiment, resumed=False)
        return reason

    async def _room(self) -> int:
        """How many walks may begin before people are asked more than the charter wants.

        Where each walk comes to a person before the bench, those on their way there count, too.
        """
        number, context = self._generations.current, self._context
        org = await self._generations.org(number)
        if self._in_front[0] != number:
            self._in_front = (number, False)
            # An engine that cannot be made ends its walk with a sentence, and asks nobody.
            with contextlib.suppress(EngineError):
                self._in_front = (number, person_in_front(org, context.engine_for))
        if not self._asking and not self._in_front[1]:
            return sys.maxsize
        room = org.charter.questions - len(self._asking)
        return room - context.traffic.upstream if self._in_front[1] else room

    async def _hear(self) -> None:
        """Take up the walks, and the calls outside the flow, that people have answered."""
        context = self._context
        if context.stop.stopping:
            return
        ready = await context.offload.ledger(lambda: context.ledger.questions.ready(context.run))
        for experiment, node, visit in ready:
            turn = f"{node} {visit}"
            if experiment == CADENCE and turn not in {task.get_name() for task in self._walks}:
                self.begin_task(self._cadence.hear(node, visit), turn)
            elif experiment in self._asking:
                self._begin(self._asking.pop(experiment), resumed=True)

    def _start(self, wanted: int, roles: Mapping[str, int]) -> tuple[str, list[ExperimentRow]]:
        """Enter ``wanted`` experiments, or as many as the budget has left; why none where spent."""
        context = self._context
        left = context.budget.left()
        if left.spent:
            return left.spent, []
        count, reason = affordable(wanted, roles, context)
        if left.experiments is not None:
            count = min(count, left.experiments)
        commit = incumbent_now(context).commit
        experiments = context.ledger.experiments
        begun = context.ledger.runs.counts(context.run).started
        numbers = range(begun + 1, begun + count + 1)
        return reason, [
            experiments.start(context.run, self._probation.generation_for(number), commit)
            for number in numbers
        ]

    def halt(self, experiment: ExperimentRow, halt: Halt) -> None:
        """End an experiment that is in flight; said again, it changes nothing."""
        if self.going(experiment.id):
            self._context.stop.of(experiment.id).halt(halt)
            return
        if self._asking.pop(experiment.id, None) is not None:
            self._context.traffic.begin(experiment.id)  # parked no longer
            self._context.traffic.end(experiment.id)
        self.begin_task(self._end(experiment, halt), experiment.id)

    def going(self, name: str) -> bool:
        """Whether a walk, or a task of this name, goes on."""
        return any(task.get_name() == name and not task.done() for task in self._walks)

    async def _end(self, experiment: ExperimentRow, halt: Halt) -> None:
        """End an experiment that no walk holds now: it waits for a person, or for a budget."""
        await end_halted(experiment.id, halt, self._context, live=False)
        self._saver.forget(f"{experiment.run}/{experiment.id}")
        await self._after_end(experiment.id, await self._generations.org(experiment.generation))

    def _begin(self, experiment: ExperimentRow, *, resumed: bool) -> None:
        self._context.traffic.begin(experiment.id)
        self.begin_task(self._walk(experiment, resumed=resumed), experiment.id)

    def begin_task(self, work: Coroutine[None, None, None], name: str) -> None:
        """Do ``work`` beside the walks: the session does not end before it has."""
        task = asyncio.create_task(work, name=name)
        self._walks.add(task)
        task.add_done_callback(lambda _: self._wake.set())

    async def _walk(self, experiment: ExperimentRow, *, resumed: bool) -> None:
        context = self._context
        walker = await self._generations.walker(experiment.generation, self._saver)
        walked = await walker.walk(experiment, context, resumed=resumed)
        # By its word: to import the graph for its names is to wait for LangGraph.
        if walked.value == "ended":
            await self._after_end(experiment.id, walker.org)
        elif walked.value == "asking" and not context.stop.stopping:
            self._asking[experiment.id] = experiment

    async def _after_end(self, experiment: str, org: Org) -> None:
        self._note_end(await close_case(experiment, self._context))
        await self._probation.look()
        await self._cadence.after_experiment(org)

    def _note_end(self, row: ExperimentRow | None) -> None:
        if row is not None and is_failure(row.reason):
            self._failures.append(row.reason)
        else:
            self._failures.clear()

    async def _something_happens(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), TICK)

    def _raise_failures(self) -> None:
        for task in [task for task in self._walks if task.done()]:
            self._walks.discard(task)
            task.result()
        if len(self._failures) == FAILURES and len(set(self._failures)) == 1:
            raise EngineError(
                f"{FAILURES} experiments in a row ended in the same way: {self._failures[0]}",
                hint="Nothing is lost; mend it, then `orgloop run` goes on.",
            )

    async def _set_down(self) -> None:
        self._context.stop.stop()
        await asyncio.gather(*self._walks, return_exceptions=True)
