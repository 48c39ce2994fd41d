"""The organization that is to be amended, as it lies among a request's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from orgloop.engines.protocol import Request
from orgloop.errors import EngineError
from orgloop.org import Org, load_org
from orgloop.org.files import CHARTER


@dataclass(frozen=True, slots=True)
class Subject:
    """An organization and where it is."""

    org: Org
    prefix: str
    """What its paths begin with among the request's files: empty for a role that amends its own
    organization, ``candidate/`` where an organization is what is being trained."""

    def placed(self, edits: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
        """Edits of the organization's files as edits of the request's."""
        return {f"{self.prefix}{path}": content for path, content in edits.items()}


def subject_of(request: Request) -> Subject:
    """The organization that ``request`` may change; raises EngineError where there is none."""
    prefix = "" if request.organization is not None else _prefix(request)
    files = {
        path.removeprefix(prefix): request.files.read(path)
        for path in request.files.paths()
        if path.startswith((f"{prefix}org/", f"{prefix}roles/"))
    }
    org, problems = load_org(files, None)
    if org is None:
        first = next((str(one) for one in problems if one.severity == "error"), "no charter")
        raise EngineError(f"The organization to amend does not check: {first}")
    return Subject(org, prefix)


def _prefix(request: Request) -> str:
    for path in request.files.paths():
        if f"/{path}".endswith(f"/{CHARTER}") and any(
            fnmatchcase(path, glob) for glob in request.task.editable
        ):
            return path.removesuffix(CHARTER)
    raise EngineError(
        "There is no organization among the files that may be edited.",
        hint="This engine amends Markdown: `org/charter.md` and `roles/*.md`.",
    )
