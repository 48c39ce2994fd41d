"""What a person can decide while no process runs the lab: whatever needs no bench.

The lab's lock is held meanwhile, so no run can begin half way, and the record changes in one
transaction, as in a lab that runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from orgloop.bench import LocalExecutor
from orgloop.graph.branch import RunBranch
from orgloop.graph.halting import put_halt
from orgloop.lab.casebook import put_page
from orgloop.lab.lock import LabLock
from orgloop.lab.requests.halt import halt_of
from orgloop.lab.requests.said import Said
from orgloop.lab.requests.veto import NO_REASON, put_veto
from orgloop.ledger import CommandRow, ExperimentRow, Ledger, RunRow, ledger_path
from orgloop.ledger.verbs import STOP, VETO
from orgloop.repo import LabRepo


def decide_alone(
    root: Path, run: RunRow, verb: str, experiment: ExperimentRow, args: Mapping[str, object]
) -> Said | None:
    """Do ``verb`` about an experiment of the latest run; None where that needs a lab that runs.

    Raises :class:`~orgloop.errors.LabBusy` where another process has the lab.
    """
    if verb != VETO and (verb != STOP or experiment.status != "running"):
        return None
    lock = LabLock(ledger_path(root).parent)
    try:
        with LabRepo.open(root) as repo, Ledger.open(ledger_path(root)) as ledger:
            id = ledger.commands.ask(verb, args, run=run.id, experiment=experiment.id)
            command = ledger.commands.get(id)
            assert command is not None, "it was written just now"
            said = _decide(ledger, repo, command, experiment)
            if said is not None:
                ledger.commands.answer(id, *said)
            RunBranch(ledger, repo, run.id, run.baseline_commit).follow()
            put_page(ledger, repo, run.id, experiment.id)
            answered = ledger.commands.get(id)
            assert answered is not None, "rows are never deleted"
            return Said(answered.state, answered.answer)
    finally:
        lock.release()


def _decide(ledger: Ledger, repo: LabRepo, command: CommandRow, row: ExperimentRow) -> Said | None:
    """What is refused; None where the answer is on record."""
    if command.verb == VETO and not command.reason.strip():
        return NO_REASON
    if row.status != "running":
        return put_veto(ledger, row.run, row, command)
    asyncio.run(_end_runs(repo, row))
    put_halt(ledger, row.run, row.id, halt_of(command))
    return None


async def _end_runs(repo: LabRepo, row: ExperimentRow) -> None:
    """End what a lab that was killed has left of it on the bench."""
    executor = LocalExecutor(repo.home / "jobs")
    for job in executor.unfinished():
        if job.id.startswith(f"{row.run}-{row.id}-m"):
            await executor.discard(job.id)
