"""Organizations by name: a directory, or one that ships with Orgloop."""

from __future__ import annotations

from pathlib import Path

from orgloop.charter import parse_charter
from orgloop.errors import UserError
from orgloop.org.bundled import bundled_root
from orgloop.problems import Problems, did_you_mean

DEFAULT = "classic"


def org_root(name: str) -> Path:
    """The directory that holds ``org/charter.md`` of the organization called ``name``.

    A path wins over a name. Raises :class:`~orgloop.errors.UserError` where there is none.
    """
    path = Path(name).expanduser()
    if (path / "org" / "charter.md").is_file():
        return path
    known = org_templates()
    if name in known:
        return known[name]
    what = "holds no org/charter.md" if path.is_dir() else "is no organization"
    raise UserError(f"`{name}` {what}.", hint=did_you_mean(name, known))


def org_templates() -> dict[str, Path]:
    """The bundled organizations, by name, the default one first."""
    found = {DEFAULT: bundled_root()}
    examples = bundled_root() / "examples" / "orgs"
    if examples.is_dir():
        for directory in sorted(examples.iterdir()):
            if (directory / "org" / "charter.md").is_file():
                found[directory.name] = directory
    return found


def org_summary(root: Path) -> str:
    """What the organization in ``root`` is, by the `description` of its charter; else empty."""
    path = root / "org" / "charter.md"
    charter = parse_charter(path.read_bytes(), path.name, Problems())
    return charter.description if charter is not None else ""
