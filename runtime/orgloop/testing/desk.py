"""A desk for tests of engines: a folder, and commands that run in it without a box."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from orgloop.desk import OUTPUT_CAP, Program, Ran, Served
from orgloop.engines.protocol import SourceFiles
from orgloop.errors import BenchError

EDITABLE = ("train.py",)


class FolderDesk:
    """Meets :class:`orgloop.desk.Desk`. Its commands reach whatever the test does: no box."""

    def __init__(
        self,
        lab: Path,
        files: SourceFiles,
        *,
        editable: Sequence[str] = EDITABLE,
        hidden: Sequence[str] = (),
    ) -> None:
        """Writes ``files`` into ``lab``; patterns are globs in which ``*`` passes slashes."""
        self._lab, self._editable, self._hidden = lab, editable, hidden
        self.ran: list[str] = []
        """Every command, in the order in which they came."""
        for path in files.paths():
            (lab / path).parent.mkdir(parents=True, exist_ok=True)
            (lab / path).write_bytes(files.read(path))

    @property
    def lab(self) -> Path:
        """As given."""
        return self._lab

    def hides(self, path: str) -> bool:
        """Whether one of ``hidden`` matches."""
        return any(fnmatch(path, pattern) for pattern in self._hidden)

    def may_change(self, path: str) -> bool:
        """Whether one of ``editable`` matches."""
        return any(fnmatch(path, pattern) for pattern in self._editable)

    async def run(
        self,
        command: str,
        *,
        seconds: float = 120.0,
        cap: int = OUTPUT_CAP,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run a shell command in the folder."""
        self.ran.append(command)
        began = time.monotonic()
        process = await asyncio.create_subprocess_shell(
            command,
            cwd=self._lab,
            env={**os.environ, **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(seconds):
                out, _ = await process.communicate()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            return Ran(None, "", f"it took more than {seconds:g} s", time.monotonic() - began)
        text = out.decode(errors="replace")[:cap]
        return Ran(process.returncode, text, wall_s=time.monotonic() - began)

    async def serve(self, program: Program) -> Served:
        """Refused: a client needs the box and the home that only a lab's desk has."""
        raise BenchError(
            f"`{program.argv[0]}` asked to work in a folder without a box.",
            hint="Try an engine that starts a client with `orgloop run`.",
        )
