"""A unified diff as rows: what is added and removed, and the words of the language coloured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.token import Token, _TokenType
from pygments.util import ClassNotFound

from orgloop_tui.draw.spans import Row, Span, row

_STYLES: tuple[tuple[_TokenType, str], ...] = (
    (Token.Comment, "comment"),
    (Token.Keyword, "keyword"),
    (Token.Operator.Word, "keyword"),
    (Token.Literal.String, "string"),
    (Token.Literal.Number, "number"),
    (Token.Name.Function, "defined"),
    (Token.Name.Class, "defined"),
    (Token.Name.Decorator, "defined"),
)
_ADDED, _REMOVED = "added", "removed"


def change_rows(diff: str) -> list[Row]:
    """The diff, a row to a line. It works without colours, too: the marks stay."""
    if not diff.strip():
        return [row(Span("It has changed nothing yet.", "dim"))]
    rows: list[Row] = []
    lexer: Lexer | None = None
    heading = True
    for line in diff.expandtabs(4).split("\n"):
        if line.startswith("diff "):
            heading = True
        if line.startswith("@@"):
            heading = False
            rows.append(row(Span(line, "hunk")))
        elif heading:
            if line.startswith("+++ "):
                lexer = _lexer(line[4:].strip())
            rows.append(row(Span(line, "name bold" if line[:4] in ("--- ", "+++ ") else "dim")))
        elif line.startswith(("+", "-")):
            side = _ADDED if line[0] == "+" else _REMOVED
            rows.append(
                (Span(line[0], f"{side} bold"), *_coloured(line[1:], lexer, f"{side}-line"))
            )
        else:
            rows.append((Span(line[:1]), *_coloured(line[1:], lexer, "context")))
    return rows


def _lexer(path: str) -> Lexer | None:
    try:
        return get_lexer_for_filename(path.rpartition("/")[2], stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _coloured(text: str, lexer: Lexer | None, base: str) -> Iterator[Span]:
    if lexer is None or len(text) > 400:
        yield Span(text, base)
        return
    tokens: Iterable[tuple[_TokenType, str]] = lexer.get_tokens(text)
    for kind, value in tokens:
        yield Span(value.replace("\n", ""), f"{base} {_style(kind)}".rstrip())


def _style(kind: _TokenType) -> str:
    return next((style for known, style in _STYLES if kind in known), "")
