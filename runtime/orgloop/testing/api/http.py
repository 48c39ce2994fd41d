"""As much of HTTP/1.1 as clients of model APIs use: requests in, JSON and event streams out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from orgloop.engines.protocol import Json

LONGEST_HEAD = 2**16


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request."""

    method: str
    path: str
    """Without the query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""
    body: bytes = b""


async def read_request(reader: asyncio.StreamReader) -> HttpRequest | None:
    """The next request of a connection; None where the client is done or makes no sense."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3:
        return None
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    }
    try:
        if "chunked" in headers.get("transfer-encoding", ""):
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        return None
    return HttpRequest(words[0], words[1].partition("?")[0], headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():
        pass  # trailers
    return body


def json_head(status: int, length: int, headers: Mapping[str, str] | None = None) -> bytes:
    """Status line and headers of an answer of so many bytes of JSON."""
    return _head(
        status, {"content-type": "application/json", "content-length": str(length)}, headers
    )


def json_answer(
    status: int, body: Mapping[str, Json], headers: Mapping[str, str] | None = None
) -> bytes:
    """A whole answer."""
    data = json.dumps(body).encode()
    return json_head(status, len(data), headers) + data


def stream_head() -> bytes:
    """Status line and headers of a stream of events, sent in chunks."""
    return _head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}, None)


def chunk(text: str) -> bytes:
    """A piece of a stream; the empty one ends it."""
    data = text.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def _head(status: int, ours: Mapping[str, str], headers: Mapping[str, str] | None) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Overloaded"  # 529 is Anthropic's own
    lines = [f"{name}: {value}" for name, value in {**ours, **(headers or {})}.items()]
    return "\r\n".join([f"HTTP/1.1 {status} {phrase}", *lines, "", ""]).encode("latin-1")
