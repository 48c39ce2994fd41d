"""Sends one reply over one connection, whole or in pieces, with what the script breaks in it."""

from __future__ import annotations

import asyncio
import json
from itertools import islice

from orgloop.testing.api.dialect import Dialect, usage_of
from orgloop.testing.api.exchange import Asked, Reply
from orgloop.testing.api.http import chunk, json_answer, json_head, stream_head

_BROKEN = ("malformed", "dies")


class Cut(Exception):
    """The script wants the connection to die here."""


async def answer(
    writer: asyncio.StreamWriter, dialect: Dialect, asked: Asked, reply: Reply
) -> None:
    """Send it. Raises :class:`Cut` where the connection is to be dropped, and ConnectionError."""
    await asyncio.sleep(reply.delay)
    fault = reply.fault
    if fault is not None and fault.kind not in _BROKEN:
        refused = dialect.error(fault)
        writer.write(json_answer(refused.status, refused.body, refused.headers))
    elif asked.stream:
        await _stream(writer, dialect, asked, reply)
    else:
        _whole(writer, dialect, asked, reply)
    await writer.drain()
    if fault is not None and fault.kind == "dies":
        raise Cut


async def _stream(
    writer: asyncio.StreamWriter, dialect: Dialect, asked: Asked, reply: Reply
) -> None:
    events = list(dialect.stream(asked, reply, usage_of(asked, reply)))
    writer.write(stream_head())
    # At least the beginning is said, and never the end.
    kept = len(events) if reply.fault is None else max(1, len(events) // 2)
    for event in islice(events, kept):
        writer.write(chunk(event))
        await writer.drain()
        await asyncio.sleep(reply.pace)
    if reply.fault is not None and reply.fault.kind == "dies":
        return
    if reply.fault is not None:
        cut = events[kept] if kept < len(events) else "data: {"
        writer.write(chunk(cut[: max(12, len(cut) // 2)] + "\n\n"))
    writer.write(chunk(""))


def _whole(writer: asyncio.StreamWriter, dialect: Dialect, asked: Asked, reply: Reply) -> None:
    data = json.dumps(dialect.whole(asked, reply, usage_of(asked, reply))).encode()
    half = data[: len(data) // 2]
    if reply.fault is None:
        writer.write(json_head(200, len(data)) + data)
    elif reply.fault.kind == "dies":
        writer.write(json_head(200, len(data)) + half)
    else:
        writer.write(json_head(200, len(half)) + half)
