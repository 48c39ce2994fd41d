"""Which names of a module keep the value that their first assignment gives them.

A constant that is assigned again, augmented, deleted, declared ``global`` in a function or
written through ``globals()`` is no knob: its literal is not what the run uses.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(slots=True)
class Bindings:
    """What a module binds and overwrites, over the whole file."""

    module: Counter[str] = field(default_factory=Counter)
    """Bindings at module level, conditional ones and imports included."""
    declared_global: set[str] = field(default_factory=set)
    written_items: set[tuple[str, str]] = field(default_factory=set)
    """``(config, lr)`` for ``config["lr"] = ...``; nested keys are dotted."""
    written_attributes: set[tuple[str, str]] = field(default_factory=set)
    constructed: dict[str, set[str]] = field(default_factory=dict)
    """Keywords passed to a call, by the callee's last name."""
    parsed: set[str] = field(default_factory=set)
    """Names bound to ``parse_args()``."""
    defaults_set: set[str] = field(default_factory=set)
    """Keywords of ``set_defaults``."""
    imported: set[str] = field(default_factory=set)
    """Top-level names of the packages that the module imports."""
    run_as_commands: set[str] = field(default_factory=set)
    """Functions handed to ``typer.run`` or ``fire.Fire``."""

    def moved(self, name: str) -> str | None:
        """Why the module-level constant ``name`` may differ from its literal, or None."""
        if self.module[name] > 1:
            return "it is assigned more than once"
        if name in self.declared_global:
            return "a function declares it global"
        return None


def read_bindings(tree: ast.Module) -> Bindings:
    """Collect the bindings of a module."""
    found = Bindings()
    for node in _own_scope(tree.body):
        found.module.update(_bound(node))
    for node in ast.walk(tree):
        _elsewhere(node, found)
    return found


def class_bindings(node: ast.ClassDef) -> Counter[str]:
    """How often each name is bound in a class's own body."""
    counts: Counter[str] = Counter()
    for inner in _own_scope(node.body):
        counts.update(_bound(inner))
    return counts


def _own_scope(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return [node.id]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    return []


def _elsewhere(node: ast.AST, found: Bindings) -> None:
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        found.declared_global.update(node.names)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        _item(node, found)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
        base = _dotted(node.value)
        if base is not None:
            found.written_attributes.add((base, node.attr))
    elif isinstance(node, ast.Call):
        _call(node, found)
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        _parsed(node.value, node.targets, found)
    elif isinstance(node, ast.Import):
        found.imported.update(alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        found.imported.add(node.module.split(".")[0])


def _item(node: ast.Subscript, found: Bindings) -> None:
    keys: list[str] = []
    base: ast.expr = node
    while isinstance(base, ast.Subscript):
        if not (isinstance(base.slice, ast.Constant) and isinstance(base.slice.value, str)):
            return
        keys.insert(0, base.slice.value)
        base = base.value
    if isinstance(base, ast.Name):
        found.written_items.add((base.id, ".".join(keys)))
    elif isinstance(base, ast.Call) and _dotted(base.func) == "globals":
        found.declared_global.add(keys[0])


def _call(node: ast.Call, found: Bindings) -> None:
    callee = node.func.attr if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Name):
        callee = node.func.id
    if callee is None:
        return
    keywords = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
    if callee == "set_defaults":
        found.defaults_set.update(keywords)
    elif callee == "update" and isinstance(node.func, ast.Attribute):
        _update(node, node.func.value, keywords, found)
    elif callee == "setattr" and len(node.args) > 1:
        base, name = _dotted(node.args[0]), node.args[1]
        if base is not None and isinstance(name, ast.Constant) and isinstance(name.value, str):
            found.written_attributes.add((base, name.value))
    elif callee in ("run", "Fire") and node.args and isinstance(node.args[0], ast.Name):
        found.run_as_commands.add(node.args[0].id)
    found.constructed.setdefault(callee, set()).update(keywords)


def _update(node: ast.Call, owner: ast.expr, keywords: set[str], found: Bindings) -> None:
    base = _dotted(owner)
    if base is None:
        return
    for argument in node.args:
        if isinstance(argument, ast.Dict):
            for key in argument.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    keywords.add(key.value)
    found.written_items.update((base, key) for key in keywords)


def _parsed(call: ast.Call, targets: list[ast.expr], found: Bindings) -> None:
    if not isinstance(call.func, ast.Attribute):
        return
    if call.func.attr in ("parse_args", "parse_known_args", "parse_args_into_dataclasses"):
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    found.parsed.add(node.id)


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *parts]) if isinstance(node, ast.Name) else None
