"""Git's name for a file's content, computed without git."""

from __future__ import annotations

import hashlib


def blob_id(data: bytes, *, like: str = "") -> str:
    """The git blob id of ``data``: SHA-1, or SHA-256 where ``like`` is an id of that length."""
    header = b"blob %d\0" % len(data)
    if len(like) == 64:
        return hashlib.sha256(header + data).hexdigest()
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
