"""A person's own keys: ``keys.toml`` in Orgloop's configuration directory.

::

    [keys]
    "run.pause" = "P"
    "table.down" = "j,down,ctrl+n"

The names stand beside the keys in the ``?`` help.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from orgloop.errors import UserError


def keys_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the file is, or would be: by the XDG base directory specification."""
    base = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base, "orgloop", "keys.toml")


def own_keys(path: Path | None = None) -> dict[str, str]:
    """Keys by the name of what they do; empty without a file. Raises UserError for a bad one."""
    path = path or keys_path()
    try:
        text = path.read_bytes().decode("utf-8")
        found = tomllib.loads(text).get("keys", {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(
            f"The keys in {path} cannot be read: {error}.", hint="Correct it, or move it away."
        ) from None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found.values()):
        raise UserError(
            f"The keys in {path} are not a table of names and keys.",
            hint='Write them as `"run.pause" = "P"` below `[keys]`.',
        )
    return dict(found)
