"""What thinks for a role: the one protocol that every engine meets.

An engine gets a :class:`Request` and gives an :class:`Answer`. It never writes to git, the ledger
or the worktree's neighbours: what it wants changed it returns as :attr:`Answer.edits`, or, for
engines that work on files, leaves at its :attr:`Request.desk`; the runtime then enforces the
role's tools and the task's editable files, and commits.

Engines are shared by every walk in flight, so :meth:`Engine.think` must be re-entrant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from orgloop.desk import Desk
from orgloop.engines.organization import OrgRecord
from orgloop.people import People
from orgloop.role import Role
from orgloop.task import Task
from orgloop.usage import Usage

__all__ = [
    "Allowance",
    "Answer",
    "Engine",
    "Evidence",
    "Json",
    "Outcome",
    "PastStep",
    "Request",
    "SourceFiles",
    "Trial",
    "Usage",
    "Verdict",
]

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class Outcome(StrEnum):
    """How an engine that knows no labels decides; the runtime maps it by where arrows lead.

    ``PASS`` takes the arrow towards ``keep``, ``REVISE`` the one that leads back, ``FAIL`` the
    one to ``discard``.
    """

    PASS = "pass"
    REVISE = "revise"
    FAIL = "fail"


class SourceFiles(Protocol):
    """Read access to the lab's files at one commit; paths are relative to the lab."""

    def paths(self) -> Sequence[str]:
        """Every tracked file, sorted, but for hidden ones."""
        ...

    def read(self, path: str) -> bytes:
        """The file's bytes; raises KeyError where there is no such file."""
        ...

    def blob(self, path: str) -> str:
        """The file's git blob id: equal ids mean equal bytes, so it is a cache key."""
        ...


@dataclass(frozen=True, slots=True)
class PastStep:
    """What a role did earlier on this walk."""

    role: str
    decision: str | None
    note: str
    data: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Trial:
    """A point of the search space that was measured, or is being measured now."""

    experiment: str
    params: Mapping[str, Json]
    """Every tunable's value, by the tunable's key (``train.py:LEARNING_RATE``)."""
    value: float | None
    """Mean of its measurements; None while it runs and where it crashed."""
    status: str
    """``running``, ``keep``, ``discard`` or ``crash``."""
    reason: str = ""
    replaced: Mapping[str, Json] = field(default_factory=dict)
    """The values that its own change replaced, by key; empty where nobody said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the referee says of the experiment's measurements so far."""

    outcome: str
    """``better``, ``simpler``, ``worse``, ``again`` or ``spent``."""
    value: float | None
    stderr: float | None
    why: str
    gain: float | None = None
    """Over the incumbent that it was measured against, which others may have replaced since;
    positive is better."""
    gain_stderr: float | None = None
    """None where noise is not known, or is not considered."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an embedded engine may use of the run: bounded, however long the history."""

    trials: Sequence[Trial] = ()
    """At most 50 best, 50 latest, and everything in flight."""
    incumbent_value: float | None = None
    baseline_value: float | None = None
    noise_sd: float | None = None
    """Pooled standard deviation of one measurement; None before it is known."""
    finished: int = 0
    """Experiments finished in this run so far."""
    streak: int = 0
    """Experiments finished since the last keep."""
    planned: int | None = None
    """The run's budget of experiments, where it has one."""
    verdict: Verdict | None = None
    """Present once this experiment was measured."""
    twin: str | None = None
    """The id of an earlier experiment with the same normalised diff or the same params."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one answer may use: held for it out of the run's budget, so nothing else spends it.

    An engine that ends an answer within it keeps the run within its budget to the token; the
    others go over it by one answer at most. None: not bounded.
    """

    tokens: int | None = None
    """Input and output together."""
    usd: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One question to one role on one walk."""

    experiment: str
    """Id of the experiment, or of the cadence call, that asks."""
    role: Role
    task: Task
    brief: str
    """The role's body, rendered: what a mind reads. Empty for engines that read none."""
    decisions: tuple[str, ...]
    """Labels to choose from; empty where the node has a single unlabelled arrow."""
    base: SourceFiles
    """The files as the experiment found them: the incumbent it started from."""
    files: SourceFiles
    """The files as they are now: with what this walk has committed so far."""
    history: Sequence[PastStep] = ()
    """Earlier steps of this walk, oldest first."""
    evidence: Evidence = field(default_factory=Evidence)
    seed: int = 0
    """For engines that draw: derived from run, experiment, node and visit; never a run's seed."""
    seat: int = 0
    """Which seat of a panel this is; 0 where there is one."""
    desk: Desk | None = None
    """A checkout to work in, for engines that ask for one: see :mod:`orgloop.engines.desk`."""
    allowance: Allowance | None = None
    """What this answer may cost at most, where the run's budget bounds that."""
    leads_to: Mapping[str, str] = field(default_factory=dict)
    """The role or station at the end of each decision's arrow, by its label."""
    organization: OrgRecord | None = None
    """How the organization has been doing; given to a role that amends, whose ``base`` and
    ``files`` are then the organization's own: ``org/...`` and ``roles/...``."""
    people: People | None = None
    """Whom to ask, for engines that leave an answer to a person."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a role says: a note for the case file and, where asked, a decision."""

    note: str
    """Markdown. Its first line should stand alone: lists show it."""
    decision: str | None = None
    """One of the request's labels. Engines that know no labels leave it and set ``outcome``."""
    outcome: Outcome | None = None
    title: str | None = None
    """The experiment's hypothesis in a line, from whoever sets it."""
    edits: Mapping[str, bytes | None] = field(default_factory=dict)
    """New content by path relative to the lab; None deletes the file."""
    data: Mapping[str, Json] = field(default_factory=dict)
    """Small facts for later roles and for the ledger: ``params``, ``plan``."""
    usage: Usage = field(default_factory=Usage)


class Engine(Protocol):
    """Anything that can answer for a role."""

    @property
    def label(self) -> str:
        """What is shown and recorded as the thinker: ``embedded: tpe``, ``anthropic:...``."""
        ...

    @property
    def reads_brief(self) -> bool:
        """Whether it reads :attr:`Request.brief`; rendering it is left out where it does not."""
        ...

    async def think(self, request: Request) -> Answer:
        """Answer; raises :class:`~orgloop.errors.EngineError` where it cannot.

        What was paid before it failed goes on the error's ``usage``.
        """
        ...
