"""Claude Code: ``claude -p --output-format stream-json``.

Even a failure ends in ``subtype: success``: what counts is ``is_error``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from orgloop.desk import Program, Served
from orgloop.engines.agents.client import Asking, Heard
from orgloop.engines.agents.grants import claude_rules, claude_tools
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

_KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN")
_SETTINGS = (
    *("ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_MODEL", "API_TIMEOUT_MS"),
    *(f"ANTHROPIC_DEFAULT_{name}_MODEL" for name in ("OPUS", "SONNET", "HAIKU")),
)
_QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    **{
        f"CLAUDE_CODE_DISABLE_{name}": "1"
        for name in (
            *("NONESSENTIAL_TRAFFIC", "AUTO_MEMORY", "CLAUDE_MDS", "GIT_INSTRUCTIONS"),
            *("BACKGROUND_TASKS", "CRON"),
        )
    },
}


class ClaudeCode:
    """Anthropic's client."""

    title = "Claude Code"
    login = "Run `claude` once and log in, or `claude setup-token` for a run of many hours."

    def program(self, asking: Asking, environment: Mapping[str, str]) -> Program:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        place, role = installed("claude-code", environment), asking.role
        options = ["-p", "--output-format", "stream-json", "--verbose"]
        # Settings, hooks, MCP servers and skills of the lab are files that a candidate may have
        # written: the role file is what says who works here.
        options += ["--setting-sources", "user", "--strict-mcp-config", "--disable-slash-commands"]
        options += ["--permission-mode", "dontAsk", "--tools", ",".join(claude_tools(role))]
        if rules := claude_rules(role):
            options += ["--allowedTools", ",".join(rules)]
        options += ["--model", asking.model] if asking.model else []
        options += ["--effort", role.effort] if role.effort else []
        options += ["--max-turns", str(role.max_turns)] if role.max_turns else []
        options += ["--json-schema", json.dumps(asking.schema)]
        options += ["--resume", asking.session] if asking.session else []
        trust, shown = certificates(environment)
        return Program(
            argv=(str(place.program), *options),
            stdin=asking.prompt,
            seconds=asking.role.org.limit,
            sees=(*place.sees, *shown),
            path=place.path,
            files=_files(environment),
            env=_QUIET | chosen(environment, _SETTINGS) | trust,
            secrets=chosen(environment, _KEYS),
        )

    def priced(self, model: str) -> str:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        return f"anthropic:{model}" if model else ""

    def read(self, served: Served) -> Heard:
        """See :class:`~orgloop.engines.agents.client.Client`."""
        last: Mapping[str, Json] = {}
        until: float | None = None
        session, spent = "", dict[str, Usage]()
        for event in objects(served.output):
            session = text(event, "session_id") or session
            kind = event.get("type")
            if kind == "result":
                last = event
            elif kind == "rate_limit_event":
                info = part(event, "rate_limit_info")
                if info.get("status") == "rejected":
                    until = float(count(info, "resetsAt")) or until
            elif kind == "assistant":
                message = part(event, "message")
                spent[text(message, "id")] = _usage(part(message, "usage"), _NAMES)
        if not last:
            # It was ended before it could sum up: what it had said so far was paid for.
            return Heard(session=session, usage=sum(spent.values(), Usage()), until=until)
        answer = last.get("structured_output")
        status = last.get("api_error_status")
        return Heard(
            text=text(last, "result"),
            answer=answer if isinstance(answer, Mapping) else None,
            session=session,
            usage=_total(last),
            error=_error(last) if last.get("is_error") else "",
            status=status if isinstance(status, int) else None,
            until=until,
        )


_NAMES = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)
_MODEL_NAMES = (
    "inputTokens",
    "cacheCreationInputTokens",
    "cacheReadInputTokens",
    "outputTokens",
)


def _files(environment: Mapping[str, str]) -> dict[str, bytes]:
    told = environment.get("CLAUDE_CONFIG_DIR", "")
    folder = Path(told) if told else home(environment) / ".claude"
    state: dict[str, Json] = {"hasCompletedOnboarding": True}
    known = read_object(folder / ".claude.json" if told else home(environment) / ".claude.json")
    if known is not None and "oauthAccount" in known:
        state["oauthAccount"] = known["oauthAccount"]
    files = {".claude.json": as_bytes(state)}
    login = read_object(folder / ".credentials.json")
    if login is not None:
        files[".claude/.credentials.json"] = as_bytes(without_renewal(login))
    return files


def _error(result: Mapping[str, Json]) -> str:
    errors = result.get("errors")
    told = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    return text(result, "result") or told or text(result, "subtype") or "it failed"


def _total(result: Mapping[str, Json]) -> Usage:
    """All models together: a client asks a small one on the side."""
    models = part(result, "modelUsage")
    usage = sum((_usage(part(models, name), _MODEL_NAMES) for name in models), Usage())
    usage = usage if models else _usage(part(result, "usage"), _NAMES)
    return replace(usage, cost_usd=dollars(result, "total_cost_usd"))


def _usage(found: Mapping[str, Json], names: tuple[str, str, str, str]) -> Usage:
    fresh, written, read, output = (count(found, name) for name in names)
    return Usage(input_tokens=fresh + written + read, cached_tokens=read, output_tokens=output)
