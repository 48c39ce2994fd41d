"""The engine of ``provider:model``: one for all roles and walks that the model thinks for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from orgloop.engines.chat.names import ChatName, chat_names
from orgloop.engines.protocol import Answer, Json, Request
from orgloop.engines.resolve import Resolution
from orgloop.errors import EngineError
from orgloop.role import Role
from orgloop.usage import Usage

if TYPE_CHECKING:
    from orgloop.engines.chat.models import ChatModel


def chat_engine(resolution: Resolution, _: Role) -> ChatEngine:
    """The engine for a chat model that :mod:`~orgloop.engines.chat.available` has let pass."""
    return ChatEngine(resolution.model)


class ChatEngine:
    """Asks a chat model: once where a role only reads, else as an agent at the role's desk."""

    reads_brief = True

    def __init__(self, model: str) -> None:
        self.label = model
        self._names = chat_names(model)
        self._made: dict[str | None, tuple[ChatModel, ...]] = {}
        self._making = asyncio.Lock()

    def needs_desk(self, role: Role) -> bool:
        """Whether the role does more than read."""
        return not role.reads_only

    async def think(self, request: Request) -> Answer:
        """Answer; raises :class:`~orgloop.errors.EngineError`, with what was paid by then."""
        models = await self._models(request.role.effort)
        from orgloop.engines.chat.agent import ask
        from orgloop.engines.chat.ending import paid_by
        from orgloop.engines.chat.failures import engine_error
        from orgloop.engines.chat.meter import Meter

        meter = Meter()
        try:
            said = await ask(models, request, meter)
        except Exception as error:  # a provider's client may raise anything
            told = engine_error(error, self._names[-1])
            told.usage += self._named(meter.usage + paid_by(error), meter.model)
            if told is error:
                raise
            raise told from error
        data: dict[str, Json] = {}
        if len(self._names) > 1:
            data["model"] = meter.model
        return Answer(
            note=said.note,
            decision=getattr(said, "decision", None),
            title=getattr(said, "title", None),
            data=data,
            usage=self._named(meter.usage, meter.model),
        )

    def _named(self, usage: Usage, answered: str) -> Usage:
        """``usage`` with the model that answered, as the price table looks for it.

        Providers answer with a dated name of what was asked for.
        """
        name = next((name for name in self._names if answered.startswith(name.model)), None)
        name = name or self._names[0]
        return replace(usage, model=str(name))

    async def _models(self, effort: str | None) -> tuple[ChatModel, ...]:
        async with self._making:
            if effort not in self._made:
                self._made[effort] = await asyncio.to_thread(_clients, self._names, effort)
            return self._made[effort]


def _clients(names: tuple[ChatName, ...], effort: str | None) -> tuple[ChatModel, ...]:
    """Imports LangChain, which takes seconds: on a thread, while the bench goes on."""
    try:
        from orgloop.engines.chat.agent import clients
    except ImportError as error:
        raise EngineError(
            f"LangChain could not be imported: {error}.", hint="pip install -U 'orgloop[chat]'"
        ) from error
    return clients(names, effort)
