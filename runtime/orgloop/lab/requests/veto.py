"""Takes a keep back: `veto e0007 "why"`."""

from __future__ import annotations

from orgloop.graph.context import WalkContext
from orgloop.graph.ruling import revise_incumbent
from orgloop.lab.casebook import close_case
from orgloop.lab.requests.halt import end_in_flight, words_of
from orgloop.lab.requests.said import Said, done, no_reason, refused
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow, ExperimentRow, Ledger


async def veto(
    command: CommandRow, row: ExperimentRow, context: WalkContext, walks: Walks
) -> Said | None:
    """End what is in flight, or go back to the incumbent before; None: the answer is on record."""
    if not command.reason.strip():
        return no_reason()
    if row.status == "running":
        return end_in_flight(command, row, walks)

    def work() -> Said | None:
        said = put_veto(context.ledger, context.run, row, command)
        if said is None:
            context.ledger.sync()
            context.lineage.read_again()
            revise_incumbent(context)
        return said

    said = await context.offload.ledger(work)
    if said is None:
        await context.offload.git(context.branch.follow)
        await close_case(row.id, context)
    return said


def put_veto(ledger: Ledger, run: str, row: ExperimentRow, command: CommandRow) -> Said | None:
    """Take a keep back, in one transaction with the answer; what is refused is returned.

    Only the latest can be: what was kept on top of another holds its change, and was never
    measured without it.
    """
    if row.status != "keep":
        return refused(
            f"{row.id} was not kept, so there is nothing to take back.",
            f"`orgloop show {row.id}` says what became of it.",
        )
    line = ledger.incumbents.all(run)
    place = next(at for at, one in enumerate(line) if one.experiment == row.id)
    if above := [one.experiment for one in line[place + 1 :]]:
        return refused(
            f"{row.id} is not the latest keep: {', '.join(above)} came on top of it.",
            f"Veto from the top (`orgloop veto {above[-1]}` first), or have an experiment take its "
            f'change out (`orgloop tell "take {row.id} out"`).',
        )
    before = line[place - 1]
    with ledger.transaction():
        ledger.overturns.veto(run, row.id, words_of(command))
        text = (
            f"{row.id} is discarded, and the incumbent is {before.experiment} again "
            f"({before.commit[:12]})."
        )
        ledger.commands.answer(command.id, *done(text))
    return None
