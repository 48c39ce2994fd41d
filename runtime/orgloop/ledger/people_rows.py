"""The ledger's rows of what people ask, tell and are asked. Times are Unix seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orgloop.ledger.rows import Json


@dataclass(frozen=True, slots=True)
class CommandRow:
    """What a person asked of a running lab."""

    id: int
    at: float
    verb: str
    args: Mapping[str, Json]
    state: str
    """``new``, ``done`` or ``refused``."""
    answer: str = ""
    run: str | None = None
    experiment: str | None = None
    """The experiment that it is about; None for the whole run."""

    @property
    def reason(self) -> str:
        """Why, in the person's words; empty where they gave none."""
        found = self.args.get("reason")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What a person told a role (``orgloop tell``)."""

    id: int
    at: float
    role: str | None
    text: str
    read_by: str | None = None
    """Who read it, as ``pi in e0007``."""
    read_at: float | None = None
    read_experiment: str | None = None

    @property
    def name(self) -> str:
        """As people and roles see it: ``m3``."""
        return f"m{self.id}"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """What a role that is a person's is asked, and the answer once there is one."""

    id: int
    run: str
    experiment: str
    """``cadence`` for a role outside the flow, whose turn is ``visit``."""
    node: str
    visit: int
    seat: int
    asked: float
    state: str
    """``line`` (behind others), ``open``, ``answered``, or ``closed`` once the walk went on."""
    commit: str
    """The walk's commit: what an edit is made on."""
    decisions: tuple[str, ...]
    may_edit: bool
    text: str
    """The brief; empty once it is closed."""
    answered: float | None = None
    decision: str | None = None
    note: str = ""
    title: str | None = None
    edits: Mapping[str, bytes | None] = field(default_factory=dict)
    by: str = ""

    @property
    def name(self) -> str:
        """As people see it: ``q3``."""
        return f"q{self.id}"

    @property
    def waits(self) -> bool:
        """Whether nobody has answered."""
        return self.state in ("line", "open")
