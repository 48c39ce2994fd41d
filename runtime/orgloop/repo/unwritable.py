"""What could not be written, as a sentence: a full disk is told from everything else."""

from __future__ import annotations

import errno

from orgloop.errors import RepoError


def unwritable(what: str, error: OSError, *, hint: str = "") -> RepoError:
    """``what`` is the sentence's beginning: "Git's object store cannot be written"."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RepoError(
            f"{what}: the disk is full.",
            hint="Nothing that was finished is lost. Free some space, then `orgloop run` goes on.",
        )
    return RepoError(f"{what}: {error.strerror or error}.", hint=hint)
