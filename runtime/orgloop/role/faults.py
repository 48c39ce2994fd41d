"""What can go wrong in a body, and on which of its lines."""

from __future__ import annotations

import traceback

from jinja2 import TemplateError, TemplateSyntaxError

# What Python raises on behalf of a template: `1 / 0`, `"a" + 1`, a key that is not there.
TEMPLATE_FAULTS = (
    TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)


def template_name(path: str) -> str:
    """The file name that a template is compiled under, which its tracebacks then show."""
    return f"<body of {path}>"


def fault_line(error: BaseException, path: str) -> int | None:
    """The line of the body, counted from 1, that an error came from."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    name = template_name(path)
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == name and frame.lineno is not None
    ]
    return lines[-1] if lines else None


def fault_message(error: BaseException) -> str:
    """What went wrong, without a full stop."""
    if isinstance(error, RecursionError):
        return "it goes in circles"
    if isinstance(error, MemoryError):
        return "it builds a value that is too large"
    if isinstance(error, KeyError):
        return f"there is no `{error.args[0]}`" if error.args else "a key is not there"
    text = str(error).strip().rstrip(".") or type(error).__name__
    return text.replace("\n", " ").replace("orgloop.role.context.", "")[:300]
