"""Values that hold several literals: dictionaries, configuration objects, tuples of betas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from orgloop.engines.tunables.candidate import Given
from orgloop.engines.tunables.names import by_element
from orgloop.engines.tunables.python.collector import (
    Collector,
    comment_after,
    last_name,
    string_of,
)

_WRAPPERS = frozenset({"create", "ConfigDict", "EasyDict", "edict", "DotDict", "AttrDict", "Box"})
_MAKERS = frozenset({"dict", "SimpleNamespace", "Namespace", *_WRAPPERS} - {"create"})
_SUFFIXES = (
    "config",
    "args",
    "arguments",
    "params",
    "hparams",
    "settings",
    "options",
    "parameters",
)
_MOST_ENTRIES = 100
_MOST_ELEMENTS = 8


def names_settings(name: str) -> bool:
    """Whether a class is called like a bag of settings: ``GPTConfig``, ``TrainingArguments``."""
    return name.lower().endswith(_SUFFIXES)


def take_value(
    collector: Collector,
    name: str,
    node: cst.BaseExpression,
    comment: str | None,
    *,
    wants_float: bool = False,
    given: Given | None = None,
    never: str | None = None,
) -> None:
    """Add ``node``, or what it holds, under ``name``."""
    mark = collector.mark()
    if isinstance(node, (cst.Tuple, cst.List)):
        _take_elements(collector, name, node, never)
    elif isinstance(node, cst.Dict):
        _take_entries(collector, name, node, never)
    elif isinstance(node, cst.Call):
        _take_keywords(collector, name, node, never)
    else:
        collector.take(name, node, comment, wants_float=wants_float, given=given, never=never)
        return
    collector.statement_comment(mark, comment)


def _take_elements(
    collector: Collector, name: str, node: cst.Tuple | cst.List, never: str | None
) -> None:
    elements = list(node.elements)
    if not by_element(name) or not 1 < len(elements) <= _MOST_ELEMENTS:
        return
    if not all(isinstance(e.value, (cst.Integer, cst.Float)) for e in elements):
        return
    closing = node.rbracket.whitespace_before if isinstance(node, cst.List) else None
    if isinstance(node, cst.Tuple) and node.rpar:
        closing = node.rpar[0].whitespace_before
    for index, element in enumerate(elements):
        last = index == len(elements) - 1
        after = comment_after(element.comma, closing if last else None)
        collector.take(f"{name}.{index}", element.value, after, never=never)


def _take_entries(collector: Collector, name: str, node: cst.Dict, never: str | None) -> None:
    if len(node.elements) > _MOST_ENTRIES:
        return
    keys = Counter(
        string_of(element.key) for element in node.elements if isinstance(element, cst.DictElement)
    )
    last = max(
        (i for i, e in enumerate(node.elements) if isinstance(e, cst.StarredDictElement)),
        default=-1,
    )
    for index, element in enumerate(node.elements):
        if not isinstance(element, cst.DictElement):
            continue
        key = string_of(element.key)
        if not key:
            continue
        why = never
        if keys[key] > 1:
            why = why or "its key occurs twice"
        if index < last:
            why = why or "a `**` after it may replace it"
        final = index == len(node.elements) - 1
        closing = node.rbrace.whitespace_before if final else None
        comment = comment_after(element.comma, closing)
        full = f"{name}.{key}"
        why = why or _overwritten(collector, full)
        take_value(collector, full, element.value, comment, never=why)


def _take_keywords(collector: Collector, name: str, node: cst.Call, never: str | None) -> None:
    callee = last_name(node.func)
    if callee is None:
        return
    if callee in _WRAPPERS and len(node.args) == 1 and isinstance(node.args[0].value, cst.Dict):
        _take_entries(collector, name, node.args[0].value, never)
    elif callee in _MAKERS or names_settings(callee):
        take_keywords(collector, name, node.args, never)


def take_keywords(
    collector: Collector, name: str, arguments: Sequence[cst.Arg], never: str | None
) -> None:
    """Add the keyword arguments of a call below ``name``."""
    stars = any(argument.star == "**" for argument in arguments)
    for argument in arguments:
        if argument.keyword is None:
            continue
        full = f"{name}.{argument.keyword.value}"
        why = never or _overwritten(collector, full)
        if stars:
            why = why or "a `**` beside it may replace it"
        comment = comment_after(argument.comma, argument.whitespace_after_arg)
        take_value(collector, full, argument.value, comment, never=why)


def _overwritten(collector: Collector, full: str) -> str | None:
    base, _, rest = full.partition(".")
    owner, _, attribute = full.rpartition(".")
    written = collector.bindings.written_items, collector.bindings.written_attributes
    if (base, rest) in written[0] or (owner, attribute) in written[0] | written[1]:
        return "it is assigned again after it was written here"
    return None
