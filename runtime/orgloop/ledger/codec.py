"""Rows of the database to values of :mod:`orgloop.ledger.rows`, and JSON columns both ways."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence

from orgloop.ledger.database import Cells
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import (
    CallRow,
    CountsRow,
    ExperimentRow,
    GenerationRow,
    IncumbentRow,
    Json,
    MeasurementRow,
    RunRow,
    StepRow,
)

RUN = "id, created, branch, baseline_commit, task, options, seed, state, reason"
GENERATION = "run, number, tree, commit_id, created, author, reason"
EXPERIMENT = (
    "run, number, generation, base, created, status, commit_id, title, reason, value, stderr, "
    "gain, finished, overruled, tokens, cost_usd, params, fingerprint, effect, verdict, lesson, "
    "ordinal, conceded, unpriced_tokens"
)
STEP = (
    "run, experiment, node, visit, started, finished, decision, note, engine, commit_id, data, "
    "input_tokens, cached_tokens, output_tokens, cost_usd, error, unpriced_tokens"
)
CALL = (
    "run, experiment, node, visit, seat, at, wall_s, engine, model, input_tokens, "
    "cached_tokens, cache_write_tokens, output_tokens, cost_usd, reported, error"
)
MEASUREMENT = (
    "run, id, experiment, commit_id, seed, kind, status, started, finished, value, metrics, "
    "crash, wall_s, cpu_s, peak_bytes, slot, log"
)
INCUMBENT = "run, number, commit_id, experiment, at, value, stderr, withdrawn"
COUNTS = (
    "started, finished, kept, discarded, crashed, overruled, streak, input_tokens, "
    "cached_tokens, output_tokens, cost_usd, bench_busy_s, measurements, highest_seed, "
    "noise_squares, noise_freedom, active_s, simplified, conceded, unpriced_tokens"
)


def to_json(value: Mapping[str, Json]) -> str:
    """``value`` as JSON text. What JSON has no word for (NaN, infinity) becomes null."""
    if not value:
        return "{}"
    if not isinstance(value, dict):
        value = dict(value)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError):
        text = json.dumps(_sound(value), ensure_ascii=False, separators=(",", ":"))
    return storable(text)


def from_json(text: str) -> dict[str, Json]:
    """The mapping that :func:`to_json` wrote."""
    if text == "{}":
        return {}
    found: dict[str, Json] = json.loads(text)
    return found


def params_key(params: Mapping[str, Json]) -> str | None:
    """A short hash that equal parameters share, whatever their order; None for none."""
    if not params:
        return None
    ordered = to_json(dict(sorted(params.items())))
    return hashlib.blake2b(ordered.encode(), digest_size=8).hexdigest()


def experiment_id(number: int) -> str:
    """``e0007`` for 7."""
    return f"e{number:04d}"


def experiment_number(id: str) -> int:
    """7 for ``e0007``; -1, which no experiment has, for what is no such id."""
    digits = id[1:]
    valid = id[:1] == "e" and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if valid else -1


def run_row(cells: Cells) -> RunRow:
    """Decode :data:`RUN`."""
    id, created, branch, commit, task, options, seed, state, reason = cells
    return RunRow(
        id, created, branch, commit, from_json(task), from_json(options), int(seed), state, reason
    )


def generation_row(cells: Cells) -> GenerationRow:
    """Decode :data:`GENERATION`."""
    return GenerationRow(*cells)


def experiment_row(cells: Cells) -> ExperimentRow:
    """Decode :data:`EXPERIMENT`."""
    fields = list(cells)
    fields[1] = experiment_id(fields[1])
    fields[13] = bool(fields[13])
    fields[16] = from_json(fields[16])
    fields[19] = from_json(fields[19])
    return ExperimentRow(*fields)


def step_row(cells: Cells) -> StepRow:
    """Decode :data:`STEP`."""
    fields = list(cells)
    fields[10] = from_json(fields[10])
    return StepRow(*fields)


def call_row(cells: Cells) -> CallRow:
    """Decode :data:`CALL`."""
    fields = list(cells)
    fields[14] = bool(fields[14])
    return CallRow(*fields)


def measurement_row(cells: Cells) -> MeasurementRow:
    """Decode :data:`MEASUREMENT`."""
    fields = list(cells)
    fields[10] = printed_numbers(fields[10])
    if fields[11] is not None:
        fields[11] = {name: str(said) for name, said in from_json(fields[11]).items()}
    return MeasurementRow(*fields)


def printed_numbers(text: str) -> dict[str, float]:
    """The ``metrics`` of a measurement; what was not finite is left out."""
    return {
        name: float(value)
        for name, value in from_json(text).items()
        if isinstance(value, (int, float))
    }


def incumbent_row(cells: Cells) -> IncumbentRow:
    """Decode :data:`INCUMBENT`."""
    run, number, commit, experiment, at, value, stderr, withdrawn = cells
    return IncumbentRow(run, number, commit, experiment, at, value, stderr, bool(withdrawn))


def counts_row(cells: Cells) -> CountsRow:
    """Decode :data:`COUNTS`."""
    return CountsRow(*cells)


def _sound(value: Json) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _sound(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_sound(inner) for inner in value]
    return str(value)
