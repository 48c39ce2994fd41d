"""The paths and globs of ``task.md``: what they may be, and whether two can name one file."""

from __future__ import annotations

from functools import lru_cache

MAX_LENGTH = 250


def path_fault(written: str) -> tuple[str, str] | None:
    """What is wrong with a path or glob relative to the lab, and a hint; None where it is fine."""
    if not written.strip():
        return "is empty", "Write a path such as `train.py`."
    if written != written.strip():
        return "has spaces around it", "Remove them."
    if "\\" in written:
        return "has a backslash in it", "Paths are written with `/`."
    if len(written) > MAX_LENGTH or "\0" in written or "\n" in written:
        return "is not a path", "Write a path such as `train.py`."
    if written.startswith(("/", "~")):
        return "is not inside the lab", "Write it relative to the lab, as `train.py`."
    parts = written.split("/")
    if ".." in parts:
        return "leads out of the lab", "Write it relative to the lab, without `..`."
    if parts[0] in (".git", ".orgloop"):
        return f"is inside `{parts[0]}/`, which is not the experiment's", "Name a file of the lab."
    return None


def may_overlap(one: str, other: str) -> bool:
    """Whether two globs can name the same file, or one names a directory above the other.

    ``*`` and ``?`` stay within a part of a path, ``**`` spans any number of parts. A name with a
    suffix (``task.md``, ``*.py``) is taken for a file's. Sets in brackets count as ``?``, so the
    answer may be yes where it is no, and never the other way.
    """
    first, second = _split(one), _split(other)
    return _parts_meet(first, second, _may_be_directory(first), _may_be_directory(second))


def _split(glob: str) -> tuple[str, ...]:
    return tuple(part for part in glob.split("/") if part not in ("", "."))


def _may_be_directory(parts: tuple[str, ...]) -> bool:
    return not parts or parts[-1] == "**" or "." not in parts[-1].lstrip(".")


@lru_cache(maxsize=4096)
def _parts_meet(
    one: tuple[str, ...], other: tuple[str, ...], one_above: bool, other_above: bool
) -> bool:
    if not one and not other:
        return True
    if not one:
        return one_above or set(other) == {"**"}
    if not other:
        return other_above or set(one) == {"**"}
    if one[0] == "**":
        return _parts_meet(one[1:], other, one_above, other_above) or _parts_meet(
            one, other[1:], one_above, other_above
        )
    if other[0] == "**":
        return _parts_meet(other, one, other_above, one_above)
    return _part_meets(one[0], other[0]) and _parts_meet(one[1:], other[1:], one_above, other_above)


@lru_cache(maxsize=4096)
def _part_meets(one: str, other: str) -> bool:
    if not one or not other:
        return not (one or other).strip("*")
    if one[0] == "*":
        return _part_meets(one[1:], other) or _part_meets(one, other[1:])
    if other[0] == "*":
        return _part_meets(other, one)
    same = one[0] == other[0] or one[0] in "?[" or other[0] in "?["
    return same and _part_meets(_rest(one), _rest(other))


def _rest(part: str) -> str:
    if part[0] == "[" and (end := part.find("]", 2)) > 0:
        return part[end + 1 :]
    return part[1:]
