"""constraints.txt pins everything that the project needs, and says nothing of where it is from."""

from __future__ import annotations

import re
import tomllib

from .conftest import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


UNPINNED = {"torch"}
"""Which build of it fits is the machine's to say, and only one example needs it."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    text = (ROOT / "constraints.txt").read_text()
    return {normal(name): version for name, version in PINNED.findall(text)}


def required() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    listed = [
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *project["build-system"]["requires"],
    ]
    names = {normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in listed}
    return names - {"orgloop"} - UNPINNED


def test_every_dependency_of_the_project_is_pinned() -> None:
    assert required() - set(pins()) == set()


def test_every_pin_has_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / "constraints.txt").read_text().strip())
    bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert [entry for entry in bare if not entry.startswith("#")] == []


def test_no_address_is_in_it() -> None:
    options = re.compile(r"://|^\s*-(?!-hash=sha256:)| @ ", re.MULTILINE)
    assert options.findall((ROOT / "constraints.txt").read_text()) == []
