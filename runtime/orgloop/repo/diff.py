"""Unified diffs made from blobs, without a git process; `git apply` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from orgloop.repo.trees import GITLINK, Entry

CONTEXT = 3
_BINARY_PROBE = 8_000
_LARGEST = 2**20

Differing = Iterable[tuple[str, Entry | None, Entry | None]]


def unified(differing: Differing, read: Callable[[str], bytes], cap: int) -> str:
    """The diff of (path, before, after) entries, cut with a visible mark after ``cap`` characters.

    Text that is not UTF-8 is shown with replacement characters.
    """
    parts: list[str] = []
    length = 0
    for path, was, now in differing:
        for part in _file(path, was, now, read):
            parts.append(part)
            length += len(part)
            if length > cap:
                whole = "".join(parts)[:cap]
                return f"{whole}\n... the diff goes on: cut after {cap} characters ...\n"
    return "".join(parts)


def _file(
    path: str, was: Entry | None, now: Entry | None, read: Callable[[str], bytes]
) -> Iterator[str]:
    old_name, new_name = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    yield f"diff --git {old_name} {new_name}\n"
    if was is None and now is not None:
        yield f"new file mode {now.mode:06o}\n"
    elif now is None and was is not None:
        yield f"deleted file mode {was.mode:06o}\n"
    elif was is not None and now is not None and was.mode != now.mode:
        yield f"old mode {was.mode:06o}\nnew mode {now.mode:06o}\n"
    old, new = _content(was, read), _content(now, read)
    if old == new:
        return
    shown_old = old_name if was else "/dev/null"
    shown_new = new_name if now else "/dev/null"
    if any(b"\0" in text[:_BINARY_PROBE] or len(text) > _LARGEST for text in (old, new)):
        yield f"Binary files {shown_old} and {shown_new} differ\n"
        return
    yield f"--- {shown_old}\n+++ {shown_new}\n"
    yield from _hunks(split_lines(_text(old)), split_lines(_text(new)))


def _content(entry: Entry | None, read: Callable[[str], bytes]) -> bytes:
    if entry is None:
        return b""
    if entry.mode == GITLINK:
        return f"Subproject commit {entry.blob}\n".encode()
    return read(entry.blob)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _quoted(name: str) -> str:
    if any(character in '"\\' or ord(character) < 32 for character in name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
    return name


def split_lines(text: str) -> list[str]:
    """Lines with their ends, split at line feeds alone, as git does."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many elements the two share at the start, and then at the end."""
    limit = min(len(old), len(new))
    start = 0
    while start < limit and old[start] == new[start]:
        start += 1
    end = 0
    while end < limit - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _hunks(old: list[str], new: list[str]) -> Iterator[str]:
    # Only what lies between the common ends is compared: difflib is quadratic at worst, and a
    # typical experiment changes one line of several hundred.
    start, end = common_ends(old, new)
    first, last = max(0, start - CONTEXT), max(0, end - CONTEXT)
    a, b = old[first : len(old) - last], new[first : len(new) - last]
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) + len(b) > 4_000)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        a_from, a_to = group[0][1] + first, group[-1][2] + first
        b_from, b_to = group[0][3] + first, group[-1][4] + first
        yield f"@@ -{_range(a_from, a_to)} +{_range(b_from, b_to)} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from _marked(" ", a[i1:i2])
            else:
                yield from _marked("-", a[i1:i2])
                yield from _marked("+", b[j1:j2])


def _range(start: int, stop: int) -> str:
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}"
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"
