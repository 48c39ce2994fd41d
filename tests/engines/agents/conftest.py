"""A person with a home, a desk in a lab of theirs, and clients that are scripts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orgloop.bench import Bench, Executor, LocalExecutor
from orgloop.bench.desk import BenchDesk
from orgloop.desk import Program
from orgloop.engines.agents.engine import AgentEngine, agent_engine
from orgloop.engines.protocol import Request
from orgloop.engines.resolve import resolve
from orgloop.role import Role
from orgloop.testing.requests import a_request, a_role, a_task


@dataclass
class Checkout:
    path: Path
    lab: Path


@dataclass
class Office:
    """A lab of a person's, one checkout of it, and what the person's environment says."""

    root: Path
    executor: LocalExecutor
    environment: dict[str, str]

    @property
    def person(self) -> Path:
        return Path(self.environment["HOME"])

    @property
    def state(self) -> Path:
        return self.root / "lab" / ".orgloop"

    @property
    def lab(self) -> Path:
        return self.state / "worktrees" / "1"

    def home_file(self, path: str, text: str) -> None:
        target = self.person / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def install(self, command: str, script: str) -> None:
        """A client that is a shell script, first on the PATH."""
        program = self.root / "bin" / command
        program.write_text(f"#!/bin/sh\n{script}")
        program.chmod(0o755)

    def desk(self, executor: Executor | None = None, visit: str = "e0001-worker-1") -> BenchDesk:
        task = a_task(hidden=("secret.txt",))
        bench = Bench(
            task, executor or self.executor, home=self.state, frozen=self.state / "frozen"
        )
        return bench.desk(Checkout(self.lab, self.lab), run="r1", visit=visit)

    def engine(self, model: str) -> AgentEngine:
        role = a_role()
        made = agent_engine(resolve(replace(role, model=model), "", env={}), role)
        made._environment = self.environment
        return made

    def request(
        self,
        role: Role | None = None,
        decisions: tuple[str, ...] = ("approve", "reject"),
        desk: BenchDesk | None = None,
    ) -> Request:
        made = a_request(files={"train.py": "LR = 1\n"}, role=role, decisions=decisions)
        return replace(made, desk=desk or self.desk())

    def shell(self, script: str, **changes: object) -> Program:
        """A program that is a line of shell."""
        given = {"argv": ("/bin/sh", "-c", script), "seconds": 20.0, **changes}
        return Program(**given)  # type: ignore[arg-type]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    executor = LocalExecutor(tmp_path / "lab" / ".orgloop" / "jobs")
    (tmp_path / "bin").mkdir()
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    made = Office(tmp_path, executor, {"PATH": path, "HOME": str(tmp_path / "person")})
    for folder in (made.lab, made.state / "frozen"):
        folder.mkdir(parents=True)
        (folder / "train.py").write_text("LR = 1\n")
        (folder / "secret.txt").write_text("the held-out answers\n")
    (made.lab / ".git").write_text(f"gitdir: {tmp_path / 'lab' / '.git'}\n")
    (tmp_path / "lab" / ".git").mkdir()
    (tmp_path / "lab" / ".git" / "config").write_text("[core]\n")
    (made.state / "lab.db").write_text("the ledger")
    made.home_file(".ssh/id_ed25519", "a private key")
    yield made
    await executor.close()
