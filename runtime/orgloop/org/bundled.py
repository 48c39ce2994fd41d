"""Where the organization that ships with Orgloop lies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import orgloop


@cache
def bundled_root() -> Path:
    """The directory that holds the bundled ``org/``, ``roles/`` and ``examples/``.

    Inside an installed wheel that is ``orgloop/_bundled``, in a source checkout its top level.
    """
    package = Path(orgloop.__file__).resolve().parent
    installed = package / "_bundled"
    return installed if installed.is_dir() else package.parents[1]
