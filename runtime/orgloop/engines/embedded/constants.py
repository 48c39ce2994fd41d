"""Literal constants of a Python file by name, and those that an experiment must not touch.

A seed, a time budget or an evaluation setting that changes wins nothing honestly: "seed 42 to 137"
was once kept as a discovery.
"""

from __future__ import annotations

import ast
import threading
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from orgloop.engines.tunables.names import barred, leaf, words

_SEEDERS = frozenset({"seed", "manual_seed", "default_rng", "randomstate", "prngkey", "set_seed"})
_REASONS = frozenset({"a seed", "a time or a budget", "how it is evaluated"})
_NAMING = (ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.arguments, ast.Call)
_INNOCENT = frozenset(("memory", "mem", "gb", "mb", "vram", "flops", "round", "rounds"))
"""Words that bar a tunable and name ordinary things in code that a mind wrote."""
_TELLING = frozenset(("test", "tests", "testing", "val", "valid"))
"""Words that mean the evaluation only beside another one: ``val_size``, and not ``valid``."""

_FILTERS = threading.Lock()
"""Warning filters belong to the whole process, and engines think in several threads."""


def _parsed(source: bytes) -> ast.Module:
    """The tree of a Python file, without a word about odd escapes; raises SyntaxError."""
    with _FILTERS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


Constants = Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=32)
def guarded(source: bytes) -> Constants:
    """The literals of a file that an experiment must not touch, by name; raises SyntaxError.

    Names are those of assignments, of keyword arguments and defaults, of dictionary keys, of
    command line options, and of calls that plant a seed.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for node in ast.walk(_parsed(source)):
        if isinstance(node, _NAMING):
            for name, value in _named(node):
                if _is_literal(value) and stands_for(name) is not None:
                    found[name].append(ast.unparse(value))
    return {name: tuple(sorted(values)) for name, values in found.items()}


def forbidden(before: Constants, after: Constants) -> list[tuple[str, str, str]]:
    """Constants that changed and should not have: name, what it stands for, and the change."""
    return [
        (name, stands_for(name) or "", f"{', '.join(before[name])} -> {', '.join(after[name])}")
        for name in sorted(before.keys() & after.keys())
        if before[name] != after[name]
    ]


def _is_literal(value: ast.expr) -> bool:
    """Whether an expression is made of constants alone: ``3``, ``-2``, ``60 * 5``, ``(1, 2)``."""
    match value:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_literal(operand)
        case ast.BinOp(left=left, right=right):
            return _is_literal(left) and _is_literal(right)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return all(map(_is_literal, items))
        case _:
            return False


@lru_cache(maxsize=4096)
def stands_for(name: str) -> str | None:
    """What a constant of that name sets, if it is one to be left alone."""
    if name.endswith("()"):
        return "a seed"
    bar = barred(name)
    if bar is None or bar[1] not in _REASONS:
        return None
    own = words(leaf(name))
    alone = len(own) == 1 or own[0] in ("is", "has")
    if bar[0] in _INNOCENT or (bar[0] in _TELLING and alone):
        return None
    return bar[1]


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, (ast.Name, ast.Attribute)):
                    yield _name(target), value
        case ast.AnnAssign(
            target=ast.Name() | ast.Attribute() as target, value=ast.expr() as value
        ):
            yield _name(target), value
        case ast.keyword(arg=str() as name, value=value) if name != "default":
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        case ast.arguments():
            yield from _defaults(node)
        case ast.Call(func=func, args=args, keywords=keywords):
            yield from _call(func, args, keywords)


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*node.posonlyargs, *node.args]
    for argument, value in zip(positional[::-1], node.defaults[::-1], strict=False):
        yield argument.arg, value
    for argument, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if default is not None:
            yield argument.arg, default


def _call(
    func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]
) -> Iterator[tuple[str, ast.expr]]:
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if called.lower() in _SEEDERS and args:
        yield f"{called}()", args[0]
    options = [arg.value for arg in args if isinstance(arg, ast.Constant)]
    flag = next((one for one in options if isinstance(one, str) and one.startswith("--")), None)
    if flag is not None:
        for keyword in keywords:
            if keyword.arg == "default":
                yield flag.lstrip("-"), keyword.value


def _name(target: ast.Name | ast.Attribute) -> str:
    return target.id if isinstance(target, ast.Name) else target.attr
