"""All roles of a lab as the files of a coding agent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from orgloop.errors import RepoError, UserError
from orgloop.interchange.formats import FORMATS
from orgloop.interchange.standing import standing_brief
from orgloop.org import Lab

Target = Literal["claude-code", "opencode", "codex"]
TARGETS: tuple[str, ...] = get_args(Target)


def exported(lab: Lab, target: str) -> dict[str, str]:
    """The files by path, one for each role that the organization employs.

    Raises UserError for a target that is none, EngineError for a brief that cannot be rendered.
    """
    form = FORMATS.get(target)
    if form is None:
        listed = ", ".join(f"`{name}`" for name in FORMATS)
        raise UserError(f"`{target}` is no target.", hint=f"There are {listed}.")
    return {
        f"{form.folder}/{name}{form.suffix}": form.write(role, standing_brief(lab, role))
        for name, role in sorted(lab.org.employed().items())
    }


def write_exported(files: Mapping[str, str], directory: Path, *, force: bool = False) -> None:
    """Write the files below ``directory``.

    One that is there with other content is somebody's own: raises UserError before anything is
    written, unless ``force``. Raises RepoError where the disk refuses.
    """
    try:
        for name, text in files.items():
            path = directory / name
            if not force and path.exists() and path.read_bytes() != text.encode():
                raise UserError(
                    f"{path} is there already and says something else.",
                    hint="Name another directory, or write over it with `--force`.",
                )
        for name, text in files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise RepoError(
            f"{directory} cannot be written: {error.strerror or error}.",
            hint="Name a directory in a place of your own.",
        ) from error
