"""Python literals: numbers, booleans, plain strings, and arithmetic on numbers.

``10**-3``, ``2 * 1024``, ``1 << 16`` and ``-0.5`` count as one literal. Hexadecimal, octal and
binary numbers are not tunables (they are masks, magic numbers and addresses), nor are bytes,
f-strings, joined strings or anything over several lines.
"""

from __future__ import annotations

import ast
import math
import re

from orgloop.engines.tunables.candidate import Value

_RADIX = re.compile(r"\b0[xXoObB]")
_STRING = re.compile(r"""[rRuU]?(?:"[^"\\\n]*"|'[^'\\\n]*')""")
_MAX_POWER = 128
_MAX_SIZE = 2**63


def read_literal(text: str) -> Value | None:
    """The value of ``text``, or None where it is not one literal that could be tuned."""
    if "\n" in text or "\r" in text or _RADIX.search(text):
        return None
    if text[:1] in "\"'rRuU":
        return ast.literal_eval(text) if _STRING.fullmatch(text) else None
    if '"' in text or "'" in text:
        return None  # a string inside arithmetic; parsing it could warn about its escapes
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return fold(tree.body)


def fold(node: ast.AST) -> Value | None:
    """The constant that an expression is, or None."""
    if isinstance(node, ast.Constant):
        constant = node.value
        return constant if isinstance(constant, (bool, int, float, str)) else None
    number = _number(node)
    if number is None or not math.isfinite(number) or abs(number) > _MAX_SIZE:
        return None
    return number


def _number(node: ast.AST) -> int | float | None:
    if isinstance(node, ast.Constant):
        value = node.value
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _number(node.operand)
        if inner is None:
            return None
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = _number(node.left), _number(node.right)
        if left is None or right is None:
            return None
        try:
            return _arithmetic(node.op, left, right)
        except (ArithmeticError, ValueError, TypeError):
            return None
    return None


def _arithmetic(op: ast.operator, left: int | float, right: int | float) -> int | float | None:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.FloorDiv():
            return left // right
        case ast.Pow() if abs(right) <= _MAX_POWER and abs(left) <= 1e6:
            power = left**right
            return power if isinstance(power, (int, float)) else None
        case ast.LShift() if isinstance(left, int) and isinstance(right, int) and right < 63:
            return left << right
        case _:
            return None
