"""Codex: ``codex exec --json``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import tomlkit

from orgloop.desk import HOME, Program, Served
from orgloop.engines.agents.client import Asking, Heard
from orgloop.engines.agents.grants import codex_sandbox
from orgloop.engines.agents.installed import installed
from orgloop.engines.agents.lines import count, objects, part, text
from orgloop.engines.agents.login import (
    as_bytes,
    certificates,
    chosen,
    home,
    read_object,
    without_renewal,
)
from orgloop.engines.protocol import Usage
from orgloop.errors import EngineError

_KEYS = ("OPENAI_API_KEY", "CODEX_API_KEY")
_SETTINGS = ("OPENAI_BASE_URL", "TZ")
_KEPT = ("model", "model_provider", "model_providers", "model_reasoning_effort", "openai_base_url")
_SCHEMA = ".orgloop/schema.json"
_SETTLED = (
    'web_search="disabled"',
    # What the account is connected to is none of a role's business.
    *(f"features.{name}=false" for name in ("apps", "plugins", "multi_agent", "goals")),
    # The brief is what a role reads; commands of its model need no key.
    "project_doc_max_bytes=0",
    'shell_environment_policy.exclude=["*KEY*","*TOKEN*","*SECRET*"]',
)


class Codex:
    """OpenAI's client."""

    title = "Codex"
    login = "Run `codex login` once."

    def program(self, asking: Asking, environment: Mapping[str, str]) -> Program:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        place, role = installed("codex", environment), asking.role
        config = _config(environment)
        options = ["exec", "--json", "--skip-git-repo-check", "--ignore-rules"]
        options += ["--sandbox", codex_sandbox(role)]
        options += ["--output-schema", str(HOME / _SCHEMA)]
        for setting in _SETTLED:
            options += ["--config", setting]
        options += ["--model", asking.model] if asking.model else []
        if role.effort:
            effort = "xhigh" if role.effort == "max" else role.effort
            options += ["--config", f'model_reasoning_effort="{effort}"']
        options += ["resume", asking.session, "-"] if asking.session else ["-"]
        files = {_SCHEMA: as_bytes(asking.schema)}
        if config:
            files[".codex/config.toml"] = tomlkit.dumps(config).encode()
        login = read_object(_folder(environment) / "auth.json")
        if login is not None:
            files[".codex/auth.json"] = as_bytes(without_renewal(login))
        trust, shown = certificates(environment)
        return Program(
            argv=(str(place.program), *options),
            stdin=asking.prompt,
            seconds=asking.role.org.limit,
            sees=(*place.sees, *shown),
            path=place.path,
            files=files,
            env=chosen(environment, _SETTINGS) | trust,
            secrets=chosen(environment, (*_KEYS, *_provider_keys(config))),
        )

    def priced(self, model: str) -> str:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        return f"openai:{model}" if model else ""

    def read(self, served: Served) -> Heard:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        said, session, error, failed = "", "", "", False
        usage = Usage()
        for event in objects(served.output):
            kind = event.get("type")
            if kind == "thread.started":
                session = text(event, "thread_id")
            elif kind == "item.completed" and part(event, "item").get("type") == "agent_message":
                said = text(part(event, "item"), "text")
            elif kind == "turn.completed":
                usage += _usage(event)
            elif kind in ("error", "turn.failed"):
                error = text(event, "message") or text(part(event, "error"), "message") or error
                failed = failed or kind == "turn.failed"
        failed = failed or served.exit_code != 0
        return Heard(
            text=said,
            session=session,
            usage=usage,
            since_the_beginning=bool(usage.tokens),
            error=error if failed else "",
        )


def _usage(event: Mapping[str, object]) -> Usage:
    found = event.get("usage")
    if not isinstance(found, Mapping):
        return Usage()
    return Usage(
        input_tokens=count(found, "input_tokens"),
        cached_tokens=count(found, "cached_input_tokens"),
        output_tokens=count(found, "output_tokens"),
    )


def _folder(environment: Mapping[str, str]) -> Path:
    told = environment.get("CODEX_HOME", "")
    return Path(told) if told else home(environment) / ".codex"


def _config(environment: Mapping[str, str]) -> dict[str, object]:
    """Which model and which server: of the person's settings, what a role needs of them."""
    path = _folder(environment) / "config.toml"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EngineError(f"{os.fspath(path)} could not be read: {error}") from error
    return {key: written[key] for key in _KEPT if key in written}


def _provider_keys(config: Mapping[str, object]) -> tuple[str, ...]:
    """The variable that holds the key of the server that the settings choose."""
    providers = config.get("model_providers")
    found = providers.get(config.get("model_provider")) if isinstance(providers, dict) else None
    name = found.get("env_key") if isinstance(found, dict) else None
    return (name,) if isinstance(name, str) else ()
