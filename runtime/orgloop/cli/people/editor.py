"""A text from the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from orgloop.errors import UserError

_MARK = "<!-- Write your note above this line. What follows is not part of it. -->"


def from_editor(question: str) -> str:
    """What the person writes in ``$VISUAL`` or ``$EDITOR``, with the question below to look at.

    Raises :class:`~orgloop.errors.UserError` where the editor cannot be run.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="orgloop-note-") as folder:
        file = Path(folder, "note.md")
        file.write_text(f"\n\n{_MARK}\n\n{question}\n", encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(editor), str(file)], check=False)
        except (OSError, ValueError) as error:
            raise UserError(
                f"The editor `{editor}` cannot be run: {error}.",
                hint="Set $EDITOR, or give the note with --note.",
            ) from None
        if done.returncode != 0:
            raise UserError(
                f"The editor `{editor}` ended with {done.returncode}, so nothing was answered."
            )
        return file.read_text(encoding="utf-8", errors="replace").partition(_MARK)[0].strip()
