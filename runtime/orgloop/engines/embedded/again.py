"""What an experimenter does on a walk that comes back to it: another point, or the same again."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.joining import Changes
from orgloop.engines.embedded.moves import Move, pick
from orgloop.engines.embedded.survey import Survey
from orgloop.engines.protocol import Json, Request

AGAIN = "this walk's own proposal, made again on the incumbent that overtook it"


def own_proposals(request: Request) -> Sequence[Mapping[str, Json]]:
    """The points that this role proposed earlier on this walk: a reviewer sent them back."""
    return [
        params
        for step in request.history
        if step.role == request.role.name and isinstance(params := step.data.get("params"), Mapping)
    ]


def own_change_is_gone(request: Request) -> bool:
    """Whether this walk's proposal was taken off again, since it did not fit a newer incumbent."""
    base, files = request.base, request.files
    return bool(own_proposals(request)) and all(
        files.blob(path) == base.blob(path) for path in base.paths()
    )


def put_again(view: Survey, request: Request, rng: random.Random) -> Move | None:
    """The same values on the newer incumbent; None where it has them already."""
    params = own_proposals(request)[-1]
    step = [step for step in request.history if step.role == request.role.name][-1]
    changed = step.data.get("changed")
    keys = [key for key in changed if key in view.home] if isinstance(changed, Sequence) else []
    values = {key: params[key] for key in keys if isinstance(key, str)}
    changes: Changes = {
        key: value for key, value in values.items() if isinstance(value, (bool, int, float, str))
    }
    return pick(view, [changes], rng)
