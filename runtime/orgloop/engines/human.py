"""A person as the engine of a role: the question is put on record, and the walk waits for it."""

from __future__ import annotations

from orgloop.engines.protocol import Answer, Request
from orgloop.engines.resolve import Resolution
from orgloop.errors import EngineError
from orgloop.role import Role


class Human:
    """Asks whoever runs the lab; they answer with `orgloop answer`."""

    label = "human"
    reads_brief = True

    async def think(self, request: Request) -> Answer:
        """The person's answer; raises :class:`~orgloop.people.NotAnswered` until there is one."""
        if request.people is None:
            raise EngineError("There is nobody to ask here.", hint="A run has people; a test may.")
        reply = await request.people.ask(
            request.brief, decisions=request.decisions, may_edit=request.role.may_edit
        )
        return Answer(
            note=reply.note,
            decision=reply.decision,
            title=reply.title,
            edits=reply.edits,
            data={"by": reply.by} if reply.by else {},
        )


_HUMAN = Human()


def human_engine(_: Resolution, __: Role) -> Human:
    """The one for every role: people are not told apart by the engine."""
    return _HUMAN
