"""One seat of one visit asks a person: a row of the ledger, and a walk that is set down."""

from __future__ import annotations

from orgloop.graph.brief import CADENCE
from orgloop.graph.context import WalkContext
from orgloop.ledger import QuestionRow
from orgloop.people import NotAnswered, Reply


class Inquiry:
    """Meets :class:`orgloop.people.People`.

    The row is the whole of the waiting: a lab that is killed meanwhile comes to the same step
    again, finds the same question, and waits for it.
    """

    def __init__(
        self,
        context: WalkContext,
        experiment: str,
        node: str,
        visit: int,
        *,
        seat: int = 0,
        commit: str,
        most: int,
    ) -> None:
        """``most`` questions are open at one time, see the charter's ``questions``."""
        self._context = context
        self._experiment, self._node, self._visit, self._seat = experiment, node, visit, seat
        self._commit = commit
        self._most = most
        self.answered = False
        """Whether a person has answered it: such an answer is not argued with."""

    def at(self, seat: int) -> Inquiry:
        """The same step's question to another seat."""
        return Inquiry(
            self._context,
            self._experiment,
            self._node,
            self._visit,
            seat=seat,
            commit=self._commit,
            most=self._most,
        )

    async def ask(self, text: str, *, decisions: tuple[str, ...], may_edit: bool) -> Reply:
        """See :meth:`orgloop.people.People.ask`."""
        context = self._context

        def put() -> QuestionRow:
            return context.ledger.questions.ask(
                context.run,
                self._experiment,
                self._node,
                self._visit,
                seat=self._seat,
                commit=self._commit,
                decisions=decisions,
                may_edit=may_edit and self._experiment != CADENCE,
                text=text,
                most=self._most,
            )

        row = await context.offload.ledger(put)
        if row.waits:
            raise NotAnswered(row.name)
        self.answered = True
        return Reply(row.decision, row.note, row.title, row.edits, row.by)
