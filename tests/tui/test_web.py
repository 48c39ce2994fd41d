"""`orgloop watch --web`: a real server, a real websocket, and a real browser."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from .browser import Page
from .organizations import make_lab


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def served(lab: Path) -> AsyncIterator[str]:
    """The address of a lab's page."""
    port = _free_port()
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from orgloop.cli import main; main()",
        "watch", str(lab), "--web", "--port", str(port),
        env=dict(os.environ),
    )  # fmt: skip
    own = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(own) as page:
                        assert page.status == 200
                        assert "/ws" in await page.text()
                    break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.2)
        yield own
    finally:
        server.terminate()
        await server.wait()


@pytest.mark.slow
async def test_a_page_of_its_own_sees_the_floor_and_no_other_page_does(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    async with asyncio.timeout(180), served(lab) as own, aiohttp.ClientSession() as session:
        host = f"evil.example:{own.rpartition(':')[2]}"
        async with session.get(own, headers={"Host": host}) as refused:
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


@pytest.mark.slow
async def test_a_browser_draws_the_floor_and_a_key_opens_the_help(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    async with asyncio.timeout(300), served(lab) as own, Page(tmp_path / "browser") as page:
        await page.call("Page.navigate", url=own)
        await page.until_received(lambda seen: "no run yet" in seen)
        while not await page.run("document.body.classList.contains('-first-byte')"):
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)  # what has come is drawn within a frame, and fades in
        floor = await page.picture()
        assert await page.unlike(floor) > 0.01, "there is something to be seen"
        await page.run("document.querySelector('.xterm-helper-textarea').focus()")
        await page.press("?")
        await page.until_received(lambda seen: "run.pause" in seen)
        await asyncio.sleep(1)
        assert await page.unlike(await page.picture(), floor) > 0.02, "the window lies over it"
        assert page.asked, "it came from somewhere"
        assert all(url.startswith((own, "data:", "blob:")) for url in page.asked)
