"""The last lines of a log, made fit to be read by a person or put into a brief."""

from __future__ import annotations

import re
from pathlib import Path

LINES, BYTES = 40, 4096
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC and other strings
    r"|\x1b[ -/]*[0-~]?"
)
# C0 and C1 controls, and what reorders or hides text (tags spell words that nobody sees and a
# model reads); the tab stays.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_RAISED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: .*|)")
_MEMORY = re.compile(
    r"CUDA out of memory|OutOfMemoryError|MemoryError|Cannot allocate memory|std::bad_alloc"
    r"|CUBLAS_STATUS_ALLOC_FAILED|HIP out of memory"
)
_SPACE = re.compile(
    r"No space left on device|Disk quota exceeded|File too large|Errno (?:27|28|122)\b"
)


def read_log(path: Path | None, most: int = 2**22) -> str:
    """A step's output as text: at most ``most`` bytes, of which the end is kept."""
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - most))
            return file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def clean_lines(text: str) -> list[str]:
    """Lines as a terminal would leave them for a reader: a carriage return ends one too."""
    plain = _ESCAPES.sub("", text)
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x85]", plain)
    return [_CONTROLS.sub("", line).rstrip() for line in lines]


def tail(text: str) -> str:
    """At most 40 lines and 4 KB from the end, without control characters."""
    lines = [line for line in clean_lines(text[-16 * BYTES :]) if line][-LINES:]
    kept = "\n".join(lines).encode()
    if len(kept) > BYTES:
        # The end of a traceback says what happened: the front goes.
        kept = b"..." + kept[3 - BYTES :]
    return kept.decode(errors="ignore")


def exception_line(text: str) -> str | None:
    """The ``ValueError: ...`` that ends a Python traceback; None where there is none."""
    lines = clean_lines(text[-64 * BYTES :])
    starts = [n for n, line in enumerate(lines) if "Traceback (most recent call last)" in line]
    if not starts:
        return None
    for line in lines[starts[-1] + 1 :]:
        if line and not line[0].isspace() and _RAISED.fullmatch(line):
            return line[:300]
    return None


def ran_out_of_space(text: str) -> bool:
    """Whether the last lines say that nothing more could be written."""
    return _SPACE.search(tail(text)) is not None


def ran_out_of_memory(text: str) -> bool:
    """Whether the last lines complain of memory, the host's or a GPU's."""
    return _MEMORY.search(tail(text)) is not None
