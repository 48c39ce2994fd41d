"""Which paths a commit may hold at all, whoever asks."""

from __future__ import annotations

import unicodedata

from orgloop.errors import RepoError

# Characters that HFS+ ignores in names: `.g<200c>it` is `.git` there.
_IGNORED = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF]
)
_RESERVED = {"git~1", "git~2", ".orgloop"}


class PathError(RepoError):
    """An edit names a path that no commit may hold: whoever proposed it is at fault, not git."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"`{path}` {why}.")
        self.path = path
        self.why = why


def same_on_some_disk(path: str) -> str:
    """The path as a file system that ignores case and composition sees it."""
    return unicodedata.normalize("NFC", path.translate(_IGNORED)).casefold()


def path_trouble(path: str) -> str | None:
    """Why a path relative to the lab cannot be used, or None where it can.

    Refused: what leaves the lab, what git keeps for itself (``.git``, ``.gitattributes``,
    ``.gitmodules`` and their disguises), and what no careful person names a file.
    """
    if not path or path.startswith("/") or path.endswith("/"):
        return "is not a path within the lab"
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return "has a control character in its name"
    if "\\" in path:
        return "has a backslash in its name"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "is not a plain path within the lab"
        plain = same_on_some_disk(part).rstrip(" .")
        if plain.startswith(".git") or plain.split(":")[0] in _RESERVED:
            return "is a file that steers git or Orgloop"
        if len(part.encode("utf-8", "surrogateescape")) > 255:
            return "has a name that is too long"
    if len(path) > 1024:
        return "is a path that is too long"
    return None
