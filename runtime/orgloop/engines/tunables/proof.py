"""Proof that an edit changed the literals it meant and nothing else.

For Python, the two texts must agree line by line outside the top-level statements that differ.
Each of those is parsed by itself and compared node by node with what stood there; since it is
complete by itself (a parser that took it to the end is outside every bracket and string), the
rest of the file reads as it did. That costs a tenth of parsing the whole file again.
Configuration files are loaded before and after and compared.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Sequence
from itertools import zip_longest

from orgloop.engines.tunables.candidate import Language, Value
from orgloop.engines.tunables.decoded import Decoded
from orgloop.engines.tunables.literal import fold
from orgloop.engines.tunables.python.parsing import kept_tree, parse
from orgloop.engines.tunables.scale import same

Change = tuple[Value, Value]
"""The value before and the value after."""


def proven(old: Decoded, new: Decoded, language: Language, changes: Sequence[Change]) -> bool:
    """Whether ``new`` differs from ``old`` in exactly ``changes``."""
    try:
        if language == "python":
            return _python(old.text, new.text, changes)
        found: list[tuple[object, object]] = []
        alike = _data(_load(old.text, language), _load(new.text, language), found)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return alike and _as_wanted(found, changes)


def _as_wanted(found: Sequence[tuple[object, object]], changes: Sequence[Change]) -> bool:
    wanted = sorted((_shown(before), _shown(after)) for before, after in changes)
    return sorted((_shown(before), _shown(after)) for before, after in found) == wanted


def _python(old_text: str, new_text: str, changes: Sequence[Change]) -> bool:
    old_lines, new_lines = old_text.split("\n"), new_text.split("\n")
    if len(old_lines) != len(new_lines):
        return False
    found: list[tuple[object, object]] = []
    at = 0
    for first, last, statements in _groups(kept_tree(old_text)):
        if old_lines[at:first] != new_lines[at:first]:
            return False
        at = last
        if old_lines[first:last] == new_lines[first:last]:
            continue
        edited = parse("\n".join(new_lines[first:last]) + "\n").body
        if [_extent(node, 0) for node in edited] != [_extent(node, first) for node in statements]:
            return False
        if not _alike(statements, edited, found):
            return False
    return old_lines[at:] == new_lines[at:] and _as_wanted(found, changes)


def _groups(tree: ast.Module) -> list[tuple[int, int, list[ast.stmt]]]:
    """Runs of top-level statements that share no line with others: first line, end, statements."""
    groups: list[tuple[int, int, list[ast.stmt]]] = []
    for node in tree.body:
        start, end = _extent(node, 0)
        if groups and start <= groups[-1][1]:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]), [*groups[-1][2], node])
        else:
            groups.append((start - 1, end, [node]))
    return groups


def _extent(node: ast.stmt, before: int) -> tuple[int, int]:
    """First and last line, counted from 1 after the ``before`` lines that precede."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    return first - before, (node.end_lineno or node.lineno) - before


def _alike(old: object, new: object, found: list[tuple[object, object]]) -> bool:
    if isinstance(old, ast.expr) and isinstance(new, ast.expr):
        before, after = fold(old), fold(new)
        if before is not None and after is not None:
            if not same(before, after):
                found.append((before, after))
            return True
    if type(old) is not type(new):
        return False
    if isinstance(old, ast.AST) and isinstance(new, ast.AST):
        return all(
            _alike(getattr(old, name, None), getattr(new, name, None), found)
            for name in old._fields
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(
            _alike(before, after, found) for before, after in zip(old, new, strict=True)
        )
    return old == new


def _load(text: str, language: Language) -> object:
    if language == "json":
        loaded: object = json.loads(text)
        return loaded
    if language == "toml":
        return tomllib.loads(text)
    from orgloop.engines.tunables.formats.yaml_plain import plain

    return plain(text)


def _data(old: object, new: object, found: list[tuple[object, object]]) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return all(
            left == right and _data(old[left], new[right], found)
            for left, right in zip_longest(old, new)
        )
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(
            _data(left, right, found) for left, right in zip(old, new, strict=True)
        )
    if type(old) is not type(new) or old != new:
        found.append((old, new))
    return True


def _shown(value: object) -> str:
    return f"{type(value).__name__} {value!r}"
