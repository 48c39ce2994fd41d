"""One call of a role that stands outside the flow: it reads the record and leaves a note."""

from __future__ import annotations

import time
from dataclasses import replace

from orgloop.engines.protocol import Answer
from orgloop.errors import EngineError, LedgerError, RepoError
from orgloop.graph.brief import CADENCE
from orgloop.graph.context import WalkContext
from orgloop.graph.desk_visit import ask_engine
from orgloop.graph.failure import failed
from orgloop.graph.org_desk import ask_to_amend
from orgloop.graph.request import build_cadence_request
from orgloop.graph.suspend import Suspended
from orgloop.graph.told import acknowledged
from orgloop.ledger.plain import headline
from orgloop.org import Org
from orgloop.people import NotAnswered
from orgloop.role import Role


async def call_on_cadence(org: Org, role: Role, turn: int, context: WalkContext) -> None:
    """Call ``role`` for its ``turn``, once: a turn on record is not taken again.

    Its note is what it is for; edits of the training code are not its to make and are left out.
    What a role that amends has changed of the organization is put on record as its proposal.
    A failure is recorded and costs nothing else: whatever is raised by what thinks stays in here.
    """
    ledger, run = context.ledger, context.run
    begun = await context.offload.ledger(lambda: ledger.steps.begin(run, CADENCE, role.name, turn))
    if begun.finished is not None:
        return
    row = begun
    proposal: Answer | None = None
    try:
        engine = context.engine_for(role, org.charter.model)
        row = replace(row, engine=engine.label)
        asked, commit = await build_cadence_request(org, role, engine, turn, context)
        request = asked.request
        ask = ask_to_amend if role.org.amends else ask_engine
        visited = await context.stop.unless_now(
            ask(engine, request, commit, request.experiment, row, context)
        )
        answer = visited.answer
        if role.org.amends and visited.refused:
            raise EngineError(visited.refused)
        note = acknowledged(answer.note, asked.told)
        done = replace(row, note=note, data=answer.data)
        proposal = answer if role.org.amends and answer.edits else None
    except (Suspended, NotAnswered):
        return  # the run was stopped meanwhile, or a person is asked; the turn is still due
    except (LedgerError, RepoError):
        raise  # the lab's own trouble
    except Exception as error:  # noqa: BLE001 - what thinks may raise anything, as in a role's node
        done = failed(row, role, error)
    finished = replace(done, finished=time.time())

    def record() -> None:
        with ledger.transaction():
            ledger.steps.finish(finished)
            if proposal is not None:
                title = proposal.title or headline(proposal.note)
                ledger.amendments.propose(
                    run, role.name, turn, title, proposal.edits, proposal.data
                )
            ledger.questions.close(run, CADENCE, role.name, turn)
            ledger.messages.settle(
                role.name,
                run,
                CADENCE,
                turn,
                answered=not finished.error,
                by=f"{role.name}, outside the chart (turn {turn})",
            )

    await context.offload.ledger(record)
