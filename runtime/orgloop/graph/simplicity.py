"""Whether a commit says the same in less code: what decides ties where the charter wants it.

Counted are the nodes of the syntax trees of the Python files that differ (:mod:`ast`), without
docstrings; comments and white space have none. There is no verdict, so no tie is decided, where
another kind of file differs, one does not parse, or more text stands in string constants than
before: code could hide there.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orgloop.repo import LabRepo
from orgloop.repo.lru import Lru

LARGEST = 2**20
"""Bytes of a file above which it is not looked into."""
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Files(Protocol):
    """A commit's files."""

    def paths(self) -> Sequence[str]:
        """All of them."""
        ...

    def blob(self, path: str) -> str:
        """What stands for a file's content; raises KeyError where there is no such file."""
        ...

    def read(self, path: str) -> bytes:
        """A file's content; raises KeyError where there is no such file."""
        ...


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to read."""

    nodes: int
    text: int
    """Characters and bytes in string constants."""

    def __add__(self, other: Size) -> Size:
        return Size(self.nodes + other.nodes, self.text + other.text)


class Simplicity:
    """Compares commits of one lab; remembers what it has compared. Safe from any thread."""

    def __init__(self, repo: LabRepo) -> None:
        self._repo = repo
        self._known: Lru[tuple[str, str], bool] = Lru(1000)

    def is_simpler(self, commit: str, than: str) -> bool:
        """Whether ``commit`` has fewer nodes where the two differ."""
        found = self._known.get((commit, than))
        if found is None:
            ours, theirs = self._repo.commit_files(commit), self._repo.commit_files(than)
            found = self._known.put((commit, than), is_simpler(ours, theirs))
        return found


def is_simpler(files: Files, than: Files) -> bool:
    """See the module: fewer nodes, no more text, in Python files alone."""
    paths = sorted({*files.paths(), *than.paths()})
    differing = [path for path in paths if _blob(files, path) != _blob(than, path)]
    ours = theirs = Size(0, 0)
    for path in differing:
        now, was = _size(files, path), _size(than, path)
        if now is None or was is None:
            return False
        ours, theirs = ours + now, theirs + was
    return ours.nodes < theirs.nodes and ours.text <= theirs.text


def size_of(source: bytes) -> Size | None:
    """The size of one Python file; None for what is not Python, or too large to look into."""
    if len(source) > LARGEST:
        return None
    try:
        tree = ast.parse(source)
        docstrings = {id(node) for node in map(_docstring, ast.walk(tree)) if node is not None}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = text = 0
    for node in ast.walk(tree):
        if id(node) in docstrings:
            nodes -= 1  # the expression that holds it, which was counted
            continue
        nodes += 1
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            text += len(node.value)
    return Size(nodes, text)


def _docstring(node: ast.AST) -> ast.Constant | None:
    if not isinstance(node, _DOCUMENTED) or not node.body:
        return None
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _blob(files: Files, path: str) -> str | None:
    try:
        return files.blob(path)
    except KeyError:
        return None


def _size(files: Files, path: str) -> Size | None:
    """Nothing for a file that is not there; None where there is no telling."""
    if not path.endswith(".py"):
        return None
    try:
        return size_of(files.read(path))
    except KeyError:
        return Size(0, 0)
