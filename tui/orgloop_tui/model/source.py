"""Reads frames from a lab's ledger: each finished experiment and each event once.

The connection only reads and holds no transaction between two looks, so a run beside it neither
waits nor grows its log for it. One thread at a time may look.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from orgloop import events
from orgloop.errors import LedgerError, OrgloopError
from orgloop.ledger import IncumbentRow, Ledger, RunRow, RunStatus, ledger_path
from orgloop.org import load_lab, load_org
from orgloop.task import Task
from orgloop_tui.model.checking import stamp_of
from orgloop_tui.model.feed import FeedLine, feed_line
from orgloop_tui.model.frame import GOING, Chart, Frame, Job
from orgloop_tui.model.line import Line, of_point, of_standing
from orgloop_tui.model.pace import pace

FEED = 500
"""Lines of what happened that are held."""
ALIVE_EVERY = 2.0
"""Seconds between two questions whether a process runs the lab."""
OWN_EVERY = 2.0
"""Seconds between two looks at the lab's own files, while no run has made a generation."""
_LAST = 400
_BATCH = 500
_BEHIND = 4000
_CADENCE = "cadence"

GenerationFiles = Callable[[str], Mapping[str, bytes]]
"""The files of a generation by its commit; raises OrgloopError."""


class Source:
    """A lab as somebody sees it who may only read."""

    def __init__(
        self,
        lab: Path,
        *,
        name: str = "",
        run: str | None = None,
        alive: Callable[[], bool] | None = None,
        generation: GenerationFiles | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``run`` pins one; without it the latest is shown, also when a new one begins."""
        self.lab = lab
        self._name = name or str(lab)
        self._pinned = run
        self._is_alive = alive
        self._generation = generation
        self._clock = clock
        self._ledger: Ledger | None = None
        self._file: tuple[int, int] | None = None
        self._chart: Chart | None = None
        self._chart_of: tuple[str, int | None] | None = None
        self._alive: bool | None = None
        self._asked_alive = float("-inf")
        self._last: Frame | None = None
        self._own: Chart | None = None
        self._own_stamp: object = None
        self._read_own = float("-inf")
        self._forget("")

    def look(self, *, hasty: bool = False) -> Frame:
        """The lab now. Where the ledger cannot be read, the last frame and why.

        A ``hasty`` look does not read a generation from git: its chart may be that of the lab's
        own files, without a number.
        """
        try:
            return self._remember(self._look(hasty=hasty))
        except LedgerError as error:
            self.close()
            before = self._last or Frame(self._name, self._clock(), chart=self._own_chart())
            return _troubled(before, str(error))

    def show(self, run: str | None) -> None:
        """Show this run from the next look on; None follows the latest."""
        self._pinned = run

    def close(self) -> None:
        """Let go of the ledger; the next look opens it again."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def _look(self, *, hasty: bool) -> Frame:
        ledger = self._open()
        now = self._clock()
        if ledger is None:
            return Frame(self._name, now, chart=self._own_chart())
        runs = ledger.runs.all()
        run = next((row for row in runs if row.id == self._pinned), runs[-1] if runs else None)
        if run is None:
            return Frame(self._name, now, chart=self._own_chart(), feed=self._happened(ledger, ""))
        if run.id != self._run:
            self._forget(run.id)
        status = ledger.views.status(run.id, recent=1)
        if status is None:
            raise LedgerError(f"Run {run.id} is no longer in the ledger.")
        feed = self._happened(ledger, run.id)
        if self._overturned:
            self._read_anew()
        self._read_finished(ledger, run.id)
        asking = {row.experiment for row in status.questions if row.state == "open"}
        return Frame(
            lab=self._name,
            at=now,
            chart=self._chart_now(run, status, hasty=hasty),
            status=status,
            runs=tuple(runs),
            finished=self._finished,
            running=tuple(
                of_standing(standing, asks=standing.experiment.id in asking)
                for standing in status.running
            ),
            incumbents=self._read_incumbents(ledger, run.id),
            jobs=tuple(
                Job(row.slot, row.experiment, row.kind, row.started)
                for row in ledger.measurements.running(run.id)
            ),
            outside=frozenset(self._outside),
            feed=feed,
            pace=pace(ledger.calls.recent(run.id), now) if status.counts.tokens else pace((), now),
            alive=self._alive_now(run),
        )

    def _open(self) -> Ledger | None:
        """The ledger; None where there is none yet. One that was replaced is opened anew."""
        path = ledger_path(self.lab)
        try:
            found = path.stat()
        except OSError:
            self.close()
            return None
        mark = (found.st_ino, found.st_dev)
        if self._ledger is not None and mark != self._file:
            self.close()
            self._forget("")
        if self._ledger is None and found.st_size:
            self._ledger = Ledger.read_only(path, clock=self._clock)
            self._file = mark
        return self._ledger

    def _forget(self, run: str) -> None:
        self._run = run
        self._finished: tuple[Line, ...] = ()
        self._incumbents: tuple[IncumbentRow, ...] = ()
        self._event = 0
        self._feed: deque[FeedLine] = deque(maxlen=FEED)
        self._told: tuple[FeedLine, ...] = ()
        self._outside: set[str] = set()
        self._overturned = False

    def _read_anew(self) -> None:
        """A person has changed what became of an experiment: all of them are read again."""
        self._finished, self._incumbents = (), ()
        self._overturned = False

    def _remember(self, frame: Frame) -> Frame:
        self._last = frame
        return frame

    def _read_finished(self, ledger: Ledger, run: str) -> None:
        place = self._finished[-1].ordinal if self._finished else 0
        new = ledger.points.after(run, place)
        if new:
            self._finished += tuple(map(of_point, new))

    def _read_incumbents(self, ledger: Ledger, run: str) -> tuple[IncumbentRow, ...]:
        # The last one's value is corrected as further measurements come in.
        settled = self._incumbents[:-1]
        after = settled[-1].number if settled else -1
        self._incumbents = settled + tuple(ledger.incumbents.since(run, after))
        return self._incumbents

    def _happened(self, ledger: Ledger, run: str) -> tuple[FeedLine, ...]:
        newest = ledger.tail.newest()
        if newest == self._event:
            return self._told
        if newest - self._event > _BEHIND:
            batch = ledger.tail.last(_LAST)
            self._overturned = True  # for all that is known
            self._event = newest
            self._take(batch, run)
        while self._event < newest:
            batch = ledger.tail.after(self._event, _BATCH)
            if not batch:
                break
            self._event = batch[-1].id
            self._take(batch, run)
        self._told = tuple(self._feed)
        return self._told

    def _take(self, batch: list[events.Event], run: str) -> None:
        for event in batch:
            if event.run not in (None, run):
                continue
            if isinstance(event, events.ExperimentOverturned):
                self._overturned = True
            if event.experiment == _CADENCE:
                if isinstance(event, events.StepStarted):
                    self._outside.add(event.node)
                elif isinstance(event, events.StepFinished):
                    self._outside.discard(event.node)
            line = feed_line(event)
            if line is not None:
                self._feed.append(line)

    def _alive_now(self, run: RunRow) -> bool | None:
        if self._is_alive is None:
            return None
        if run.state not in GOING:
            return False
        now = time.monotonic()
        if now - self._asked_alive >= ALIVE_EVERY:
            self._asked_alive = now
            self._alive = self._is_alive()
        return self._alive

    def _chart_now(self, run: RunRow, status: RunStatus, *, hasty: bool) -> Chart | None:
        """The chart of the run's latest generation; read again only when there is another."""
        key = (run.id, status.generation)
        if key == self._chart_of:
            return self._chart
        if hasty and (own := self._own_chart()) is not None:
            return own
        self._chart_of = key
        self._chart = self._generation_chart(run, status.generation) or self._own_chart()
        return self._chart

    def _generation_chart(self, run: RunRow, number: int | None) -> Chart | None:
        if self._generation is None or number is None or self._ledger is None:
            return None
        row = self._ledger.generations.get(run.id, number)
        if row is None:
            return None
        with contextlib.suppress(OrgloopError, ValueError):
            org, _ = load_org(self._generation(row.commit), Task.model_validate(run.task))
            return Chart.of(org, number) if org is not None else None
        return None

    def _own_chart(self) -> Chart | None:
        """The chart of the lab's files as they last checked; None where they never did."""
        now = time.monotonic()
        if now - self._read_own < OWN_EVERY:
            return self._own
        self._read_own = now
        stamp = stamp_of(self.lab)
        if stamp != self._own_stamp:
            self._own_stamp = stamp
            with contextlib.suppress(OrgloopError):
                lab, _ = load_lab(self.lab)
                if lab is not None:
                    self._own = Chart.of(lab.org)
        return self._own


def _troubled(frame: Frame, trouble: str) -> Frame:
    return replace(frame, trouble=trouble)
