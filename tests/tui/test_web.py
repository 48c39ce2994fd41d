"""`orgloop watch --web` against a real server and a real websocket."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from .organizations import make_lab


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.slow
async def test_a_page_of_its_own_sees_the_floor_and_no_other_page_does(tmp_path: Path) -> None:
    lab, port = make_lab(tmp_path / "lab"), _free_port()
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from orgloop.cli import main; main()",
        "watch", str(lab), "--web", "--port", str(port),
        env=dict(os.environ),
    )  # fmt: skip
    own = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(120), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(own) as page:
                        assert page.status == 200
                        assert "/ws" in await page.text()
                    break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.2)
            async with session.get(own, headers={"Host": f"evil.example:{port}"}) as refused:
                assert refused.status == 403
            for origin in ("http://evil.example", None):
                with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                    await session.ws_connect(f"{own}/ws", origin=origin)
            async with session.ws_connect(f"{own}/ws?width=100&height=30", origin=own) as socket_:
                seen = b""
                while b"no run yet" not in seen:
                    message = await socket_.receive()
                    assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT)
                    data = message.data
                    seen += data if isinstance(data, bytes) else data.encode()
    finally:
        server.terminate()
        await server.wait()
