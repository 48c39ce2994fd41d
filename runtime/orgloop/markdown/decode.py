"""Bytes of a file to text with ``\\n`` at the end of each line."""

from __future__ import annotations

from orgloop.problems import Problems

MAX_BYTES = 256 * 1024
"""The largest Markdown file that is read; a longer one is a mistake or an attack."""


def decode(content: str | bytes, path: str, problems: Problems) -> str | None:
    """The text without its byte order mark, or None with a problem at the line of a bad byte.

    CRLF and a lone CR end a line, as they do for editors, so line numbers agree with theirs.
    """
    if len(content) > MAX_BYTES:
        problems.error(
            path,
            f"The file is {len(content) // 1024} KB long; {MAX_BYTES // 1024} KB are read at most.",
            hint="Move what is not a brief or a contract into a file of its own.",
        )
        return None
    if isinstance(content, bytes):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8", "replace")
            problems.error(
                path,
                f"The byte 0x{content[error.start]:02x} is not UTF-8.",
                line=_lines(before).count("\n") + 1,
                hint="Save the file as UTF-8.",
            )
            return None
    else:
        text = content
    text = _lines(text).removeprefix("\ufeff")
    for character, what in (("\0", "a NUL byte"), ("\ufeff", "a second byte order mark")):
        if character == "\ufeff" and not text.startswith(character):
            continue
        if (position := text.find(character)) >= 0:
            problems.error(
                path,
                f"The file holds {what}.",
                line=text.count("\n", 0, position) + 1,
                hint="It is not plain text; save it as UTF-8.",
            )
            return None
    return text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
