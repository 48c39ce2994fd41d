"""The files of an organization as they lie on disk: what is read, and what is refused.

::

    LAB/
    ├── task.md
    ├── org/charter.md      the wiring; other Markdown beside it goes along unread
    └── roles/<name>.md     one role each; no directories below

What a lab leaves out is filled in from the bundled organization.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from orgloop.charter import chart_of
from orgloop.markdown import MAX_BYTES
from orgloop.org.bundled import bundled_root
from orgloop.problems import Problems

CHARTER = "org/charter.md"
MAX_FILES = 500


def read_org_files(root: Path, problems: Problems) -> dict[str, bytes]:
    """The organization in ``root``, over the bundled defaults, by path relative to ``root``.

    Without ``org/`` the whole bundled organization is filled in, else only the bundled roles that
    the lab's own chart names and ``roles/`` does not have.
    """
    own = own_files(root, problems)
    if CHARTER not in own and (root / "org").is_dir():
        problems.error(
            CHARTER,
            "There is a directory `org/`, but no `org/charter.md` in it.",
            hint="Write it, or remove the directory to work under the bundled organization.",
        )
    return filled_in(own)


def own_files(root: Path, problems: Problems) -> dict[str, bytes]:
    """The organization in ``root`` alone."""
    found: dict[str, bytes] = {}
    inside = Path(os.path.realpath(root))
    for name in ("org", "roles"):
        directory = root / name
        if not _is_directory(directory, name, inside, problems):
            continue
        for entry in _listed(directory, name, problems):
            path = f"{name}/{entry.name}"
            if entry.name.startswith(".") or entry.name.endswith("~"):
                continue  # what editors and file managers leave behind
            if len(found) >= MAX_FILES:
                problems.error(name, f"There are over {MAX_FILES} files in `org/` and `roles/`.")
                return found
            content = _content(entry, path, inside, problems)
            if content is not None:
                found[path] = content
    return found


def edited(files: Mapping[str, bytes], edits: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """``files`` with ``edits`` made, by path in order; None takes a file away."""
    kept = {path: content for path, content in files.items() if path not in edits}
    kept |= {path: content for path, content in edits.items() if content is not None}
    return dict(sorted(kept.items()))


def bundled_files() -> dict[str, bytes]:
    """The organization that ships with Orgloop."""
    return own_files(bundled_root(), Problems())


def filled_in(own: Mapping[str, bytes]) -> dict[str, bytes]:
    """``own`` with what it leaves out taken from the bundled organization."""
    bundled = bundled_files()
    if CHARTER not in own:
        return {**bundled, **own}
    flow = chart_of(own[CHARTER])
    named = {f"roles/{node}.md" for node in flow.roles()} if flow is not None else set()
    return {path: content for path, content in bundled.items() if path in named} | dict(own)


def _is_directory(directory: Path, name: str, inside: Path, problems: Problems) -> bool:
    try:
        mode = directory.lstat().st_mode
    except FileNotFoundError:
        return False
    except OSError as error:
        problems.error(name, f"`{name}` cannot be read: {error.strerror}.")
        return False
    if stat.S_ISLNK(mode) and _leads_out(directory, name, inside, problems):
        return False
    if not directory.is_dir():
        problems.error(
            name, f"`{name}` is a file, where a directory belongs.", hint="Move it away."
        )
        return False
    return True


def _leads_out(path: Path, name: str, inside: Path, problems: Problems) -> bool:
    """Whether a symbolic link is broken or leads out of the lab, which is then told."""
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(inside):
        problems.error(
            name,
            f"`{name}` is a symbolic link that leads out of the lab.",
            hint="Copy the file into the lab: a generation must not depend on anything outside.",
        )
        return True
    if not target.exists():
        problems.error(name, f"`{name}` is a symbolic link that leads nowhere.", hint="Remove it.")
        return True
    return False


def _listed(directory: Path, name: str, problems: Problems) -> Iterable[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError as error:
        problems.error(name, f"`{name}/` cannot be read: {error.strerror}.")
        return ()


def _content(entry: Path, path: str, inside: Path, problems: Problems) -> bytes | None:
    """The bytes of one entry of ``org/`` or ``roles/``, or None where it is not part of it."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "replace").decode("utf-8")
        problems.error(shown, "The name of this file is not UTF-8.", hint="Rename it.")
        return None
    try:
        if entry.is_symlink() and _leads_out(entry, path, inside, problems):
            return None
        status = entry.stat()
        if stat.S_ISDIR(status.st_mode):
            _refuse_directory(entry, path, problems)
            return None
        if entry.suffix != ".md":
            problems.warn(
                path, "This file is not read: its name does not end in `.md`.", hint="Rename it."
            )
            return None
        if not stat.S_ISREG(status.st_mode):
            problems.error(path, "This is not an ordinary file.", hint="Remove it.")
            return None
        with entry.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one more is enough to be refused as too long
    except OSError as error:
        problems.error(path, f"The file cannot be read: {error.strerror}.")
        return None


def _refuse_directory(entry: Path, path: str, problems: Problems) -> None:
    if entry.suffix == ".md":
        problems.error(path, "This is a directory, where a file belongs.", hint="Rename it.")
    else:
        problems.warn(
            path,
            "Directories below `org/` and `roles/` are not read.",
            hint="Move its files up, or remove it.",
        )
