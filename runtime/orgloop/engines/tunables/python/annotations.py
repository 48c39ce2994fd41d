"""What an annotation and a field's own arguments say about a value."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from orgloop.engines.tunables.candidate import Given, Value
from orgloop.engines.tunables.literal import read_literal
from orgloop.engines.tunables.python.collector import Collector, keywords, last_name

_OPTIONAL = ("Optional", "Final", "ClassVar", "Annotated", "Required", "NotRequired")


def wants_float(annotation: cst.BaseExpression | None) -> bool:
    """Whether the annotation is ``float``, perhaps inside ``Optional``, ``Final``, ``| None``."""
    if isinstance(annotation, cst.Subscript):
        first = first_index(annotation)
        return last_name(annotation.value) in _OPTIONAL and wants_float(first)
    if isinstance(annotation, cst.BinaryOperation):
        return wants_float(annotation.left) or wants_float(annotation.right)
    return isinstance(annotation, cst.Name) and annotation.value == "float"


def is_alias(annotation: cst.BaseExpression | None) -> bool:
    """Whether the annotation says that the name is a type."""
    return annotation is not None and last_name(annotation) == "TypeAlias"


def choices_of(collector: Collector, annotation: cst.BaseExpression | None) -> Given | None:
    """The values of a ``Literal[...]``, bare or inside ``Optional`` and its like."""
    if isinstance(annotation, cst.BinaryOperation):
        return choices_of(collector, annotation.left) or choices_of(collector, annotation.right)
    if not isinstance(annotation, cst.Subscript):
        return None
    name = last_name(annotation.value)
    if name in _OPTIONAL:
        return choices_of(collector, first_index(annotation))
    if name != "Literal":
        return None
    values = [
        read_literal(collector.text(element.slice.value))
        for element in annotation.slice
        if isinstance(element.slice, cst.Index)
    ]
    plain = tuple(value for value in values if value is not None)
    return Given("its `Literal`", choices=plain) if len(plain) > 1 else None


def first_index(subscript: cst.Subscript) -> cst.BaseExpression | None:
    """``X`` of ``Optional[X]``."""
    index = subscript.slice[0].slice if subscript.slice else None
    return index.value if isinstance(index, cst.Index) else None


def annotated_call(annotation: cst.BaseExpression | None, names: frozenset[str]) -> cst.Call | None:
    """``Option(...)`` of ``Annotated[float, Option(...)]``."""
    if not isinstance(annotation, cst.Subscript) or last_name(annotation.value) != "Annotated":
        return None
    for element in annotation.slice[1:]:
        call = element.slice.value if isinstance(element.slice, cst.Index) else None
        if isinstance(call, cst.Call) and last_name(call.func) in names:
            return call
    return None


def bounds(
    collector: Collector, call: cst.Call, spelt: Mapping[str, tuple[str, ...]], how: str
) -> Given | None:
    """The range that keyword arguments give; ``spelt`` maps ``low``, ``high``, ``step`` to them."""
    given = keywords(call.args)
    ends: dict[str, float] = {}
    for end, names in spelt.items():
        for name in names:
            value = number(collector, given[name].value) if name in given else None
            if value is not None:
                ends[end] = value
    if not ends or ("low" in ends and "high" in ends and ends["low"] >= ends["high"]):
        return None
    return Given(how, ends.get("low"), ends.get("high"), None, ends.get("step"))


def number(collector: Collector, node: cst.BaseExpression) -> float | None:
    """The number that a node is."""
    value: Value | None = read_literal(collector.text(node))
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
