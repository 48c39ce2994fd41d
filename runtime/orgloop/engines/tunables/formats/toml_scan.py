"""TOML with the bytes of every value.

``tomllib`` says whether the file is valid and what it holds; this reader, which only ever sees
valid text, says where each scalar stands.
"""

from __future__ import annotations

import re
import tomllib

from orgloop.engines.tunables.candidate import RefusedFileError, Scan, Value
from orgloop.engines.tunables.decoded import decode
from orgloop.engines.tunables.formats.leaves import Leaf, candidates
from orgloop.engines.tunables.formats.numbers import read_number

_GAP = re.compile(rb"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(rb"[ \t]*")
_STRING = re.compile(
    rb'"""(?:[^\\]|\\.)*?"{3,5}(?!")|'
    rb"'''.*?'{3,5}(?!')|"
    rb'"(?:[^"\\\n]|\\.)*"|'
    rb"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(rb"[A-Za-z0-9_-]+")
_ATOM = re.compile(rb"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")


def scan_toml(data: bytes) -> Scan:
    """Every scalar of a TOML file; raises :class:`RefusedFileError`."""
    source = decode(data, "toml")
    try:
        tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RefusedFileError(f"it is not valid TOML ({error})") from None
    reader = _Reader(source.utf8)
    reader.document()
    return Scan(candidates(source, reader.leaves, comments=True))


class _Reader:
    """Walks text that is known to be valid."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._arrays: dict[tuple[str, ...], int] = {}
        self.leaves: list[Leaf] = []

    def document(self) -> None:
        table: tuple[str, ...] = ()
        at = self._after(_GAP, 0)
        while at < len(self._text):
            if self._text.startswith(b"[[", at):
                keys, at = self._key(at + 2)
                table = self._element(keys)
                at += 2
            elif self._text.startswith(b"[", at):
                keys, at = self._key(at + 1)
                table = self._resolved(keys)
                at += 1
            else:
                keys, at = self._key(at)
                at = self._value((*table, *keys), at + 1, in_list=False)
            at = self._after(_GAP, at)

    def _element(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        table = (*self._resolved(keys[:-1]), keys[-1])
        self._arrays[table] = self._arrays.get(table, -1) + 1
        return (*table, str(self._arrays[table]))

    def _resolved(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        table: tuple[str, ...] = ()
        for key in keys:
            table = (*table, key)
            if table in self._arrays:
                table = (*table, str(self._arrays[table]))
        return table

    def _after(self, pattern: re.Pattern[bytes], at: int) -> int:
        found = pattern.match(self._text, at)
        return found.end() if found else at

    def _key(self, at: int) -> tuple[tuple[str, ...], int]:
        keys: list[str] = []
        while True:
            at = self._after(_BLANK, at)
            quoted = self._text[at : at + 1] in (b'"', b"'")
            found = (_STRING if quoted else _BARE).match(self._text, at)
            if found is None:
                raise RefusedFileError("one of its keys cannot be read")
            text = found[0].decode("utf-8")
            keys.append(_string(text) if quoted else text)
            at = self._after(_BLANK, found.end())
            if self._text[at : at + 1] != b".":
                return tuple(keys), at
            at += 1

    def _value(self, path: tuple[str, ...], at: int, *, in_list: bool) -> int:
        at = self._after(_GAP, at)
        first = self._text[at : at + 1]
        if first == b"[":
            return self._array(path, at)
        if first == b"{":
            return self._inline(path, at)
        quoted = first in (b'"', b"'")
        found = (_STRING if quoted else _ATOM).match(self._text, at)
        if found is None:
            raise RefusedFileError("one of its values cannot be read")
        text = found[0].decode("utf-8")
        value: Value | None
        if quoted:
            value = None if text.startswith(('"""', "'''")) else _string(text)
        elif text in ("true", "false"):
            value = text == "true"
        else:
            value = read_number(text)
        if value is not None:
            self.leaves.append(Leaf(path, at, found.end(), value, in_list))
        return found.end()

    def _array(self, path: tuple[str, ...], at: int) -> int:
        at, index = self._after(_GAP, at + 1), 0
        while self._text[at : at + 1] != b"]":
            at = self._after(_GAP, self._value((*path, str(index)), at, in_list=True))
            if self._text[at : at + 1] == b",":
                at = self._after(_GAP, at + 1)
            index += 1
        return at + 1

    def _inline(self, path: tuple[str, ...], at: int) -> int:
        at = self._after(_GAP, at + 1)
        while self._text[at : at + 1] != b"}":
            keys, at = self._key(at)
            at = self._after(_GAP, self._value((*path, *keys), at + 1, in_list=False))
            if self._text[at : at + 1] == b",":
                at = self._after(_GAP, at + 1)
        return at + 1


def _string(text: str) -> str:
    value: str = tomllib.loads(f"x = {text}")["x"]
    return value
