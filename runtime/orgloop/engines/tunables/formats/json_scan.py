"""JSON with the bytes of every value, which the standard library does not keep."""

from __future__ import annotations

import json
import re

from orgloop.engines.tunables.candidate import RefusedFileError, Scan, Value
from orgloop.engines.tunables.decoded import decode
from orgloop.engines.tunables.formats.leaves import Leaf, candidates
from orgloop.engines.tunables.formats.numbers import read_number

_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ATOM = re.compile(rb"[^\s,\[\]{}]+")


def scan_json(data: bytes) -> Scan:
    """Every scalar of a JSON file; raises :class:`RefusedFileError`."""
    source = decode(data, "json")
    try:
        json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise RefusedFileError(f"it is not valid JSON ({error})") from None
    reader = _Reader(source.utf8)
    reader.value((), 0, in_list=False)
    return Scan(candidates(source, reader.leaves, comments=False))


class _Reader:
    """Walks text that is known to be valid."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self.leaves: list[Leaf] = []

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def value(self, path: tuple[str, ...], at: int, *, in_list: bool) -> int:
        at = self._skip(at)
        first = self._text[at : at + 1]
        if first in (b"{", b"["):
            return self._container(path, at, mapping=first == b"{")
        pattern = _STRING if first == b'"' else _ATOM
        found = pattern.match(self._text, at)
        if found is None:
            raise RefusedFileError("it is not valid JSON")
        value = _scalar(found[0].decode("utf-8"))
        if value is not None:
            self.leaves.append(Leaf(path, at, found.end(), value, in_list))
        return found.end()

    def _container(self, path: tuple[str, ...], at: int, *, mapping: bool) -> int:
        close = b"}" if mapping else b"]"
        at, index = self._skip(at + 1), 0
        while self._text[at : at + 1] != close:
            key = str(index)
            if mapping:
                found = _STRING.match(self._text, at)
                if found is None:
                    raise RefusedFileError("it is not valid JSON")
                key = json.loads(found[0])
                at = self._skip(found.end()) + 1
            at = self._skip(self.value((*path, key), at, in_list=not mapping))
            if self._text[at : at + 1] == b",":
                at = self._skip(at + 1)
            index += 1
        return at + 1


def _scalar(text: str) -> Value | None:
    if text in ("true", "false"):
        return text == "true"
    if text.startswith('"'):
        string: str = json.loads(text)
        return string
    return read_number(text)
