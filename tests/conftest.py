"""What tests of several packages need."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

import pytest

NPM_CLIENTS = (
    "@anthropic-ai/claude-code@2.1.197",
    "@openai/codex@0.169.0",
    "opencode-ai@1.18.33",
)
"""The coding agents that slow tests run, in the versions that docs/engines.md names."""


@pytest.fixture(scope="session")
def npm_clients(pytestconfig: pytest.Config) -> Path:
    """The directory with the programs of the clients, installed into pytest's cache.

    Without npm or its registry the tests that need it fail.
    """
    assert pytestconfig.cache is not None
    prefix = pytestconfig.cache.mkdir("npm-clients")
    done = prefix / ("-".join(name.rpartition("@")[2] for name in NPM_CLIENTS) + ".done")
    with (prefix / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may come here at a time
        if not done.exists():
            subprocess.run(
                ["npm", "install", "--no-fund", "--no-audit", "--prefix", prefix, *NPM_CLIENTS],
                check=True,
                timeout=900,
            )
            done.touch()
    return prefix / "node_modules" / ".bin"
