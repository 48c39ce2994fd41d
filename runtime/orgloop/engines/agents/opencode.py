"""OpenCode: ``opencode run --format json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from orgloop.desk import Program, Served
from orgloop.engines.agents.client import Asking, Heard
from orgloop.engines.agents.grants import opencode_permission
from orgloop.engines.agents.installed import installed
from orgloop.engines.agents.lines import count, dollars, objects, part, text
from orgloop.engines.agents.login import (
    as_bytes,
    certificates,
    chosen,
    home,
    read_object,
    without_renewal,
)
from orgloop.engines.protocol import Json, Usage

_KEYS: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "google": ("GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "GOOGLE_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "mistral": ("MISTRAL_API_KEY",),
    "xai": ("XAI_API_KEY",),
    "opencode": ("OPENCODE_API_KEY",),
}
_KEPT = ("provider", "model", "small_model", "enabled_providers", "disabled_providers")
_AGENT = "orgloop"
_NAMED_VARIABLE = re.compile(r"\{env:([A-Za-z_][A-Za-z0-9_]*)\}")
_LOGGED = re.compile(r'\berror(?:\.error)?="((?:[^"\\]|\\.)*)"')
_QUIET = {
    f"OPENCODE_DISABLE_{name}": "true"
    for name in (
        *("AUTOUPDATE", "MODELS_FETCH", "LSP_DOWNLOAD", "DEFAULT_PLUGINS", "EXTERNAL_SKILLS"),
        # Settings in the lab are files that a candidate may have written.
        *("PROJECT_CONFIG", "CLAUDE_CODE"),
    )
}


class OpenCode:
    """The open client, for any provider."""

    title = "OpenCode"
    login = "Run `opencode auth login` once."

    def program(self, asking: Asking, environment: Mapping[str, str]) -> Program:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        place = installed("opencode", environment)
        written = read_object(_folder(environment, "CONFIG", ".config") / "opencode.json") or {}
        kept = {key: written[key] for key in _KEPT if key in written}
        config = as_bytes(kept | _settings(asking))
        options = ["run", "--format", "json", "--print-logs", "--log-level", "ERROR", "--pure"]
        options += ["--agent", _AGENT, "--title", asking.role.name]
        options += ["--model", asking.model] if asking.model else []
        options += ["--variant", asking.role.effort] if asking.role.effort else []
        options += ["--session", asking.session] if asking.session else []
        files = {".config/opencode/opencode.json": config}
        login = read_object(_folder(environment, "DATA", ".local/share") / "auth.json")
        model = asking.model or text(kept, "model")
        provider = model.partition("/")[0]
        if login is not None:
            files[".local/share/opencode/auth.json"] = as_bytes(_login(login, provider))
        trust, shown = certificates(environment)
        keys = _KEYS.get(provider, ()) if provider else sum(_KEYS.values(), ())
        return Program(
            argv=(str(place.program), *options),
            stdin=asking.prompt,
            seconds=asking.role.org.limit,
            sees=(*place.sees, *shown),
            path=place.path,
            files=files,
            env=_QUIET | chosen(environment, ()) | trust,
            secrets=chosen(environment, (*keys, *_NAMED_VARIABLE.findall(config.decode()))),
        )

    def priced(self, model: str) -> str:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        return model.replace("/", ":", 1)

    def read(self, served: Served) -> Heard:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        heard, usage, said = Heard(), Usage(), ""
        session, error = "", heard
        for event in objects(served.output):
            session = text(event, "sessionID") or session
            inner = part(event, "part")
            if event.get("type") == "text":
                said = text(inner, "text")
            elif event.get("type") == "step_finish":
                usage += _usage(inner)
            elif event.get("type") == "error":
                error = _error(part(event, "error"))
        if not error.error and (served.exit_code is None or (served.exit_code and not said)):
            error = Heard(error=_logged(served.errors))
        return Heard(
            text=said, session=session, usage=usage, error=error.error, status=error.status
        )


def _settings(asking: Asking) -> dict[str, Json]:
    agent: dict[str, Json] = {
        "mode": "primary",
        "description": asking.role.description,
        "permission": opencode_permission(asking.role),
    }
    if asking.role.max_turns:
        agent["steps"] = asking.role.max_turns
    return {"agent": {_AGENT: agent}, "autoupdate": False, "share": "disabled", "snapshot": False}


def _folder(environment: Mapping[str, str], kind: str, usual: str) -> Path:
    told = environment.get(f"XDG_{kind}_HOME", "")
    return (Path(told) if told else home(environment) / usual) / "opencode"


def _login(login: Mapping[str, Json], provider: str) -> Json:
    """The logins that are for this provider; all of them where none is named.

    Copilot's `refresh` is a lasting token that every request begins with, so it stays.
    """
    fitting = {name: login[name] for name in login if name == provider or not provider}
    renewing = frozenset({"refresh"})
    return {
        name: found if name.startswith("github-copilot") else without_renewal(found, renewing)
        for name, found in fitting.items()
    }


def _usage(found: Mapping[str, Json]) -> Usage:
    tokens, cache = part(found, "tokens"), part(found, "tokens", "cache")
    read = count(cache, "read")
    return Usage(
        input_tokens=count(tokens, "input") + read + count(cache, "write"),
        cached_tokens=read,
        output_tokens=count(tokens, "output") + count(tokens, "reasoning"),
        cost_usd=dollars(found, "cost"),
    )


def _error(found: Mapping[str, Json]) -> Heard:
    data = part(found, "data")
    status = data.get("statusCode")
    said = text(data, "message") or text(found, "message") or text(found, "name") or "it failed"
    return Heard(error=said, status=status if isinstance(status, int) else None)


def _logged(errors: str) -> str:
    """The last error in its log: while it retries by itself, it says so nowhere else."""
    found = _LOGGED.findall(errors)
    return found[-1][:1000] if found else ""
