"""Which of a person's files and variables a client is given, and in what state."""

from __future__ import annotations

import json
import tomllib

import pytest

from orgloop.desk import Program
from orgloop.engines.agents.claude_code import ClaudeCode
from orgloop.engines.agents.client import Asking, Client
from orgloop.engines.agents.codex import Codex
from orgloop.engines.agents.contract import schema_for
from orgloop.engines.agents.opencode import OpenCode
from orgloop.errors import EngineError
from orgloop.testing.requests import a_role

from .conftest import Office


def program(client: Client, office: Office, model: str = "") -> Program:
    for command in ("claude", "codex", "opencode"):
        office.install(command, "true")
    asking = Asking("Think.", a_role(), model, schema_for(()))
    return client.program(asking, office.environment)


async def test_claude_code_gets_its_login_without_the_token_that_renews_it(office: Office) -> None:
    login = {"claudeAiOauth": {"accessToken": "a", "refreshToken": "r", "expiresAt": 5}}
    office.home_file(".claude/.credentials.json", json.dumps(login))
    office.home_file(".claude/settings.json", '{"hooks": {}}')
    office.home_file(".claude.json", json.dumps({"oauthAccount": {"id": 1}, "projects": {"/x": 1}}))
    files = program(ClaudeCode(), office).files
    assert sorted(files) == [".claude.json", ".claude/.credentials.json"]
    copy = json.loads(files[".claude/.credentials.json"])["claudeAiOauth"]
    assert copy == {"accessToken": "a", "refreshToken": "", "expiresAt": 5}
    assert json.loads(files[".claude.json"]) == {
        "hasCompletedOnboarding": True,
        "oauthAccount": {"id": 1},
    }


async def test_codex_gets_its_login_and_its_choice_of_a_server(office: Office) -> None:
    office.home_file(".codex/auth.json", json.dumps({"tokens": {"refresh_token": "r", "id": "i"}}))
    office.home_file(
        ".codex/config.toml",
        'model = "m"\nmodel_provider = "own"\nnotify = ["rm"]\n'
        '[mcp_servers.x]\ncommand = "y"\n'
        '[model_providers.own]\nbase_url = "http://own"\nenv_key = "OWN_KEY"\n',
    )
    office.environment |= {"OWN_KEY": "k", "OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "a"}
    made = program(Codex(), office)
    assert json.loads(made.files[".codex/auth.json"])["tokens"] == {"refresh_token": "", "id": "i"}
    config = tomllib.loads(made.files[".codex/config.toml"].decode())
    assert sorted(config) == ["model", "model_provider", "model_providers"]
    assert made.secrets == {"OWN_KEY": "k", "OPENAI_API_KEY": "o"}


async def test_opencode_gets_the_login_of_the_provider_that_it_uses(office: Office) -> None:
    logins = {
        "anthropic": {"type": "oauth", "access": "a", "refresh": "r"},
        "openai": {"type": "api", "key": "k"},
    }
    office.home_file(".local/share/opencode/auth.json", json.dumps(logins))
    office.home_file(
        ".config/opencode/opencode.json",
        json.dumps({"provider": {"s": {"options": {"apiKey": "{env:S_KEY}"}}}, "mcp": {"x": 1}}),
    )
    office.environment |= {"S_KEY": "s", "ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "o"}
    made = program(OpenCode(), office, "anthropic/claude-x")
    login = json.loads(made.files[".local/share/opencode/auth.json"])
    assert login == {"anthropic": {"type": "oauth", "access": "a", "refresh": ""}}
    config = json.loads(made.files[".config/opencode/opencode.json"])
    assert "mcp" not in config and config["agent"]["orgloop"]["permission"]["*"] == "deny"
    assert made.secrets == {"S_KEY": "s", "ANTHROPIC_API_KEY": "a"}


async def test_keys_of_others_stay_at_home(office: Office) -> None:
    office.environment |= {
        "ANTHROPIC_API_KEY": "a",
        "AWS_SECRET_ACCESS_KEY": "w",
        "HTTPS_PROXY": "p",
    }
    made = program(ClaudeCode(), office)
    assert made.secrets == {"ANTHROPIC_API_KEY": "a", "HTTPS_PROXY": "p"}


async def test_settings_that_cannot_be_read_are_said(office: Office) -> None:
    office.home_file(".codex/config.toml", "model = ")
    with pytest.raises(EngineError, match=r"config\.toml could not be read"):
        program(Codex(), office)
    office.home_file(".config/opencode/opencode.json", "// mine\n{}")
    with pytest.raises(EngineError, match="no plain JSON"):
        program(OpenCode(), office)
