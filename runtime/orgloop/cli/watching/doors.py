"""What the terminal interface may do beyond reading the ledger; see ``orgloop_tui.doors``."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from orgloop.cli.differ import differ
from orgloop.cli.generations.bring import bring
from orgloop.cli.people.answer import question_page, reply
from orgloop.cli.people.find import opened
from orgloop.cli.people.reply import Given
from orgloop.cli.requests import request
from orgloop.cli.running import is_running
from orgloop.cli.steer import ask
from orgloop.cli.tell import tell
from orgloop.cli.watching.save import save
from orgloop.ledger import ExperimentRow, QuestionRow, RunRow
from orgloop.ledger.verbs import REQUESTS


class LabDoors:
    """A lab's doors. Calls from several threads take turns at git."""

    def __init__(self, lab: Path) -> None:
        self._lab = lab
        self._lock = threading.Lock()
        self._diff = differ(lab)

    def alive(self) -> bool:
        """Whether a process runs the lab."""
        return is_running(self._lab)

    def diff(self, run: RunRow, experiment: ExperimentRow) -> str:
        """An experiment's change as a unified diff; empty where it has none."""
        with self._lock:
            return self._diff(run, experiment)

    def generation(self, commit: str) -> Mapping[str, bytes]:
        """The files of a generation."""
        from orgloop.repo import LabRepo

        with self._lock, LabRepo.open(self._lab) as repo:
            return repo.read_generation(commit)

    def ask(self, verb: str, experiment: str | None = None, **args: object) -> str:
        """Leave a request for the running lab; of an experiment, with what the lab answered."""
        if verb in REQUESTS:
            return request(self._lab, verb, experiment=experiment, args=args).answer
        return ask(self._lab, verb, experiment=experiment, args=args)

    def tell(self, text: str, role: str | None) -> str:
        """Leave a message."""
        _, remarks = tell(self._lab, text, role)
        return " ".join(remarks)

    def question(self, row: QuestionRow) -> str:
        """The page that a person answers by."""
        ledger, run = opened(self._lab)
        with ledger, self._lock:
            return question_page(ledger, run, row, self._lab)

    def answer(self, row: QuestionRow, decision: str | None, note: str, title: str) -> str:
        """Answer a question of the lab's latest run."""
        ledger, run = opened(self._lab)
        given = Given(decision or None, note or None, title or None)
        with ledger, self._lock:
            return reply(self._lab, ledger, run, row, given)

    def save(self, path: str, content: bytes) -> str:
        """Write one file of the organization into the lab."""
        return save(self._lab, path, content)

    def back(self, run: str, generation: int) -> str:
        """Write a generation's files into the lab."""
        with self._lock:
            return bring(self._lab, str(generation), run=run)
