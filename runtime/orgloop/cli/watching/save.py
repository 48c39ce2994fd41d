"""Writes a file of the organization that was edited in the terminal interface."""

from __future__ import annotations

import re
from pathlib import Path

from orgloop.cli.generations.bring import write
from orgloop.cli.running import is_running
from orgloop.errors import UserError

_PATH = re.compile(r"(org|roles)/[^/]+\.md")


def save(lab: Path, path: str, content: bytes) -> str:
    """Write ``org/...`` or ``roles/...`` as if an editor had; says what becomes of it."""
    place = lab / path
    if not _PATH.fullmatch(path) or place.name.startswith("."):
        raise UserError(
            f"`{path}` is no file of the organization.", hint="Those are `roles/<name>.md`."
        )
    if not place.resolve().is_relative_to(lab.resolve()):
        raise UserError(
            f"`{path}` leads out of the lab; nothing was written.",
            hint="Replace the symbolic link by a file.",
        )
    try:
        # Through a link that stays inside, to what it names: the link itself remains.
        write(place.resolve(), content)
    except OSError as error:
        raise UserError(
            f"`{path}` cannot be written: {error.strerror}.", hint="Look at its permissions."
        ) from error
    if is_running(lab):
        return f"Saved {path}. The next experiment begins under it."
    return f"Saved {path}."
