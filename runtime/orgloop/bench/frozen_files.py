"""Which files of a lab no run may change while it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from orgloop.repo.globs import Globs

MOST = 5_000
"""A lab with more tracked files is watched over the outermost ones."""


def frozen_files(
    frozen: Path, artifacts: Iterable[str], mounts: Iterable[PurePosixPath]
) -> tuple[str, ...]:
    """Every file of the checkout ``frozen``, but for ``artifacts`` and what lies under mounts.

    Editable ones too: what is measured is the commit, and not what its code turned itself into.
    """
    left_out = Globs([*artifacts, *(str(place) for place in mounts if not place.is_absolute())])
    found = [
        path.relative_to(frozen).as_posix()
        for folder, folders, names in os.walk(frozen)
        for path in (
            Path(folder, name)
            for name in (*names, *(inner for inner in folders if Path(folder, inner).is_symlink()))
        )
    ]
    kept = [path for path in found if not left_out.matches(path)]
    return tuple(sorted(kept, key=lambda path: (path.count("/"), path))[:MOST])
