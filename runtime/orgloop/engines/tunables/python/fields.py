"""Defaults of the fields of dataclasses, attrs, pydantic and plain settings classes."""

from __future__ import annotations

import ast
from collections import Counter

import libcst as cst

from orgloop.engines.tunables.candidate import Given
from orgloop.engines.tunables.python.annotations import (
    annotated_call,
    bounds,
    choices_of,
    is_alias,
    wants_float,
)
from orgloop.engines.tunables.python.bindings import class_bindings
from orgloop.engines.tunables.python.collector import (
    Collector,
    comment_in,
    keywords,
    last_name,
    positional,
)
from orgloop.engines.tunables.python.values import names_settings, take_value

_DECORATORS = frozenset(
    {"dataclass", "define", "frozen", "mutable", "s", "attrs", "dataclass_json"}
)
_BASES = frozenset({"BaseModel", "BaseSettings", "NamedTuple", "SQLModel", "TypedDict"})
_FIELDS = frozenset({"field", "Field", "ib", "attrib"})
_BOUNDS = {"low": ("ge", "gt"), "high": ("le", "lt"), "step": ("multiple_of",)}
_ASSIGNED_TWICE = "it is assigned more than once"


def take_class(
    collector: Collector, node: cst.ClassDef, tree: ast.ClassDef | None, prefix: str = ""
) -> None:
    """Add the fields of ``node`` if it is a class of settings."""
    name = node.name.value
    plain = names_settings(name) or bool(prefix)
    if not plain and not _declares_fields(node):
        return
    if not isinstance(node.body, cst.IndentedBlock):
        return
    counts = class_bindings(tree) if tree is not None else Counter[str]()
    inner = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)} if tree else {}
    for statement in node.body.body:
        if isinstance(statement, cst.ClassDef):
            if plain:
                child = statement.name.value
                take_class(collector, statement, inner.get(child), f"{prefix}{name}.")
            continue
        if not isinstance(statement, cst.SimpleStatementLine):
            continue
        comment = comment_in(statement.trailing_whitespace)
        mark = collector.mark()
        for small in statement.body:
            _take_field(collector, f"{prefix}{name}", small, counts, plain=plain)
        collector.statement_comment(mark, comment)


def _declares_fields(node: cst.ClassDef) -> bool:
    for decorator in node.decorators:
        called = decorator.decorator
        callee = called.func if isinstance(called, cst.Call) else called
        if last_name(callee) in _DECORATORS:
            return True
    bases = [last_name(base.value) or "" for base in node.bases]
    return any(base in _BASES or names_settings(base) for base in bases)


def _take_field(
    collector: Collector,
    owner: str,
    small: cst.BaseSmallStatement,
    counts: Counter[str],
    *,
    plain: bool,
) -> None:
    annotation: cst.BaseExpression | None = None
    never: str | None = None
    if isinstance(small, cst.AnnAssign):
        target, value = small.target, small.value
        annotation = small.annotation.annotation
    elif isinstance(small, cst.Assign) and plain:
        target, value = small.targets[0].target, small.value
        if len(small.targets) > 1:
            never = _ASSIGNED_TWICE
    else:
        return
    if not isinstance(target, cst.Name) or value is None or is_alias(annotation):
        return
    field = target.value
    if counts[field] > 1:
        never = _ASSIGNED_TWICE
    never = never or _overridden(collector, owner, field)
    given = choices_of(collector, annotation)
    if call := annotated_call(annotation, _FIELDS):
        given = given or _field_bounds(collector, call)
    if isinstance(value, cst.Call) and last_name(value.func) in _FIELDS:
        given = given or _field_bounds(collector, value)
        default = keywords(value.args).get("default")
        plain_arguments = positional(value.args)
        if default is None and plain_arguments and last_name(value.func) in ("Field", "field"):
            default = plain_arguments[0]
        if default is None:
            return
        value = default.value
    take_value(
        collector,
        f"{owner}.{field}",
        value,
        None,
        wants_float=wants_float(annotation),
        given=given,
        never=never,
    )


def _field_bounds(collector: Collector, call: cst.Call) -> Given | None:
    return bounds(collector, call, _BOUNDS, "the bounds of its `Field`")


def _overridden(collector: Collector, owner: str, field: str) -> str | None:
    bindings = collector.bindings
    if (owner, field) in bindings.written_attributes:
        return "it is assigned again after it was written here"
    if "." not in owner and field in bindings.constructed.get(owner, ()):
        return f"`{owner}(...)` is called with its own value for it"
    return None
