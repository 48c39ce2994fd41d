"""Points of the search space: as settings, as coordinates, and in a form that compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.axes import Axis, Value, same
from orgloop.engines.embedded.surface import Array
from orgloop.engines.protocol import Json

Signature = tuple[object, ...]

_PLAIN = frozenset((int, float, str))


def signature(axes: Sequence[Axis], params: Mapping[str, Json]) -> Signature:
    """A point in a form that compares: equal settings give equal signatures."""
    values = [params[axis.tunable.key] for axis in axes]
    return tuple([value if type(value) in _PLAIN else repr(value) for value in values])


def sign_at_home(
    axes: Sequence[Axis], home: Mapping[str, Value], params: Mapping[str, Json]
) -> Signature:
    """The signature of a point that may lack some of the present tunables."""
    return signature(axes, {**home, **params})


def changes_of(
    axes: Sequence[Axis], home: Mapping[str, Value], params: Mapping[str, Json]
) -> dict[str, Value]:
    """Where ``params`` differs from ``home``, over the keys and values that both spaces have."""
    return {
        axis.key: value
        for axis in axes
        if isinstance(value := params.get(axis.key), (bool, int, float, str))
        and not same(value, home[axis.key])
        and axis.place(value) is not None
    }


def moved(axes: Sequence[Axis], at_home: Array, changes: Mapping[str, Value]) -> Array:
    """Coordinates of the incumbent, with ``changes``."""
    row = at_home.copy()
    for index, axis in enumerate(axes):
        value = changes.get(axis.tunable.key)
        if value is not None and (place := axis.place(value)) is not None:
            row[index] = place
    return row


def in_space(axes: Sequence[Axis], params: Mapping[str, Json]) -> bool:
    """Whether a trial shares enough of the space to mean something here."""
    shared = sum(axis.key in params for axis in axes)
    return shared > 0 and 2 * shared >= len(axes)
