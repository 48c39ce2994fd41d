"""What is exported is read by the real clients from npm, in a directory of their own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.interchange import exported, write_exported
from orgloop.org import load_lab
from orgloop.testing.api import ApiServer, Asked, Reply

pytestmark = pytest.mark.slow
TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python train.py --seed {seed}
editable: [train.py]
---
Make it small, says the task.
"""
COLONS = """\
---
name: examiner
description: Use it when asked: "is it done?" Examples: <example>user: "done?"</example>
tools: Read, Grep
model: inherit
---
You are the examiner with a colon.
"""
Client = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A lab with all three exports, committed."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "task.md").write_text(TASK)
    (root / "train.py").write_text("print('loss: 1')\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    lab, problems = load_lab(root)
    assert lab is not None, list(problems)
    for target in ("claude-code", "opencode", "codex"):
        write_exported(exported(lab, target), root)
    return root


@pytest.fixture
def client(project: Path, tmp_path: Path, npm_clients: Path) -> Client:
    """Run a client in the project, with a home of its own, against a server."""
    home = tmp_path / "home"
    home.mkdir()

    def run(server: ApiServer, *words: str) -> str:
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "options": {"baseURL": f"{server.url}/v1", "apiKey": "sk-own"},
            "models": {"mind": {}},
        }
        config = {"provider": {"own": provider}, "model": "own/mind", "small_model": "own/mind"}
        for name, text in {
            ".config/opencode/opencode.json": json.dumps(config),
            ".codex/config.toml": (
                'model = "mind"\nmodel_provider = "own"\n[model_providers.own]\nname = "own"\n'
                f'base_url = "{server.url}/v1"\nwire_api = "responses"\nenv_key = "OWN_KEY"\n'
                f'[projects."{project}"]\ntrust_level = "trusted"\n'
            ),
        }.items():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(text)
        environment = {
            "HOME": str(home),
            "PATH": f"{npm_clients}{os.pathsep}{os.environ['PATH']}",
            "ANTHROPIC_BASE_URL": server.url,
            "ANTHROPIC_API_KEY": "sk-own",
            "OWN_KEY": "sk-own",
            "DISABLE_AUTOUPDATER": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "true",
            "OPENCODE_DISABLE_AUTOUPDATE": "true",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        }
        done = subprocess.run(
            words,
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return done.stdout + done.stderr

    return run


def says(asked: Asked) -> Reply:
    return Reply("Understood.")


def test_claude_code_takes_a_role_for_its_agent(client: Client) -> None:
    with ApiServer(says) as server:
        said = client(server, "claude", "-p", "--agent", "critic", "go")
    main = [asked for asked in server.asked if "You are the critic of **tiny**" in asked.text]
    assert main, said
    tools = {tool.name for tool in main[0].tools}
    assert {"Read", "Grep", "Glob"} & tools
    assert not {"Edit", "Write", "Bash"} & tools


def test_claude_code_reads_a_description_with_colons_as_we_do(
    client: Client, project: Path
) -> None:
    (project / ".claude" / "agents" / "examiner.md").write_text(COLONS)
    with ApiServer(says) as server:
        said = client(server, "claude", "-p", "--agent", "examiner", "go")
    assert any("You are the examiner with a colon" in asked.text for asked in server.asked), said


def test_opencode_takes_a_role_for_its_agent(client: Client, project: Path) -> None:
    with ApiServer(says) as server:
        listed = client(server, "opencode", "agent", "list")
        assert {f"{name} (subagent)" for name in ("pi", "critic", "reviewer")} <= {
            line.strip() for line in listed.splitlines()
        }
        # A subagent is not begun with by hand; the same file as a primary one is.
        place = project / ".opencode" / "agent" / "critic.md"
        place.write_text(place.read_text().replace("mode: subagent", "mode: primary"))
        said = client(server, "opencode", "run", "--agent", "critic", "go")
    main = [asked for asked in server.asked if "You are the critic of **tiny**" in asked.text]
    assert main, said
    assert not {"edit", "write", "bash"} & {tool.name for tool in main[0].tools}


def test_codex_offers_every_role(client: Client) -> None:
    with ApiServer(says) as server:
        said = client(server, "codex", "exec", "--skip-git-repo-check", "go")
    offered = json.dumps([asked.body for asked in server.asked])
    assert "malformed" not in said, said
    for what in ("Reads the measurements", "Turns one hypothesis into one small change"):
        assert what in offered, said
