"""A role as the runtime sees it: its contract, its place in the organization and its brief."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Rule = Literal["majority", "unanimous", "any"]

EMBEDDED_ENGINES = frozenset(
    {
        "scout",
        "tpe",
        "optuna",
        "lot",
        "rules",
        "statistics",
        "referee",
        "notebook",
        "agenda",
        "meta",
        "pass",
    }
)
"""Engines that need no model. Anything with a colon names a plug-in."""

EDITING_TOOLS = frozenset({"Edit", "Write", "MultiEdit", "NotebookEdit"})
RUNNING_TOOLS = frozenset({"Bash"})
ANSWER_LIMIT = 1800.0
"""Seconds that a coding agent may take where its role does not say."""
READING_TOOLS = frozenset({"Read", "Grep", "Glob"})


@dataclass(frozen=True, slots=True)
class Every:
    """A cadence: every ``count`` experiments, or every ``count`` seconds."""

    count: float
    unit: Literal["experiments", "seconds"]

    @property
    def experiments(self) -> int | None:
        """Finished experiments between two calls; None where the cadence is a time."""
        return int(self.count) if self.unit == "experiments" else None

    @property
    def seconds(self) -> float | None:
        """Seconds between two calls; None where the cadence counts experiments."""
        return self.count if self.unit == "seconds" else None

    def __str__(self) -> str:
        if self.unit == "seconds":
            return f"{self.count:g} s"
        return "1 experiment" if self.count == 1 else f"{self.count:g} experiments"


@dataclass(frozen=True, slots=True)
class RoleOrg:
    """The keys under ``org:``: what Claude Code does not know about a role."""

    embedded: str | None = None
    """The engine that stands in when the model is ``embedded``."""
    amends: bool = False
    """Whether the role may change ``org/`` and ``roles/``."""
    every: Every | None = None
    """Called on this cadence and not by the chart."""
    seats: int = 1
    """Answers asked for at each visit; more than one makes a panel."""
    people: int = 0
    """How many of the seats are people's, whatever the model."""
    rule: Rule = "majority"
    """How a panel's answers become one decision."""
    boldness: float | None = None
    """How far from the incumbent proposals go, in (0, 1]; None leaves it to the engine."""
    limit: float = ANSWER_LIMIT
    """Seconds on the clock that a coding agent may take for one answer."""


@dataclass(frozen=True, slots=True)
class Role:
    """One Markdown file of ``roles/``."""

    name: str
    """The file's stem, and the id of its node in the chart."""
    description: str
    tools: frozenset[str] | None = None
    """Tool names without their patterns; None means all that there are."""
    tool_rules: tuple[str, ...] = ()
    """What ``tools`` grants as it was written, patterns and all: ``Bash(git log:*)``."""
    disallowed: frozenset[str] = frozenset()
    model: str = "inherit"
    max_turns: int | None = None
    effort: str | None = None
    color: str | None = None
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Top-level keys that Orgloop has no use for, kept as they were written."""
    org: RoleOrg = RoleOrg()
    body: str = ""
    """The brief: a Jinja2 template, see :func:`orgloop.role.render`."""
    body_line: int = 1
    """The line of the file on which ``body`` begins."""
    path: str = ""
    """Relative to the lab, with forward slashes."""

    def may_use(self, tool: str) -> bool:
        """Whether this role has the tool of that name."""
        return tool not in self.disallowed and (self.tools is None or tool in self.tools)

    @property
    def may_edit(self) -> bool:
        """Whether this role can change a file."""
        return any(map(self.may_use, EDITING_TOOLS))

    @property
    def may_run(self) -> bool:
        """Whether this role can run a command."""
        return any(map(self.may_use, RUNNING_TOOLS))

    @property
    def may_read(self) -> bool:
        """Whether this role can look at files beyond its brief."""
        return any(map(self.may_use, READING_TOOLS))

    @property
    def reads_only(self) -> bool:
        """Whether this role can change nothing and run nothing."""
        return not self.may_edit and not self.may_run
