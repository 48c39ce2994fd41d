"""What the PI hands to the experimenter: which tunables to vary, which way, and how far."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orgloop.engines.embedded.axes import Value
from orgloop.engines.protocol import Json, PastStep

MOST_TUNABLES = 3
"""More than three at once is no hypothesis that anyone can learn from."""


MOVES = ("probe", "continue", "reverse", "adjust", "switch", "retry", "combine", "leap")


@dataclass(frozen=True, slots=True)
class Plan:
    """A subspace around the incumbent."""

    tunables: tuple[str, ...]
    """Keys, the most promising first."""
    move: str
    """One of :data:`MOVES`; for the note."""
    reach: float
    """Steps from the incumbent that a single tunable may go."""
    direction: Mapping[str, int] = field(default_factory=dict)
    """1 for more, -1 for less; a tunable that is not in it may go either way."""
    values: Mapping[str, Value] = field(default_factory=dict)
    """What to set them to, where the plan was made from a point; the experimenter may differ."""

    def data(self) -> dict[str, Json]:
        """As it stands in :attr:`~orgloop.engines.protocol.Answer.data`."""
        return {
            "tunables": list(self.tunables),
            "move": self.move,
            "reach": round(self.reach, 3),
            "direction": dict(self.direction),
            "values": dict(self.values),
        }


def read_plan(data: Json) -> Plan | None:
    """The plan in an answer's data; None where there is none that can be understood."""
    if not isinstance(data, Mapping):
        return None
    keys = data.get("tunables")
    if not isinstance(keys, Sequence) or isinstance(keys, str):
        return None
    tunables = tuple(key for key in keys if isinstance(key, str))
    reach, move, direction = data.get("reach"), data.get("move"), data.get("direction")
    ways: dict[str, int] = {}
    if isinstance(direction, Mapping):
        for key, way in direction.items():
            if isinstance(way, (int, float)) and way:
                ways[key] = 1 if way > 0 else -1
    values = data.get("values")
    usable = isinstance(reach, (int, float)) and not isinstance(reach, bool) and reach > 0
    return Plan(
        tunables=tunables,
        move=move if isinstance(move, str) else "probe",
        reach=float(reach) if usable and isinstance(reach, (int, float)) else 1.0,
        direction=ways,
        values={
            key: value
            for key, value in (values if isinstance(values, Mapping) else {}).items()
            if key in tunables and isinstance(value, (bool, int, float, str))
        },
    )


def plan_in(history: Sequence[PastStep]) -> Plan | None:
    """The latest plan on this walk, or None."""
    for step in reversed(history):
        plan = read_plan(step.data.get("plan"))
        if plan is not None and plan.tunables:
            return plan
    return None


def named_in(notes: Sequence[PastStep], names: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the tunables that the latest note names, in the order in which it does.

    For a PI that writes prose and no plan: a language model, or a person. ``names`` maps a
    tunable's name to its key.
    """
    for step in reversed(notes):
        found = {
            key: match.start()
            for name, key in names.items()
            if len(name) > 1
            and (match := re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", step.note))
        }
        if found:
            return tuple(sorted(found, key=lambda key: found[key]))[:MOST_TUNABLES]
    return ()
