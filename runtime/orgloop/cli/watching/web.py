"""``orgloop watch --web``: the terminal interface in a browser, on this machine alone.

A terminal in a browser can do what the person at it can. So the server listens on the loopback
interface only, and it answers only a page of its own: another site that a browser has open may
send requests here as well, and names of its own may lead here (DNS rebinding).
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from orgloop.errors import UserError

HOST = "127.0.0.1"
PORT = 8117


def serve(lab: Path, *, run: str | None = None, port: int = PORT) -> None:
    """Serve until Ctrl-C. Raises UserError without the extra, or where the port is taken."""
    try:
        from orgloop.cli.watching.server import LoopbackServer
    except ModuleNotFoundError as error:
        raise UserError(
            "`--web` needs the package textual-serve.",
            hint="Install it with `pip install 'orgloop[web]'`.",
        ) from error
    try:
        LoopbackServer(command(lab, run), HOST, port).serve()
    except OSError as error:
        raise UserError(
            f"Port {port} cannot be used: {error.strerror}.", hint="Name another with `--port`."
        ) from error


def command(lab: Path, run: str | None) -> str:
    """What each browser window starts, as a shell reads it."""
    start = "from orgloop.cli import main; main()"
    words = [sys.executable, "-c", start, "watch", str(lab.absolute())]
    return shlex.join([*words, "--run", run] if run is not None else words)
