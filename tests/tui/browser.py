"""A headless Chromium, driven through its own DevTools protocol."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome")
_UNLIKE = """
(async (one, other) => {
  const pixels = async (data) => {
    const image = new Image();
    image.src = data;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const a = await pixels(one), b = other ? await pixels(other) : null;
  let unlike = 0;
  for (let i = 0; i < a.length; i += 4) {
    const c = b ? b.subarray(i, i + 3) : a.subarray(0, 3);
    const far = [0, 1, 2].reduce((sum, at) => sum + Math.abs(a[i + at] - c[at]), 0);
    if (far > 24) unlike++;
  }
  return unlike * 4 / a.length;
})(%s, %s)
"""


class Page:
    """One page of a browser of its own."""

    def __init__(self, folder: Path) -> None:
        found = next(filter(None, map(shutil.which, NAMES)), None)
        assert found is not None, "no Chromium is installed: `.ci/run` installs it"
        self._program, self._folder = found, folder
        self.received = ""
        """All that has come by websockets, as text."""
        self.asked: list[str] = []
        """Addresses that something has come from."""
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._heard = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            self._program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--disable-background-networking", "--window-size=1000,700",
            f"--user-data-dir={self._folder}", "--remote-debugging-port=0", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        place = self._folder / "DevToolsActivePort"
        while not (place.exists() and place.read_text().strip()):
            assert self._process.returncode is None, "Chromium ended by itself"
            await asyncio.sleep(0.1)
        port = place.read_text().split()[0]
        self._session = aiohttp.ClientSession()
        pages: list[dict[str, str]] = []
        while not pages:
            async with self._session.get(f"http://127.0.0.1:{port}/json/list") as listed:
                pages = [page for page in await listed.json() if page["type"] == "page"]
        self._socket = await self._session.ws_connect(
            pages[0]["webSocketDebuggerUrl"], max_msg_size=0
        )
        self._reader = asyncio.create_task(self._read())
        for domain in ("Page", "Network", "Runtime"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._socket.close()
        await self._reader
        await self._session.close()
        self._process.terminate()
        await self._process.wait()

    async def _read(self) -> None:
        async for message in self._socket:
            said = json.loads(message.data)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            elif said["method"] == "Network.webSocketFrameReceived":
                frame = said["params"]["response"]
                self.received += _text(frame["payloadData"], binary=frame["opcode"] == 2)
                self._heard.set()
            elif said["method"] == "Network.responseReceived":
                self.asked.append(said["params"]["response"]["url"])

    async def call(self, method: str, **given: object) -> dict[str, Any]:
        """Ask the browser for something."""
        number = len(self._answers) + id(given) % 1_000_000 * 1000
        self._answers[number] = answer = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": given})
        said = await answer
        assert "error" not in said, said
        return dict(said["result"])

    async def run(self, script: str) -> object:
        """The value of some JavaScript."""
        found = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until_received(self, so: Callable[[str], bool]) -> None:
        """Wait for what a websocket brings."""
        while not so(self.received):
            self._heard.clear()
            await self._heard.wait()

    async def press(self, key: str) -> None:
        """Press a key that writes a character."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def picture(self) -> str:
        """What is to be seen, as the address of an image."""
        return f"data:image/png;base64,{(await self.call('Page.captureScreenshot'))['data']}"

    async def unlike(self, picture: str, other: str | None = None) -> float:
        """The share of pixels that differ from another picture, or from the first pixel."""
        found = await self.run(_UNLIKE % (json.dumps(picture), json.dumps(other)))
        assert isinstance(found, int | float)
        return float(found)


def _text(payload: str, *, binary: bool) -> str:
    import base64

    return base64.b64decode(payload).decode("utf-8", "replace") if binary else payload
