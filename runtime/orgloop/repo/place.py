"""Where a lab lies: its directory, the repository that holds it, and who the person is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from orgloop.errors import NotReady
from orgloop.repo.environment import forget_caller, require_git
from orgloop.repo.identity import Identity
from orgloop.repo.process import Command, discover, last_line


@dataclass(frozen=True, slots=True)
class Place:
    """A lab's directories, all absolute and free of symlinks."""

    lab: Path
    top: Path
    """The working tree that the lab is, or is a folder of."""
    prefix: str
    """The lab within ``top``, with forward slashes; empty where the lab is the top."""
    git_dir: Path
    """Where HEAD and the index of this checkout are; differs from ``common_dir`` in a worktree."""
    common_dir: Path
    """Where objects and refs are."""
    identity: Identity
    settings: dict[str, str] = field(default_factory=dict)
    """A few git settings that change how files are written, keys in lower case."""


def find_place(lab_root: Path) -> Place:
    """Find the repository that holds a lab; raises NotReady for every way in which it cannot."""
    forget_caller()
    require_git()
    lab = Path(lab_root).resolve()
    if not lab.is_dir():
        raise NotReady(f"{lab} is not a directory.", hint="Name the directory with `task.md`.")
    code, lines, errors = discover(
        lab, "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir"
    )
    if code != 0 or len(lines) < 3:
        raise _refusal(lab, errors)
    bare, inside, git_dir = lines[0] == "true", lines[1] == "true", Path(lines[2])
    if bare:
        raise NotReady(
            f"{lab} is a bare repository, which has no files to work on.",
            hint="Clone it (`git clone PATH`) and run Orgloop in the clone.",
        )
    if not inside:
        raise NotReady(
            f"{lab} lies inside a repository's own `.git` directory.",
            hint="Move the lab to a directory of its own.",
        )
    code, lines, errors = discover(lab, "--git-common-dir", "--show-toplevel")
    if code != 0 or len(lines) < 2:
        raise _refusal(lab, errors)
    common, top = (lab / lines[0]).resolve(), Path(lines[1]).resolve()
    prefix = "" if top == lab else lab.relative_to(top).as_posix()
    settings = _settings(git_dir.resolve())
    _refuse_formats(lab, settings)
    return Place(
        lab=lab,
        top=top,
        prefix=prefix,
        git_dir=git_dir.resolve(),
        common_dir=common,
        identity=Identity.of(
            os.environ.get("GIT_COMMITTER_NAME") or settings.get("user.name"),
            os.environ.get("GIT_COMMITTER_EMAIL") or settings.get("user.email"),
        ),
        settings=settings,
    )


def _settings(git_dir: Path) -> dict[str, str]:
    listed = Command(git_dir).run("config", "-z", "--list")
    settings: dict[str, str] = {}
    for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
        key, _, value = entry.partition("\n")
        if key.startswith(("user.", "extensions.", "core.")):
            settings[key] = value
    return settings


def _refuse_formats(lab: Path, settings: dict[str, str]) -> None:
    if settings.get("extensions.objectformat", "sha1") != "sha1":
        raise NotReady(
            f"The repository of {lab} uses SHA-256 object names, which Orgloop cannot write.",
            hint="Use a repository made with `git init --object-format=sha1`.",
        )
    if settings.get("extensions.refstorage", "files") != "files":
        raise NotReady(
            f"The repository of {lab} stores its refs as a reftable, which Orgloop cannot write.",
            hint="Run `git refs migrate --ref-format=files` in it.",
        )


def _refusal(lab: Path, errors: str) -> NotReady:
    if "dubious ownership" in errors or "unsafe repository" in errors:
        return NotReady(
            f"git does not trust the repository at {lab}, since another user owns it.",
            hint=f"If you do, run `git config --global --add safe.directory {lab}`.",
        )
    if "not a git repository" in errors:
        return NotReady(
            f"{lab} is in no git repository.",
            hint="Run `git init`, `git add -A` and `git commit -m start` in it.",
        )
    return NotReady(f"git cannot open the repository of {lab}: {last_line(errors)}")
