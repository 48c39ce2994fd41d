"""The model of :mod:`.surface`, fitted to a run's evidence and to what is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from orgloop.engines.embedded.axes import Axis, Value
from orgloop.engines.embedded.gains import tempered
from orgloop.engines.embedded.places import changes_of, moved
from orgloop.engines.embedded.priors import cut_short, liked, way_of
from orgloop.engines.embedded.surface import Surface, fit
from orgloop.engines.protocol import Evidence
from orgloop.task import Task

_CUSTOM = 1.0
"""Noise sds that a step the usual way is expected to gain where custom is sure."""


def fitted(
    axes: Sequence[Axis],
    home: Mapping[str, Value],
    start: Mapping[str, Value],
    task: Task,
    evidence: Evidence,
    measured: Sequence[tuple[Mapping[str, Value], float | None]],
    running: Sequence[Mapping[str, Value]],
    noise: float,
) -> Surface:
    """The model of the points that differ from the incumbent, with the start of the run as one.

    ``measured`` holds the changes against the incumbent and the gain over it, None for a crash.
    """
    at_home = np.array([axis.here for axis in axes])
    apart = list(measured)
    began = changes_of(axes, home, start)
    if began and evidence.baseline_value is not None and evidence.incumbent_value is not None:
        apart.append((began, task.gain(evidence.baseline_value, evidence.incumbent_value)))
    short = cut_short(task)
    pending = [moved(axes, at_home, changes) for changes in running]
    return fit(
        tuple(axes),
        np.array([at_home, *(moved(axes, at_home, changes) for changes, _ in apart)]),
        np.array([0.0, *(tempered(gain, noise) for _, gain in apart)]),
        np.array(pending).reshape(-1, len(axes)),
        noise=noise,
        start=moved(axes, at_home, start),
        slopes=np.array(
            [
                _CUSTOM * noise * axis.relevance * way_of(axis.name, short=short)
                if axis.ordered
                else 0.0
                for axis in axes
            ]
        ),
        liked=[
            (column, _CUSTOM * noise * axis.relevance * np.array([*map(liked, choices)]))
            for column, axis in enumerate(axes)
            if not axis.ordered and (choices := axis.tunable.choices) and any(map(liked, choices))
        ],
    )
