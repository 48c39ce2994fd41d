"""The sandbox: not whether it is installed, but whether it holds."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from orgloop.bench import Bench, LocalExecutor
from orgloop.bench.python_packages import LEAVES_OUT, chosen_packages
from orgloop.bench.sandbox.find import find_sandbox
from orgloop.doctor.finding import Finding
from orgloop.errors import OrgloopError, UserError
from orgloop.task import Task

AREA = "sandbox"
MEMORY = 128 * 2**20
"""Bytes that the command under the limit may hold; it asks for four times as many."""
FIX = "sudo apt-get install bubblewrap; sudo sysctl kernel.unprivileged_userns_clone=1"


@dataclass(frozen=True, slots=True)
class _Checkout:
    path: Path

    @property
    def lab(self) -> Path:
        return self.path


async def sandbox_findings(task: Task | None) -> AsyncIterator[Finding]:
    """Break out of it in the ways that matter, with a command of our own."""
    box = await asyncio.to_thread(find_sandbox)
    if not box.sealed:
        yield Finding(
            area=AREA,
            what="sandbox",
            state="warning",
            said=box.warning,
            fix=FIX if sys.platform == "linux" else "Only Linux has one.",
        )
    with tempfile.TemporaryDirectory(prefix="orgloop-doctor-") as folder:
        home = Path(folder).resolve()
        executor = LocalExecutor(home / "jobs")
        try:
            async for finding in _tried(home, executor, sealed=box.sealed):
                yield finding
        except OrgloopError as error:
            yield Finding(
                area=AREA, what="sandbox", state="missing", said=error.message, fix=error.hint
            )
        finally:
            await executor.close()
    if task is not None and task.sandbox.packages is not None:
        yield await asyncio.to_thread(_packages, task.sandbox.packages)
    if task is not None and task.sandbox.network:
        yield Finding(
            area=AREA,
            what="network",
            state="warning",
            said="task.md gives runs the network (`sandbox: {network: true}`).",
            fix="Mount what they fetch, where you can, and cut the network again.",
        )


async def _tried(home: Path, executor: LocalExecutor, *, sealed: bool) -> AsyncIterator[Finding]:
    checkout, secret = home / "checkout", home / "secret"
    checkout.mkdir()
    (checkout / ".git").touch()
    secret.write_text("a key")
    task = Task.model_validate(
        {
            "name": "doctor",
            "metric": "value",
            "goal": "minimize",
            "run": "true {seed}",
            "editable": ["file"],
            "limits": {"wall": 30, "memory": MEMORY},
        }
    )
    bench = Bench(task, executor, home=home / ".orgloop", frozen=home)
    desk = bench.desk(_Checkout(checkout), run="doctor", visit="sandbox")
    if sealed:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            reached = await desk.run(
                f"python -c \"import socket; socket.create_connection(('127.0.0.1', {port}), 5)\""
            )
        ran = await desk.run(f"test -e {secret} && echo seen; env; echo done")
        yield _held(
            "network", "A run reaches nobody.", "A run reaches the network.", reached.exit_code != 0
        )
        works = ran.exit_code == 0 and "done" in ran.output
        hidden = works and "seen" not in ran.output and not _leaks(ran.output)
        yield _held(
            "files and keys",
            "A run sees its checkout, and neither your files nor your environment.",
            "A run sees files or variables that are not its own."
            if works
            else f"A command did not run: {ran.why or ran.output[-200:]}",
            hidden,
        )
    ended = await desk.run(f"python -c \"import time; x = b'1' * {4 * MEMORY}; time.sleep(20)\"")
    yield _held(
        "limits",
        "A run over its memory is ended.",
        "A run over its memory was not ended.",
        ended.exit_code is None and "memory" in ended.why.lower(),
    )


def _packages(names: tuple[str, ...]) -> Finding:
    try:
        chosen_packages(names)
    except UserError as error:
        return Finding(
            area=AREA, what="packages", state="missing", said=error.message, fix=error.hint
        )
    shown = ", ".join(name for name in names if not name.startswith(LEAVES_OUT)) or "none"
    return Finding(
        area=AREA, what="packages", state="ok", said=f"Of installed packages a run sees: {shown}."
    )


def _leaks(output: str) -> bool:
    """Whether a variable that looks like a key of this process is among what a run printed."""
    names = [name for name in os.environ if name.endswith(("_KEY", "_TOKEN", "_SECRET"))]
    return any(f"{name}=" in output for name in names)


def _held(what: str, holds: str, fails: str, held: bool) -> Finding:
    if held:
        return Finding(area=AREA, what=what, state="ok", said=holds)
    return Finding(area=AREA, what=what, state="missing", said=fails, fix=FIX)
