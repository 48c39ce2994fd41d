"""The server: listens on loopback, asks the script, keeps a record of every request."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from orgloop.engines.protocol import Json
from orgloop.testing.api.answering import Cut, answer
from orgloop.testing.api.anthropic import Anthropic
from orgloop.testing.api.dialect import Dialect, count_tokens
from orgloop.testing.api.exchange import Asked, Fault, Reply
from orgloop.testing.api.http import LONGEST_HEAD, HttpRequest, json_answer, read_request
from orgloop.testing.api.openai_chat import OpenAiChat
from orgloop.testing.api.openai_responses import OpenAiResponses
from orgloop.testing.api.script import Script, as_function

_DIALECTS: Mapping[str, Dialect] = {
    "/messages": Anthropic(),
    "/chat/completions": OpenAiChat(),
    "/responses": OpenAiResponses(),
}
MODELS = ("scripted",)


class ApiServer:
    """A model server that says what it is told to. Serves from a thread of its own.

    ::

        with ApiServer([Reply("Hello.")]) as server:
            ChatOpenAI(base_url=f"{server.url}/v1", api_key="any", model="any").invoke("Hi")
        assert server.asked[0].last.text == "Hi"

    ``async with`` does the same for an asyncio program. Paths may come with ``/v1`` or without.
    The script is called from the server's thread; what it raises is answered by an error that
    no client asks again for, and raised when the server is closed.
    """

    def __init__(self, script: Script, *, port: int = 0, models: tuple[str, ...] = MODELS) -> None:
        """``port`` 0 is any free one; ``models`` are what ``/v1/models`` lists."""
        self._script = as_function(script)
        self._port, self._models = port, models
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="scripted API", daemon=True)
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        self._failed: BaseException | None = None
        self.asked: list[Asked] = []
        """Every request for an answer, in the order in which they came."""

    @property
    def url(self) -> str:
        """Without a path: what Anthropic's clients take; OpenAI's want ``/v1`` after it."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            self._thread.join()
            raise self._failed
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        if self._failed is not None and error is None:
            raise self._failed

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, where)

    def _serve(self) -> None:
        try:
            self._loop.run_until_complete(self._listen())
        except OSError as error:
            self._failed = error
        finally:
            self._loop.close()
            self._ready.set()

    async def _listen(self) -> None:
        server = await asyncio.start_server(
            self._connected, "127.0.0.1", self._port, limit=LONGEST_HEAD
        )
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await server.wait_closed()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await read_request(reader)) is not None:
                await self._answer(request, writer)
        except (Cut, ConnectionError):
            writer.transport.abort()
        finally:
            writer.close()

    async def _answer(self, request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        path = request.path.removeprefix("/v1").rstrip("/")
        dialect = _DIALECTS.get(path.removesuffix("/count_tokens"))
        if request.method == "POST" and dialect is not None:
            await self._ask(request, dialect, writer, counts=path.endswith("/count_tokens"))
            return
        if request.method == "GET" and path == "/models":
            writer.write(json_answer(200, self._list_models()))
        elif request.method == "HEAD":
            writer.write(json_answer(200, {})[:-2])
        else:
            missing: Json = {"type": "not_found_error", "message": f"There is no {request.path}."}
            writer.write(json_answer(404, {"type": "error", "error": missing}))
        await writer.drain()

    async def _ask(
        self, request: HttpRequest, dialect: Dialect, writer: asyncio.StreamWriter, *, counts: bool
    ) -> None:
        try:
            body = json.loads(request.body)
            asked = dialect.read(body)
        except (ValidationError, ValueError) as error:
            refused = dialect.error(Fault("bad-request", f"The request makes no sense: {error}"))
            writer.write(json_answer(refused.status, refused.body, refused.headers))
            await writer.drain()
            return
        if counts:
            writer.write(json_answer(200, {"input_tokens": count_tokens(asked)}))
            await writer.drain()
            return
        asked = replace(asked, number=len(self.asked), headers=request.headers)
        self.asked.append(asked)
        await answer(writer, dialect, asked, self._reply(asked))

    def _reply(self, asked: Asked) -> Reply:
        try:
            return self._script(asked)
        except Exception as error:  # noqa: BLE001 - a script is a test's own code, assertions too
            self._failed = error
            return Reply(fault=Fault("bad-request", f"The script failed: {error!r}"))

    def _list_models(self) -> Mapping[str, Json]:
        listed: list[Json] = [
            {
                "id": name,
                "object": "model",
                "type": "model",
                "display_name": name,
                "created": 0,
                "created_at": "2026-01-01T00:00:00Z",
                "owned_by": "orgloop",
            }
            for name in self._models
        ]
        return {"object": "list", "data": listed, "has_more": False}
