"""The organizations that are compared: files by path, under the name that a person gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orgloop.charter import parse_charter
from orgloop.errors import UserError
from orgloop.org import load_org, org_root, org_templates, read_org_files
from orgloop.org.files import CHARTER, filled_in, own_files
from orgloop.problems import Problems, did_you_mean
from orgloop.task import Task

BASELINE = "solo"
"""The organization that every other has to beat: one researcher, and nobody to hand over to."""
OWN = "."
"""The lab's own organization, whatever its charter calls it."""


@dataclass(frozen=True, slots=True)
class Contender:
    """An organization under test."""

    name: str
    files: Mapping[str, bytes]
    """``org/...`` and ``roles/...``, complete: nothing is filled in later."""

    @property
    def digest(self) -> str:
        """What the files say, in 16 digits: equal ones are the same organization."""
        whole = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            whole.update(f"{path} {len(content)}\n".encode() + content)
        return whole.hexdigest()[:16]

    def write(self, directory: Path) -> Path:
        """Write the files out where they are not there already; returns ``directory``."""
        for path, content in self.files.items():
            target = directory / path
            if not (target.is_file() and target.read_bytes() == content):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        return directory

    def check(self, task: Task) -> None:
        """Raise ProblemsFound where it does not check against ``task``."""
        load_org(self.files, task)[1].raise_errors()


def contender(name: str, lab: Path) -> Contender:
    """The organization called ``name``: the lab's own, a directory, or a template.

    The lab's own is ``.``, or what its charter says. Raises UserError where there is none.
    """
    own = own_organization(lab)
    if own is not None and name in (OWN, own.name):
        return own
    if name == OWN:
        name = next(iter(org_templates()))  # a lab without an organization works under that one
    try:
        root = org_root(name)
    except UserError as error:
        known = [*org_templates(), *([own.name] if own else [])]
        raise UserError(error.message, hint=did_you_mean(name, known)) from None
    problems = Problems()
    files = filled_in(own_files(root, problems))
    problems.raise_errors()
    return Contender(_called(files) if "/" in name else name, files)


def own_organization(lab: Path) -> Contender | None:
    """The organization that lies in ``lab``, by its charter's name; None where there is none."""
    if not (lab / CHARTER).is_file():
        return None
    problems = Problems()
    files = read_org_files(lab, problems)
    problems.raise_errors()
    return Contender(_called(files), files)


def contenders(names: Iterable[str], lab: Path) -> tuple[Contender, ...]:
    """Those that are named, and the baseline, each once; of two equal names the later is numbered.

    Without names it is the lab's own organization. Raises UserError as :func:`contender` does.
    """
    found = apart(contender(name, lab) for name in [*names] or [OWN])
    baseline = contender(BASELINE, lab)
    if BASELINE in {one.name for one in found}:
        baseline = Contender(f"{BASELINE}-template", baseline.files)
    return apart((*found, baseline))


def apart(orgs: Iterable[Contender]) -> tuple[Contender, ...]:
    """Each organization once, under a name of its own: of two equal names the later is numbered."""
    found: dict[str, Contender] = {}
    for one in orgs:
        if one.digest in {other.digest for other in found.values()}:
            continue
        free, number = one.name, 2
        while free in found:
            free, number = f"{one.name}-{number}", number + 1
        found[free] = Contender(free, one.files)
    return tuple(found.values())


def _called(files: Mapping[str, bytes]) -> str:
    charter = parse_charter(files[CHARTER], CHARTER, Problems())
    return charter.name if charter is not None else OWN
