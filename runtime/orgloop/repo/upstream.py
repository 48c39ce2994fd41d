"""Brings what changed in a template into a lab that was made from it, with Copier.

Copier wants a git repository of the template with a version of then and one of now. Neither a
wheel nor a directory is one, so it is made: of what the lab was forked from, which the lab's own
repository keeps under :data:`TEMPLATE_REF`, and of the template as it is today. Copier works on a
clone; the person's directory gets the outcome.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from git import Actor, Repo
from git.exc import GitError

from orgloop.errors import RepoError, UserError
from orgloop.repo.place import Place
from orgloop.repo.process import Command
from orgloop.repo.status import uncommitted, untracked

TEMPLATE_REF = "refs/orgloop/template"
"""The files of the template that a lab was last brought level with."""
_ANSWERS = ".copier-answers.yml"
_CONFLICT = b"<<<<<<< before updating"
_WHO = Actor("Orgloop", "orgloop@localhost")
# Files are copied as they are: nothing in them, or in their names, may look like Jinja.
_COPIER = """\
_subdirectory: files
_templates_suffix: .rendered-by-orgloop
_exclude: []
_envops:
  block_start_string: "[%%orgloop"
  block_end_string: "%%]"
  variable_start_string: "[[orgloop["
  variable_end_string: "]]]"
  comment_start_string: "[#orgloop"
  comment_end_string: "#]"
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an update did to the person's files, by path within the lab."""

    changed: tuple[str, ...]
    conflicts: tuple[str, ...]
    """Those of them in which both sides' lines stand, between markers."""


def require_copier() -> None:
    """Raise UserError where Copier is not installed."""
    try:
        import copier  # noqa: F401
    except ImportError:
        raise UserError(
            "Updating a fork needs Copier, which is not installed.",
            hint='`pip install "orgloop[update]"` brings it.',
        ) from None


def remember_template(lab: Path, commit: str) -> None:
    """Keep ``commit`` of the lab's repository as what the template was."""
    Command(lab.resolve() / ".git").run("update-ref", TEMPLATE_REF, commit)


def bring(place: Place, new: Path, record: str) -> Brought:
    """Merge what changed between the template as forked and ``new`` into the lab's checkout.

    ``record`` is the file that names the template; it is taken from ``new``. Nothing is committed.
    Raises UserError where the lab has uncommitted changes or the old template is not known, and
    RepoError where git or Copier refuses.
    """
    if place.prefix:
        raise UserError(
            f"{place.lab} is a folder of the repository {place.top}.",
            hint="Only a fork that is a repository of its own can be updated.",
        )
    changed = sorted({*uncommitted(place), *untracked(place)})
    if changed:
        raise UserError(
            f"The lab has changes that are not committed: {', '.join(changed[:3])}.",
            hint="Commit them, so that nothing of yours can be lost in the update.",
        )
    with TemporaryDirectory(prefix="orgloop-update-") as name:
        work = Path(name)
        command = Command(place.git_dir)
        old = _old(place, command, work / "old", record)
        template = _template(work / "template", old, new)
        clone = work / "lab"
        command.run("clone", "--quiet", "--no-tags", str(place.top), str(clone))
        _answers(clone, template)
        _update(clone, work)
        brought = _take_over(clone, place.lab)
        shutil.copyfile(new / record, place.lab / record)
        _remember(place, command, work, new)
    return brought


def _old(place: Place, command: Command, folder: Path, record: str) -> Path:
    """The template's files as the lab was made from them."""
    code, said = command.run_code("rev-parse", "-q", "--verify", TEMPLATE_REF, allowed=(0, 1))
    commit = said.decode().strip()
    if code != 0:  # a clone does not have the ref, but a history that begins with the fork
        history = command.run("log", "--format=%H", "HEAD", "--", record).decode().split()
        if len(history) != 1:
            raise UserError(
                f"{place.lab} no longer has the template that it was last brought level with.",
                hint=f"Fetch it from where you forked: `git fetch WHERE {TEMPLATE_REF}:"
                f"{TEMPLATE_REF}`.",
            )
        commit = history[0]
    folder.mkdir()
    Command(place.git_dir, folder, folder).run(
        f"--git-dir={place.git_dir}", "archive", "--format=tar", f"--output={folder}.tar", commit
    )
    shutil.unpack_archive(f"{folder}.tar", folder, "tar", filter="data")
    return folder


def _template(folder: Path, old: Path, new: Path) -> Path:
    """A repository with the tags v1.0.0, of the old files, and v2.0.0, of the new ones."""
    folder.mkdir()
    (folder / "copier.yml").write_text(_COPIER, encoding="utf-8")
    with Repo.init(folder, initial_branch="main") as repo:
        for tag, files in (("v1.0.0", old), ("v2.0.0", new)):
            shutil.rmtree(folder / "files", ignore_errors=True)
            shutil.copytree(files, folder / "files", ignore=shutil.ignore_patterns(".git"))
            repo.git.add("--all", "--force")
            repo.create_tag(tag, repo.index.commit(tag, author=_WHO, committer=_WHO).hexsha)
    return folder


def _answers(clone: Path, template: Path) -> None:
    """Commit what Copier reads to know the old version; only the clone has it."""
    (clone / _ANSWERS).write_text(f"_src_path: {template}\n_commit: v1.0.0\n", encoding="utf-8")
    with Repo(clone) as repo:
        repo.git.add("--force", _ANSWERS)
        repo.index.commit("what Copier reads", author=_WHO, committer=_WHO)


def _update(clone: Path, work: Path) -> None:
    from copier import run_update
    from copier.errors import CopierError

    try:
        with _cache_in(work / "cache"):
            run_update(clone, vcs_ref="v2.0.0", defaults=True, overwrite=True, quiet=True)
    except (CopierError, GitError) as error:
        raise RepoError(f"Copier could not bring the changes in: {error}") from error


@contextmanager
def _cache_in(folder: Path) -> Iterator[None]:
    """Have Copier keep its copies of templates where they go away with the rest."""
    before = os.environ.get("COPIER_CACHE_DIR")
    os.environ["COPIER_CACHE_DIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["COPIER_CACHE_DIR"]
        else:
            os.environ["COPIER_CACHE_DIR"] = before


def _take_over(clone: Path, lab: Path) -> Brought:
    """Copy what differs from the clone's HEAD into the lab."""
    command = Command(clone / ".git", clone, clone)
    said = command.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    paths = sorted(row[3:] for row in said.decode("utf-8", "surrogateescape").split("\0") if row)
    paths = [path for path in paths if path != _ANSWERS]
    conflicts: list[str] = []
    for path in paths:
        source, target = clone / path, lab / path
        if not source.exists():
            target.unlink(missing_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        if any(line.startswith(_CONFLICT) for line in source.read_bytes().splitlines()):
            conflicts.append(path)
    return Brought(tuple(paths), tuple(conflicts))


def _remember(place: Place, command: Command, work: Path, new: Path) -> None:
    """Keep the new template's files as the next update's old ones."""
    index = Command(place.git_dir, new, new)
    index.git.update_environment(GIT_INDEX_FILE=str(work / "index"))
    index.run("add", "--all", "--force")
    tree = index.run("write-tree").decode().strip()
    named = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", _WHO.name), ("EMAIL", _WHO.email))
        if value is not None
    }
    command.git.update_environment(**named)
    commit = command.run("commit-tree", tree, "-m", "The template").decode().strip()
    command.run("update-ref", TEMPLATE_REF, commit)
