"""The labs that ship with Orgloop, and a copy of one that depends on nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orgloop.errors import UserError
from orgloop.markdown import parse
from orgloop.org.bundled import bundled_root
from orgloop.org.files import bundled_files, filled_in, own_files
from orgloop.org.templates import org_root, org_templates
from orgloop.problems import Problems, did_you_mean

BASE = "bytes-lm"
"""The lab that an organization is put on where it is forked alone."""
PARTS = ("org", "roles")
IGNORED = "# what running the lab leaves behind\n.orgloop/\n__pycache__/\n*.pyc\n"
_LEFT_OUT = frozenset({"__pycache__", ".orgloop", ".git"})
"""What trying a template out in place leaves in it."""


@dataclass(frozen=True, slots=True)
class LabTemplate:
    """A lab to start from."""

    name: str
    path: Path
    summary: str
    """The first sentence of its brief."""


def lab_templates() -> dict[str, LabTemplate]:
    """The bundled labs by name."""
    found: dict[str, LabTemplate] = {}
    for task in sorted((bundled_root() / "examples" / "labs").glob("*/task.md")):
        name = task.parent.name
        found[name] = LabTemplate(name, task.parent, _summary(task))
    return found


def write_out(name: str, directory: Path, *, org: str | None = None) -> LabTemplate:
    """Write the template ``name`` into ``directory``, its organization included; returns the lab.

    ``org`` names another organization for it: a bundled one, or a directory. Where ``name`` is
    itself an organization, it is put on :data:`BASE`. Raises UserError for a name that is none, for
    a directory that holds anything, and for one that cannot be written.
    """
    known, organizations = lab_templates(), org_templates()
    if name not in known and name in organizations and org is None:
        name, org = BASE, name
    template = known.get(name)
    if template is None:
        raise UserError(
            f"There is no template `{name}`."
            if name not in organizations
            else f"`{name}` is an organization, and `--org` names another.",
            hint=did_you_mean(name, [*known, *organizations])
            if name not in organizations
            else f"`orgloop fork {BASE} DIR --org ...` puts one on a lab.",
        )
    files = None if org is None else _organization(org)
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UserError(f"{directory} exists and is not empty.", hint="Name a new directory.")
        directory.mkdir(parents=True, exist_ok=True)
        for source in _files(template.path):
            path = source.relative_to(template.path)
            if files is None or path.parts[0] not in PARTS:
                _copy(source, directory / path)
        for relative, content in (bundled_files() if files is None else files).items():
            target = directory / relative
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        ignore = directory / ".gitignore"
        if not ignore.exists():
            ignore.write_text(IGNORED, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{directory} cannot be written: {error.strerror or error}.",
            hint="Name a directory in a place of your own.",
        ) from error
    return template


def _organization(org: str) -> dict[str, bytes]:
    """The organization's files by path, with the bundled roles that its chart names."""
    problems = Problems()
    files = filled_in(own_files(org_root(org), problems))
    if problems.blocking:
        first = next(iter(problems))
        raise UserError(
            f"The organization `{org}` cannot be read: {first.message}", hint=first.hint
        )
    return files


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name in _LEFT_OUT or entry.suffix == ".pyc":
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def _copy(source: Path, target: Path) -> None:
    """The content, and whether it is a program: an installation's own modes may be read-only."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if source.stat().st_mode & 0o100:
        target.chmod(target.stat().st_mode | 0o111)


def _summary(task: Path) -> str:
    document = parse(task.read_bytes(), task.name, Problems())
    lines = document.body.splitlines() if document else []
    paragraph: list[str] = []
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            paragraph.append(text)
        elif paragraph:
            break
    sentence, stop, _ = " ".join(paragraph).partition(". ")
    return sentence + stop.strip()
