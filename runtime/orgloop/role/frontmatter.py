"""The keys of a role file. The top level is Claude Code's, what lies under ``org:`` is ours."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from orgloop.problems import nearest
from orgloop.role.model import ANSWER_LIMIT, EMBEDDED_ENGINES, Every, Rule
from orgloop.units import Seconds, seconds

_EXPERIMENTS = re.compile(r"\s*(\d+)\s*(experiments?)?\s*", re.IGNORECASE)
MAX_SEATS = 15


def read_every(written: object) -> Every:
    """A cadence: ``10 experiments``, ``10``, ``2h``; raises ValueError on anything else."""
    if isinstance(written, Every):
        return written
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    if isinstance(written, str):
        match = _EXPERIMENTS.fullmatch(written)
        if match is not None:
            count = int(match[1]) if len(match[1]) < 10 else 0
            if count < 1:
                raise ValueError("a cadence is at least 1 experiment")
            return Every(count, "experiments")
        try:
            return Every(seconds(written), "seconds")
        except ValueError:
            pass
    raise ValueError("a cadence is written `10 experiments`, `30min` or `2h`")


def read_embedded(written: object) -> str:
    """The name of an embedded engine, or of a plug-in; raises ValueError on anything else."""
    if not isinstance(written, str):
        raise ValueError("the name of an embedded engine is text")
    if written in EMBEDDED_ENGINES or ":" in written.strip(":"):
        return written
    close = nearest(written, EMBEDDED_ENGINES)
    known = f"did you mean `{close}`?" if close else f"there are {_listed()}, and plug-ins `a:b`"
    raise ValueError(f"`{written}` is not an embedded engine; {known}")


def _listed() -> str:
    return ", ".join(f"`{name}`" for name in sorted(EMBEDDED_ENGINES))


class OrgFrontmatter(BaseModel):
    """The keys under ``org:``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedded: Annotated[str, BeforeValidator(read_embedded)] | None = Field(
        default=None,
        description=(
            f"The engine that stands in when the model is `embedded`: {_listed()}, or a "
            "plug-in's `module:object`."
        ),
    )
    amends: bool = Field(
        default=False, description="Whether this role may change `org/` and `roles/`."
    )
    every: (
        Annotated[
            Every,
            BeforeValidator(read_every, json_schema_input_type=int | str),
            PlainSerializer(str),
        ]
        | None
    ) = Field(
        default=None,
        description="A cadence outside the chart: `10 experiments`, `30min`, `2h`.",
    )
    seats: int = Field(
        default=1,
        ge=1,
        le=MAX_SEATS,
        description="Answers asked for at each visit; more than one makes a panel.",
    )
    people: int = Field(
        default=0,
        ge=0,
        le=MAX_SEATS,
        description="How many of a panel's seats are people's, whatever the model.",
    )
    rule: Rule = Field(default="majority", description="How a panel's answers become one decision.")
    boldness: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="How far from the incumbent proposals go: small steps 0.1, anything 1.",
    )
    limit: Seconds = Field(
        default=ANSWER_LIMIT,
        description="Time that a coding agent may take for one answer, as `20min`.",
    )


class RoleFrontmatter(BaseModel):
    """The keys of ``roles/<name>.md``: Claude Code's subagent keys, and ``org``."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str = Field(min_length=1, description="The file's name without `.md`.")
    description: str = Field(min_length=1, description="What this role is for, in a sentence.")
    tools: str | tuple[str, ...] | None = Field(
        default=None,
        description="What this role may use, as `Read, Grep, Edit` or a list. Left out: all.",
    )
    disallowed_tools: str | tuple[str, ...] | None = Field(
        default=None,
        alias="disallowedTools",
        description="What this role may not use, of what it otherwise might.",
    )
    model: str = Field(
        default="inherit",
        min_length=1,
        description=(
            "What thinks for this role: `inherit`, `embedded`, `human`, `claude-code`, `codex`, "
            "`opencode`, `provider:model` or `python:module:object`."
        ),
    )
    max_turns: int | None = Field(
        default=None, alias="maxTurns", ge=1, description="Turns an agent may take for one answer."
    )
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = Field(
        default=None, description="How hard the model thinks."
    )
    color: str | None = Field(default=None, description="The colour of this role on the screen.")
    org: OrgFrontmatter = Field(
        default=OrgFrontmatter(), description="What only Orgloop knows about a role."
    )


KEPT_KEYS = (
    "permissionMode",
    "skills",
    "mcpServers",
    "hooks",
    "memory",
    "background",
    "isolation",
    "initialPrompt",
)
"""Claude Code's further subagent keys: kept as written, and of no effect here."""
