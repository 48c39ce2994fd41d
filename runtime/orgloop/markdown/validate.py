"""A pydantic model over a frontmatter: each of its errors becomes a problem that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from orgloop.markdown.document import Document
from orgloop.markdown.explain import explain
from orgloop.problems import Problems, did_you_mean

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], document: Document, problems: Problems) -> Model | None:
    """The document's keys as ``model``, or None with an error for every fault."""
    before = len(problems)
    faulty: set[tuple[str, ...]] = set()
    for key in _booleans_for_numbers(model, document.keys):
        faulty.add(key)
        problems.error(
            document.path,
            f"`{'.'.join(key)}` must be a number, not a yes or no.",
            line=document.line_at(key),
            key=".".join(key),
        )
    try:
        valid = model.model_validate(document.keys)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            key = _place(details, document.keys)
            if key in faulty:
                continue  # one problem for each key: a union reports every member
            faulty.add(key)
            _report(model, details, key, document, problems)
        return None
    return valid if len(problems) == before else None


def keys_of(model: type[BaseModel], at: Iterable[str] = ()) -> dict[str, str]:
    """Keys that a file may use in ``model``, or in the part of it at ``at``, with what they say."""
    part: type[BaseModel] | None = model
    for step in at:
        part = _part(part, step) if part is not None else None
    if part is None:
        return {}
    return {info.alias or name: info.description or "" for name, info in part.model_fields.items()}


def _report(
    model: type[BaseModel],
    details: ErrorDetails,
    key: tuple[str, ...],
    document: Document,
    problems: Problems,
) -> None:
    dotted = ".".join(key)
    if details["type"] == "extra_forbidden":
        known = keys_of(model, key[:-1])
        missing = [name for name in known if (*key[:-1], name) not in document.lines]
        where = f"under `{'.'.join(key[:-1])}:`" if key[:-1] else "of this file"
        problems.error(
            document.path,
            f"`{key[-1]}` is not a key {where}.",
            line=document.line_at(key),
            key=dotted,
            hint=did_you_mean(key[-1], missing or known),
        )
        return
    message, hint = explain(details, dotted)
    if details["type"] == "missing" and not hint:
        hint = keys_of(model, key[:-1]).get(key[-1], "")
    line = document.line_at(key) if details["type"] != "missing" else document.line_at(key[:-1])
    problems.error(document.path, message, line=line or 1, key=dotted, hint=hint)


def _place(details: ErrorDetails, keys: Mapping[str, object]) -> tuple[str, ...]:
    """The part of an error's location that names keys and entries of the file.

    pydantic adds the name of a union's member, which nobody wrote.
    """
    place: list[str] = []
    value: object = keys
    rest = list(details["loc"])
    last = rest[-1] if rest and details["type"] in ("missing", "extra_forbidden") else None
    for step in rest:
        inside = (isinstance(value, Mapping) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if inside:
            value = value[step]  # type: ignore[index]
        elif step is not last:
            continue
        place.append(str(step))
    return tuple(place)


def _booleans_for_numbers(
    model: type[BaseModel], keys: object, at: tuple[str, ...] = ()
) -> Iterable[tuple[str, ...]]:
    """Keys whose value is ``true`` where pydantic would read a 1."""
    if not isinstance(keys, Mapping):
        return
    for name, info in model.model_fields.items():
        alias = info.alias or name
        value = keys.get(alias)
        if isinstance(value, bool) and info.annotation in (int, float, int | None, float | None):
            yield (*at, alias)
        elif isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from _booleans_for_numbers(info.annotation, value, (*at, alias))


def _part(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, info in model.model_fields.items():
        if (info.alias or name) == key:
            annotation = info.annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                return annotation
    return None
