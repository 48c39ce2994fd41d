"""A whole `orgloop run` under the default organization, thought by chat models on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.ledger import Ledger, StepRow
from orgloop.testing.api import ApiServer, Asked, Fault, Reply, ToolCall, role_answer
from orgloop.usage import Usage

from .conftest import PROGRAM, TASK, git

PAID = Usage(input_tokens=1000, cached_tokens=600, output_tokens=50)


def says(asked: Asked, **answer: str) -> Reply:
    return role_answer(asked, answer, PAID)


def mind(asked: Asked) -> Reply:
    """Four roles that do their work: each experiment makes A larger by one."""
    role = re.search(r"You are `(\w+)`", asked.system)
    assert role is not None
    if role[1] == "pi":
        return says(asked, note="**Question**: is a larger A better?", title="A larger A")
    if role[1] == "experimenter":
        if asked.turn == 0:
            return Reply(tool_calls=(ToolCall("read", {"path": "program.py"}),), usage=PAID)
        if asked.turn == 1:
            line = re.search(r"A = (\S+)", asked.last.tool_results[0].text)
            assert line is not None
            change: dict[str, str] = {"path": "program.py", "old": line[0]}
            change["new"] = f"A = {float(line[1]) + 1}"
            return Reply(tool_calls=(ToolCall("edit", change),), usage=PAID)
        return says(asked, note="A is one larger.", title="A + 1")
    if role[1] == "reviewer":
        assert "+A = " in asked.text, "it sees the diff"
        return says(asked, note="It runs, and it is what the note says.", decision="approve")
    better = "better" in asked.text
    return says(asked, note="It holds.", decision="keep" if better else "discard")


def run(lab: Path, server: ApiServer, model: str, *arguments: str) -> dict[str, object]:
    env = {name: value for name, value in os.environ.items() if name != "ORGLOOP_MODEL"}
    env |= {
        "OPENAI_API_KEY": "a-key",
        "ANTHROPIC_API_KEY": "a-key",
        "OPENAI_BASE_URL": f"{server.url}/v1",
        "ANTHROPIC_BASE_URL": server.url,
    }
    program = "from orgloop.cli import main; main()"
    command = [sys.executable, "-c", program, "run", str(lab), "--model", model, "--json"]
    done = subprocess.run([*command, *arguments], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    summary: dict[str, object] = json.loads(done.stdout)
    return summary


def steps(lab: Path, experiment: str) -> list[StepRow]:
    with Ledger.read_only(lab / ".orgloop" / "lab.db") as ledger:
        return ledger.steps.of("r1", experiment)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    root = tmp_path / "lab"
    root.mkdir()
    (root / "program.py").write_text(PROGRAM)
    (root / "task.md").write_text(TASK.replace("tunables: [A, B]\n", "min_delta: 0.5\n"))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    return root


@pytest.mark.parametrize(
    "model", ["openai:gpt-5.5", pytest.param("anthropic:claude-opus-4-7", marks=pytest.mark.slow)]
)
def test_the_default_organization_improves_a_lab(lab: Path, model: str) -> None:
    with ApiServer(mind) as server:
        summary = run(lab, server, model, "--experiments", "1")
    assert summary["kept"] == 1 and summary["best"] == 1.0
    assert summary["tokens"] == 6 * PAID.tokens, "six calls an experiment"
    done = {step.node: step for step in steps(lab, "e0001")}
    assert done["experimenter"].engine == model
    assert done["experimenter"].cached_tokens == 3 * 600
    assert done["critic"].decision == "keep"
    show = git(lab, "show", "orgloop/r1:program.py")
    assert "A = 1.0" in show and (lab / "program.py").read_text() == PROGRAM


@pytest.mark.slow
def test_a_role_that_cannot_answer_ends_its_experiment_and_not_the_run(lab: Path) -> None:
    def script(asked: Asked) -> Reply:
        if "You are `pi`" in asked.system and "experiment e0001" in asked.text:
            return Reply("I would rather talk about the weather.", usage=PAID)
        return mind(asked)

    with ApiServer(script) as server:
        summary = run(lab, server, "openai:local", "--experiments", "2", "--slots", "1")
    assert (summary["experiments"], summary["kept"]) == (2, 1)
    [step] = steps(lab, "e0001")
    assert "answered twice in a form that cannot be used" in step.error
    assert step.input_tokens == 2000, "what was of no use was paid for"


@pytest.mark.slow
def test_an_outage_is_waited_out_and_no_experiment_is_charged(lab: Path) -> None:
    def script(asked: Asked) -> Reply:
        if asked.number == 0:
            return Reply(fault=Fault("rate-limit", retry_after=12))
        return mind(asked)

    with ApiServer(script) as server:
        summary = run(lab, server, "openai:local", "--experiments", "1")
    assert (summary["experiments"], summary["kept"]) == (1, 1)
