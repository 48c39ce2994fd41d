"""Text from logs and models, made safe to store, to print and to put on a page.

A training log may hold terminal escapes (which can retitle a window or rewrite what stands above),
carriage returns, and characters that reorder a line. None of it reaches a terminal or a page.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS..
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI in one byte
    r"|\x1b[ -/]*[0-~]?"  # every other escape, and one that was cut off
)
# Tags (U+E0000 and on) spell words that nobody sees and a model reads.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_LESSON = re.compile(r"(?im)^[\s>*_-]*lesson[\s*_]*:[\s*_]*(\S.*)$")
_RUNS = re.compile(r"\s+")
_SAFE = re.compile(r"[\n\t -~]*")


def storable(text: str) -> str:
    """``text`` without the lone surrogates that cannot be written as UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def plain(text: str) -> str:
    """``text`` without escapes and control characters; line breaks and tabs stay.

    A carriage return breaks the line, since a progress bar is many lines and not one.
    """
    if _SAFE.fullmatch(text):
        return text
    text = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _ESCAPE.sub("", text))


def one_line(text: str, limit: int = 120) -> str:
    """``text`` on one line, at most ``limit`` characters, cut with an ellipsis."""
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # as most are, and a long history has tens of thousands
    flat = _RUNS.sub(" ", plain(text[: 8 * limit])).strip()
    return flat if len(flat) <= limit else f"{flat[: limit - 1].rstrip()}…"


def headline(note: str, limit: int = 200) -> str:
    """The first line of a note that says something, without its Markdown heading marks."""
    for line in note[:4000].splitlines():
        bare = line.strip().lstrip("#>").strip()
        if bare and not set(bare) <= set("-=*_`~"):
            return one_line(bare, limit)
    return ""


def lesson_of(note: str) -> str:
    """The line of a note that begins with ``Lesson:``, in bold or not; else its first line."""
    marked = _LESSON.findall(note[:8000])
    said = one_line(marked[-1].strip(" *_"), 200) if marked else ""
    return said or headline(note)


def capped(text: str, characters: int, lines: int, *, end: bool = False) -> tuple[str, bool]:
    """The first (or, with ``end``, the last) part of ``text``, and whether something was cut.

    The part is plain. Cheap however long the text is.
    """
    cut = len(text) > characters
    part = plain(text[-characters:] if end else text[:characters])
    split = part.split("\n")
    if len(split) > lines:
        cut, split = True, split[-lines:] if end else split[:lines]
    return "\n".join(split), cut


def fenced(text: str, language: str = "") -> str:
    """``text`` in a fence of backticks longer than any within it, so that it cannot get out."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def inside_fence(text: str) -> str:
    """``text`` made plain, and unable to end a fence that somebody else has opened around it.

    A line that would be the fence's last gets a backslash before its backticks or tildes.
    """
    return re.sub(r"(?m)^( {0,3})(?=`{3}|~{3})", r"\1\\", plain(text))


def quoted(text: str) -> str:
    """``text`` as a Markdown block quote: whatever it opens ends with the quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.rstrip().split("\n"))


def code(text: str, limit: int = 200) -> str:
    """``text`` as a code span on one line: how words that come from a run stand in a sentence."""
    flat = one_line(text, limit).replace("`", "'")
    return f"`{flat}`" if flat else ""


def printable(text: str, encoding: str | None) -> str:
    """``text`` with what ``encoding`` cannot write replaced: no output fails for a character."""
    if text.isascii() or encoding is None:
        return text
    return text.encode(encoding, "replace").decode(encoding)


def width(text: str) -> int:
    """The number of terminal cells that ``text`` takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    joined = sum(unicodedata.combining(character) > 0 for character in text)
    return len(text) + wide - joined
