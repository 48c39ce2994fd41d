"""``python -m orgloop.testing.api``: the server by itself, for a look at what a client sends.

Prints every request and answers each with the same text.
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import sys
import threading

from orgloop.testing.api.exchange import Asked, Reply
from orgloop.testing.api.server import ApiServer


def main(arguments: list[str]) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m orgloop.testing.api", description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--say", default="Understood.", help="what the model answers")
    chosen = parser.parse_args(arguments)

    def script(asked: Asked) -> Reply:
        print(f"--- {asked.api} {asked.model}, turn {asked.turn}, stream {asked.stream}")
        print(f"    tools: {', '.join(tool.name for tool in asked.tools) or 'none'}")
        if asked.messages:
            print(f"    {asked.last.text or asked.last.tool_results}", flush=True)
        return Reply(chosen.say)

    with ApiServer(script, port=chosen.port) as server:
        print(f"ANTHROPIC_BASE_URL={server.url}\nOPENAI_BASE_URL={server.url}/v1", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
