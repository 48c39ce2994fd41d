"""Gathers the literals of one Python file, with their bytes and the comments beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst
from libcst.metadata import CodeSpan

from orgloop.engines.tunables.candidate import Candidate, Given
from orgloop.engines.tunables.comments import SILENT, Said, read_comment
from orgloop.engines.tunables.decoded import Decoded
from orgloop.engines.tunables.literal import read_literal
from orgloop.engines.tunables.python.bindings import Bindings

_LITERALS = (
    cst.Integer, cst.Float, cst.UnaryOperation, cst.BinaryOperation, cst.Name, cst.SimpleString,
)  # fmt: skip
FIXED = "a comment says it is fixed"


class Collector:
    """One file's candidates while they are found."""

    def __init__(
        self,
        source: Decoded,
        spans: Mapping[cst.CSTNode, CodeSpan],
        bindings: Bindings,
    ) -> None:
        self.bindings = bindings
        self._source = source
        self._spans = spans
        self._found: list[Candidate] = []

    def mark(self) -> int:
        """The place from which :meth:`statement_comment` will speak."""
        return len(self._found)

    def take(
        self,
        name: str,
        node: cst.BaseExpression,
        comment: str | None = None,
        *,
        wants_float: bool = False,
        given: Given | None = None,
        never: str | None = None,
    ) -> bool:
        """Add the literal ``node`` under ``name``; False where it is not one."""
        if not isinstance(node, _LITERALS):
            return False
        text = self.text(node)
        value = read_literal(text)
        if value is None:
            return False
        span = self._spans[node]
        line = self._source.utf8.count(b"\n", 0, span.start) + 1
        start, end = self._source.byte(span.start), self._source.byte(span.start + span.length)
        if isinstance(value, int) and not isinstance(value, bool) and wants_float:
            value = float(value)
        candidate = Candidate(name, start, end, line, text, value, wants_float, given, never)
        self._found.append(_with(candidate, read_comment(comment) if comment else SILENT))
        return True

    def text(self, node: cst.CSTNode) -> str:
        """The source of a node."""
        span = self._spans[node]
        return self._source.utf8[span.start : span.start + span.length].decode("utf-8")

    def statement_comment(self, mark: int, comment: str | None) -> None:
        """Apply the comment that ends a statement to the literals found since ``mark``."""
        said = read_comment(comment) if comment else SILENT
        own = self._found[mark:]
        if said is SILENT or not own:
            return
        if len(own) > 1 and said.given is not None:
            said = Said(nearly=f"`{comment}` stands beside {len(own)} literals")
            own = own[:1]
        for offset, candidate in enumerate(own):
            own_word = candidate.remark is not None or candidate.given is not None
            if said.nearly is None or not own_word:
                self._found[mark + offset] = _with(candidate, said)

    def finished(self) -> tuple[Candidate, ...]:
        """Everything found, in the order of the file; names that occur twice are barred."""
        counts = Counter(candidate.name for candidate in self._found)
        return tuple(
            replace(candidate, never="its name occurs more than once in the file")
            if counts[candidate.name] > 1 and candidate.never is None
            else candidate
            for candidate in sorted(self._found, key=lambda candidate: candidate.start)
        )


def _with(candidate: Candidate, said: Said) -> Candidate:
    if said.fixed:
        return replace(candidate, never=candidate.never or FIXED)
    if said.given is not None:
        return replace(candidate, given=said.given)
    return replace(candidate, remark=said.nearly) if said.nearly else candidate


def comment_in(whitespace: object) -> str | None:
    """The comment that ends the line on which ``whitespace`` begins."""
    if isinstance(whitespace, cst.ParenthesizedWhitespace):
        whitespace = whitespace.first_line
    if isinstance(whitespace, cst.TrailingWhitespace) and whitespace.comment is not None:
        return whitespace.comment.value
    return None


def comment_after(comma: object, otherwise: object) -> str | None:
    """The comment after an element: behind its comma, or in the whitespace ``otherwise``."""
    behind = comment_in(comma.whitespace_after) if isinstance(comma, cst.Comma) else None
    return behind or comment_in(otherwise)


def string_of(node: cst.BaseExpression | None) -> str | None:
    """The value of a plain string literal without escapes (evaluating those may warn)."""
    if isinstance(node, cst.SimpleString) and "\\" not in node.value:
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def last_name(node: cst.BaseExpression) -> str | None:
    """``Field`` for ``Field`` and ``pydantic.Field``."""
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else None


def keywords(arguments: Sequence[cst.Arg]) -> dict[str, cst.Arg]:
    """The keyword arguments of a call."""
    return {arg.keyword.value: arg for arg in arguments if arg.keyword is not None}


def positional(arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    """The positional arguments of a call, up to the first star."""
    plain: list[cst.Arg] = []
    for argument in arguments:
        if argument.star:
            break
        if argument.keyword is None:
            plain.append(argument)
    return plain
