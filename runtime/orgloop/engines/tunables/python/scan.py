"""Finds every literal of a Python file that has one of the forms a person tunes."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from orgloop.engines.tunables.candidate import RefusedFileError, Scan
from orgloop.engines.tunables.decoded import decode
from orgloop.engines.tunables.python.annotations import choices_of, is_alias, wants_float
from orgloop.engines.tunables.python.bindings import read_bindings
from orgloop.engines.tunables.python.collector import Collector, comment_in
from orgloop.engines.tunables.python.fields import take_class
from orgloop.engines.tunables.python.options import take_call, take_decorators, take_parameters
from orgloop.engines.tunables.python.parsing import kept_tree
from orgloop.engines.tunables.python.values import take_value

Statements = Sequence[cst.BaseStatement | cst.BaseSmallStatement]


def scan_python(data: bytes) -> Scan:
    """Every candidate of a Python file; raises :class:`RefusedFileError`."""
    source = decode(data, "python")
    try:
        tree = kept_tree(source.text)
        module = cst.parse_module(source.text)
        # The parser makes a tree without shared nodes, so the copy that guards against them,
        # which doubles the cost, is not needed.
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        spans = wrapper.resolve(ByteSpanPositionProvider)
    except SyntaxError as error:
        raise RefusedFileError(f"it is not valid Python (line {error.lineno})") from None
    except cst.ParserSyntaxError as error:
        raise RefusedFileError(f"libcst cannot read it (line {error.raw_line})") from None
    except RecursionError:
        raise RefusedFileError("it is nested too deeply") from None
    collector = Collector(source, spans, read_bindings(tree))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for statement in module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            _module_line(collector, statement)
        elif isinstance(statement, cst.ClassDef):
            take_class(collector, statement, classes.get(statement.name.value))
            _options(collector, statement.body.body)
        elif isinstance(statement, cst.FunctionDef):
            _function(collector, statement)
        elif isinstance(statement, cst.If) and _is_main_guard(statement):
            _options(collector, statement.body.body)
    return Scan(collector.finished())


def _module_line(collector: Collector, statement: cst.SimpleStatementLine) -> None:
    comment = comment_in(statement.trailing_whitespace)
    mark = collector.mark()
    for small in statement.body:
        if isinstance(small, cst.AnnAssign):
            annotation = small.annotation.annotation
            if small.value is not None and not is_alias(annotation):
                _constant(collector, [small.target], small.value, annotation)
        elif isinstance(small, cst.Assign):
            _constant(collector, [target.target for target in small.targets], small.value, None)
        _call_of(collector, small)
    collector.statement_comment(mark, comment)


def _constant(
    collector: Collector,
    targets: Sequence[cst.BaseExpression],
    value: cst.BaseExpression,
    annotation: cst.BaseExpression | None,
) -> None:
    target = targets[0]
    if not isinstance(target, cst.Name):
        return
    name = target.value
    never = collector.bindings.moved(name)
    if len(targets) > 1:
        never = "one literal gives several names their value"
    take_value(
        collector,
        name,
        value,
        None,
        wants_float=wants_float(annotation),
        given=choices_of(collector, annotation),
        never=never,
    )


def _call_of(collector: Collector, small: cst.BaseSmallStatement) -> None:
    if isinstance(small, (cst.Expr, cst.Assign)) and isinstance(small.value, cst.Call):
        take_call(collector, small.value)


def _function(collector: Collector, function: cst.FunctionDef) -> None:
    take_decorators(collector, function.decorators)
    take_parameters(collector, function)
    _options(collector, function.body.body)


def _options(collector: Collector, body: Statements) -> None:
    """Command-line options declared inside a function, a method or the main guard."""
    for statement in body:
        if isinstance(statement, cst.SimpleStatementLine):
            mark = collector.mark()
            for small in statement.body:
                _call_of(collector, small)
            collector.statement_comment(mark, comment_in(statement.trailing_whitespace))
        elif isinstance(statement, cst.FunctionDef):
            _function(collector, statement)


def _is_main_guard(statement: cst.If) -> bool:
    test = statement.test
    return (
        isinstance(test, cst.Comparison)
        and isinstance(test.left, cst.Name)
        and test.left.value == "__name__"
    )
