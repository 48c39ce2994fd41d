"""Defaults of command-line options: argparse, click, typer, fire and absl."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from orgloop.engines.tunables.candidate import Given, Value
from orgloop.engines.tunables.literal import read_literal
from orgloop.engines.tunables.python.annotations import (
    annotated_call,
    bounds,
    choices_of,
    number,
    wants_float,
)
from orgloop.engines.tunables.python.collector import (
    Collector,
    comment_after,
    comment_in,
    keywords,
    last_name,
    positional,
    string_of,
)

_TYPER = frozenset({"Option"})
_TYPER_BOUNDS = {"low": ("min",), "high": ("max",)}
_ABSL_BOUNDS = {"low": ("lower_bound",), "high": ("upper_bound",)}
_ABSL = {"DEFINE_float": True, "DEFINE_integer": False, "DEFINE_bool": False,
         "DEFINE_boolean": False}  # fmt: skip
_UNKNOWN_CHOICES = "its choices are not written beside it"


def take_call(collector: Collector, call: cst.Call) -> None:
    """Add the default of ``parser.add_argument(...)`` or an absl flag."""
    name = last_name(call.func)
    if name == "add_argument" and isinstance(call.func, cst.Attribute):
        _argparse(collector, call)
    elif name in _ABSL and "absl" in collector.bindings.imported:
        plain = positional(call.args)
        flag = string_of(plain[0].value) if plain else None
        default = plain[1] if len(plain) > 1 else keywords(call.args).get("default")
        if flag and default is not None:
            given = bounds(collector, call, _ABSL_BOUNDS, "the bounds of its flag")
            _take(collector, f"--{flag}", default, given=given, wants_float=_ABSL[name])


def take_decorators(collector: Collector, decorators: Sequence[cst.Decorator]) -> None:
    """Add the defaults of ``@click.option(...)``."""
    if "click" not in collector.bindings.imported:
        return
    for decorator in decorators:
        call = decorator.decorator
        if isinstance(call, cst.Call) and last_name(call.func) == "option":
            mark = collector.mark()
            _click(collector, call)
            collector.statement_comment(mark, comment_in(decorator.trailing_whitespace))


def take_parameters(collector: Collector, function: cst.FunctionDef) -> None:
    """Add the parameters of a typer or fire command."""
    plain = _is_command(collector, function)
    if not plain and "typer" not in collector.bindings.imported:
        return
    parameters = function.params
    for parameter in (*parameters.params, *parameters.kwonly_params):
        if parameter.default is None:
            continue
        annotation = parameter.annotation.annotation if parameter.annotation else None
        default: cst.BaseExpression = parameter.default
        option = annotated_call(annotation, _TYPER)
        if isinstance(default, cst.Call) and last_name(default.func) in _TYPER:
            option = default
            arguments = positional(default.args)
            named = keywords(default.args).get("default")
            if named is None and not arguments:
                continue
            default = (named or arguments[0]).value
        if option is None and not plain:
            continue
        given = choices_of(collector, annotation)
        if option is not None:
            given = given or bounds(collector, option, _TYPER_BOUNDS, "the bounds of its option")
        collector.take(
            f"--{parameter.name.value.replace('_', '-')}",
            default,
            comment_after(parameter.comma, parameter.whitespace_after_param),
            wants_float=wants_float(annotation),
            given=given,
        )


def _is_command(collector: Collector, function: cst.FunctionDef) -> bool:
    if function.name.value in collector.bindings.run_as_commands:
        return bool({"typer", "fire"} & collector.bindings.imported)
    if "typer" not in collector.bindings.imported:
        return False
    for decorator in function.decorators:
        called = decorator.decorator
        callee = called.func if isinstance(called, cst.Call) else called
        if last_name(callee) in ("command", "callback") and isinstance(callee, cst.Attribute):
            return True
    return False


def _flag(arguments: Sequence[cst.Arg]) -> str | None:
    spelt = [string_of(argument.value) for argument in positional(arguments)]
    flags = [flag.split("/")[0].strip() for flag in spelt if flag and flag.startswith("-")]
    return next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else None)


def _argparse(collector: Collector, call: cst.Call) -> None:
    flag, given = _flag(call.args), keywords(call.args)
    if flag is None or "default" not in given or "nargs" in given:
        return
    if "action" in given and last_name(given["action"].value) != "BooleanOptionalAction":
        return
    dest = string_of(given["dest"].value) if "dest" in given else None
    name = dest or flag.lstrip("-").replace("-", "_")
    bindings = collector.bindings
    never = None
    if name in bindings.defaults_set:
        never = "`set_defaults` replaces it"
    elif any((args, name) in bindings.written_attributes for args in bindings.parsed):
        never = "it is assigned again after the arguments were parsed"
    stated = None
    if "choices" in given:
        stated = _choices(collector, given["choices"].value)
        never = never or (None if stated else _UNKNOWN_CHOICES)
    _take(
        collector,
        flag,
        given["default"],
        given=stated,
        wants_float="type" in given and last_name(given["type"].value) == "float",
        never=never,
    )


def _click(collector: Collector, call: cst.Call) -> None:
    flag, given = _flag(call.args), keywords(call.args)
    if flag is None or "default" not in given or "nargs" in given or "multiple" in given:
        return
    stated: Given | None = None
    never: str | None = None
    kind = given["type"].value if "type" in given else None
    float_wanted = kind is not None and last_name(kind) == "float"
    if isinstance(kind, cst.Call):
        name, inner = last_name(kind.func), positional(kind.args)
        if name == "Choice":
            stated = _choices(collector, inner[0].value) if inner else None
            never = None if stated else _UNKNOWN_CHOICES
        elif name in ("IntRange", "FloatRange"):
            float_wanted = name == "FloatRange"
            ends = [number(collector, argument.value) for argument in inner[:2]] + [None, None]
            stated = bounds(collector, kind, _TYPER_BOUNDS, f"its `{name}`") or Given("")
            low = stated.low if stated.low is not None else ends[0]
            high = stated.high if stated.high is not None else ends[1]
            stated = Given(f"its `{name}`", low, high)
    _take(collector, flag, given["default"], given=stated, wants_float=float_wanted, never=never)


def _take(
    collector: Collector,
    name: str,
    argument: cst.Arg,
    *,
    given: Given | None,
    wants_float: bool = False,
    never: str | None = None,
) -> None:
    comment = comment_after(argument.comma, argument.whitespace_after_arg)
    collector.take(name, argument.value, comment, wants_float=wants_float, given=given, never=never)


def _choices(collector: Collector, node: cst.BaseExpression) -> Given | None:
    if isinstance(node, (cst.List, cst.Tuple, cst.Set)):
        values: list[Value] = []
        for element in node.elements:
            value = read_literal(collector.text(element.value))
            if value is None:
                return None
            values.append(value)
        return Given("`choices=`", choices=tuple(values)) if len(values) > 1 else None
    if isinstance(node, cst.Call) and last_name(node.func) == "range":
        ends = [number(collector, argument.value) for argument in node.args]
        if len(ends) == 1:
            ends.insert(0, 0)
        if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0] < ends[1] - 1:
            return Given("`choices=`", ends[0], ends[1] - 1)
    return None
