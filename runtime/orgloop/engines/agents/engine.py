"""The engine that has a coding agent think: asks, reads, asks once more, or says why not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from orgloop.desk import Desk
from orgloop.engines.agents.claude_code import ClaudeCode
from orgloop.engines.agents.client import Asking, Client, Heard
from orgloop.engines.agents.codex import Codex
from orgloop.engines.agents.contract import (
    Said,
    Unusable,
    once_more,
    prompt_for,
    read_answer,
    schema_for,
)
from orgloop.engines.agents.opencode import OpenCode
from orgloop.engines.agents.verdict import failure_of
from orgloop.engines.protocol import Answer, Request, Usage
from orgloop.engines.resolve import Resolution
from orgloop.errors import EngineError
from orgloop.role import Role

_CLIENTS: Mapping[str, type[ClaudeCode] | type[Codex] | type[OpenCode]] = {
    "claude-code": ClaudeCode,
    "codex": Codex,
    "opencode": OpenCode,
}


class AgentEngine:
    """One client with one model, for every role that names it."""

    reads_brief = True

    def __init__(
        self, label: str, client: Client, model: str, environment: Mapping[str, str] | None = None
    ) -> None:
        """``environment`` stands for ``os.environ``."""
        self._label, self._client, self._model = label, client, model
        self._environment = environment

    @property
    def label(self) -> str:
        """As ``model:`` came to: ``claude-code/opus``."""
        return self._label

    def needs_desk(self, role: Role) -> bool:
        """Always: a client runs in a box, whatever its role may do."""
        del role
        return True

    async def think(self, request: Request) -> Answer:
        """Ask the client; an answer that cannot be used is asked for once more.

        Raises :class:`~orgloop.errors.EngineOutage` for what passes by itself, and
        :class:`~orgloop.errors.EngineError` for anything else, both with what was paid.
        """
        if request.desk is None:
            raise EngineError(f"{self._client.title} has no desk to work at.")
        asking = Asking(
            prompt=prompt_for(request),
            role=request.role,
            model=self._model,
            schema=schema_for(request.decisions),
        )
        heard = await self._ask(request.desk, asking, Usage())
        try:
            said = read_answer(heard, request.decisions)
        except Unusable as fault:
            again = replace(
                asking,
                prompt=("" if heard.session else asking.prompt)
                + once_more(str(fault), request.decisions),
                session=heard.session,
            )
            heard = await self._ask(request.desk, again, heard.usage)
            said = self._last_chance(heard, request.decisions)
        return Answer(note=said.note, decision=said.decision, title=said.title, usage=heard.usage)

    async def _ask(self, desk: Desk, asking: Asking, spent: Usage) -> Heard:
        environment = os.environ if self._environment is None else self._environment
        program = self._client.program(asking, environment)
        served = await desk.serve(program)
        heard = self._client.read(served)
        heard = replace(heard, usage=replace(heard.usage, model=self._client.priced(self._model)))
        if not (asking.session and heard.since_the_beginning):
            heard = replace(heard, usage=heard.usage + spent)
        failure = failure_of(self._client, served, heard, by_key=bool(program.secrets))
        if failure is not None:
            raise failure
        return heard

    def _last_chance(self, heard: Heard, decisions: tuple[str, ...]) -> Said:
        try:
            return read_answer(heard, decisions)
        except Unusable as fault:
            raise EngineError(
                f"{self._client.title} was asked twice and gave no answer that can be used: "
                f"{fault}",
                usage=heard.usage,
            ) from fault


def agent_engine(resolution: Resolution, role: Role) -> AgentEngine:
    """The engine of ``claude-code[/alias]``, ``codex[/model]``, ``opencode[/provider/model]``."""
    del role
    return AgentEngine(
        resolution.model,
        _CLIENTS[resolution.engine_key](),
        resolution.model.partition("/")[2],
    )
