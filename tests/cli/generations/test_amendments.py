"""`orgloop org amendments`, and what `org log` and `org back` make of amendments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orgloop.ledger import Ledger
from orgloop.org.files import bundled_files

from ..conftest import Orgloop, lab, orgloop  # noqa: TID252 - the command line's fixtures

__all__ = ["lab", "orgloop"]


@pytest.fixture
def amended(lab: Path, orgloop: Orgloop) -> Path:
    """A lab whose bundled meta-role was called once and amended, with the trial going on."""
    text = bundled_files()["roles/meta.md"].decode()
    lines = text.splitlines(keepends=True)
    role = "".join("  every: 2 experiments\n" if "# every:" in line else line for line in lines)
    (lab / "roles").mkdir()
    (lab / "roles" / "meta.md").write_text(role, "utf-8")
    assert orgloop("run", lab, "--experiments", "4", "--json").code == 0
    return lab


def test_without_any_it_says_where_they_come_from(lab: Path, orgloop: Orgloop) -> None:
    assert "has not run yet" in orgloop("org", "amendments", lab).err
    assert orgloop("run", lab, "--experiments", "1", "--json").code == 0
    assert "docs/amendments.md" in orgloop("org", "amendments", lab).out
    assert json.loads(orgloop("org", "amendments", lab, "--json").out) == []


def test_each_is_told_with_its_state_its_files_and_its_generation(
    amended: Path, orgloop: Orgloop
) -> None:
    (first, *_) = json.loads(orgloop("org", "amendments", amended, "--json").out)
    assert (first["amendment"], first["role"], first["against"]) == ("a1", "meta", 1)
    assert first["state"] == "probation"
    said = orgloop("org", "amendments", amended).out.splitlines()
    assert said[0] == f"a1  meta: {first['title']}"
    assert said[1].startswith(f"    on probation, generation 2, {first['files'][0]}")
    assert "a1: on probation" in orgloop("org", "log", amended).out


def test_back_ends_a_trial(amended: Path, orgloop: Orgloop) -> None:
    said = orgloop("org", "back", "1", "--lab", amended)
    assert said.code == 0 and "The organization is that of generation 1" in said.out
    assert orgloop("run", amended, "--experiments", "5", "--json").code == 0
    (first, *_) = json.loads(orgloop("org", "amendments", amended, "--json").out)
    assert (first["state"], first["why"]) == ("withdrawn", "A person went back to what stands.")


def test_a_generation_on_trial_stands_once_a_person_brings_it(
    amended: Path, orgloop: Orgloop
) -> None:
    assert orgloop("org", "back", "2", "--lab", amended).code == 0
    assert orgloop("run", amended, "--experiments", "5", "--json").code == 0
    (first, *_) = json.loads(orgloop("org", "amendments", amended, "--json").out)
    assert first["state"] == "withdrawn"
    with Ledger.read_only(amended / ".orgloop" / "lab.db") as ledger:
        standing = ledger.generations.standing("r1")
    assert standing is not None and standing.number == 2
