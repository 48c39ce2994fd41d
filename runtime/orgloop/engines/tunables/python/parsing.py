"""``ast.parse`` for files that other people wrote."""

from __future__ import annotations

import ast
import threading
import warnings
from functools import lru_cache

_filters = threading.Lock()


def parse(text: str) -> ast.Module:
    """The tree of ``text``; raises SyntaxError, and nothing else, where there is none.

    Warnings about the file's own strings (``"\\d"``) are its author's business.
    """
    try:
        with _filters, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from error


@lru_cache(maxsize=4)
def kept_tree(text: str) -> ast.Module:
    """:func:`parse`, with the last few trees kept: one incumbent is edited many times.

    The tree is shared, so it is read and never changed.
    """
    return parse(text)
