"""A file's bytes as text, with the way back from a place in the text to a byte.

Files that do not survive the round trip to the byte are refused: lone carriage returns and form
feeds (which parsers and people count differently), undeclared encodings, null bytes.
"""

from __future__ import annotations

import codecs
import io
import tokenize
from dataclasses import dataclass

from orgloop.engines.tunables.candidate import Language, RefusedFileError

_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """One file, read."""

    text: str
    """Without a byte order mark; line ends as they are in the file."""
    encoding: str
    bom: int
    """Length of the byte order mark."""
    utf8: bytes
    """The text in UTF-8, which is what parsers count in."""

    def encode(self, text: str) -> bytes:
        """``text`` as it stands in this file; raises UnicodeEncodeError."""
        return text.encode(self.encoding)

    def byte(self, utf8_offset: int) -> int:
        """The place in the file of a place in :attr:`utf8`."""
        if self.encoding == "utf-8" or self.text.isascii():
            return utf8_offset + self.bom
        return self.bom + len(self.encode(self.utf8[:utf8_offset].decode("utf-8")))


def decode(data: bytes, language: Language) -> Decoded:
    """Read ``data``; raises :class:`RefusedFileError` where its bytes cannot be kept."""
    if len(data) > _MOST:
        raise RefusedFileError("it is larger than 1 MB, so it is data and not settings")
    bom = 3 if data.startswith(codecs.BOM_UTF8) else 0
    encoding = "utf-8"
    try:
        if language == "python":
            named = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            encoding = "utf-8" if named == "utf-8-sig" else codecs.lookup(named).name
        text = data[bom:].decode(encoding)
        if text.encode(encoding) != data[bom:]:
            raise RefusedFileError(f"its bytes do not survive a round trip through {encoding}")
    except (SyntaxError, UnicodeError, LookupError):
        raise RefusedFileError(f"it is not {encoding} text") from None
    if "\0" in text:
        raise RefusedFileError("it holds null bytes")
    if "\f" in text:
        raise RefusedFileError("it holds form feeds, after which positions cannot be trusted")
    if "\r" in text.replace("\r\n", ""):
        raise RefusedFileError("it holds carriage returns that end no line")
    return Decoded(text, encoding, bom, text.encode("utf-8"))
