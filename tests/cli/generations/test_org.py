"""`orgloop org`: what generations there are, what they changed, and back to one of them."""

import json
from pathlib import Path

import pytest

from ..conftest import Orgloop, git, lab, orgloop  # noqa: TID252 - the command line's fixtures

__all__ = ["lab", "orgloop"]

ROLE = "roles/critic.md"


@pytest.fixture
def two(lab: Path, orgloop: Orgloop) -> Path:
    """A lab whose critic was edited between two experiments."""
    assert orgloop("run", lab, "--experiments", "1", "--json").code == 0
    made = orgloop("org", "back", "1", "--lab", lab)
    assert "already" in made.out, "what is bundled is not written out"
    critic = lab / ROLE
    critic.parent.mkdir()
    critic.write_text(
        "---\nname: critic\ndescription: Is stern.\ntools: Read\n---\nBe stern.\n", "utf-8"
    )
    assert orgloop("run", lab, "--experiments", "2", "--json").code == 0
    return lab


def test_the_log_tells_who_changed_what_and_what_came_of_it(two: Path, orgloop: Orgloop) -> None:
    first, second = json.loads(orgloop("org", "log", two, "--json").out)
    assert (first["number"], first["changed"], first["experiments"]) == (1, [], 1)
    assert (second["number"], second["changed"], second["experiments"]) == (2, [ROLE], 1)
    counted = (second["kept"], second["discarded"], second["crashed"])
    assert sum(counted) == 1
    said = orgloop("org", "log", two).out.splitlines()
    assert ROLE in said[2]
    assert said[3].startswith("   1 experiment, ")


def test_the_difference_is_a_diff_of_the_role_file(two: Path, orgloop: Orgloop) -> None:
    said = orgloop("org", "diff", "--lab", two)
    assert said.out.startswith(f"--- g1/{ROLE}\n+++ g2/{ROLE}\n")
    assert "+Be stern.\n" in said.out
    backwards = orgloop("org", "diff", "2", "1", "--lab", two).out
    assert "-Be stern.\n" in backwards
    assert "found it" in orgloop("org", "diff", "1", "--lab", two).err
    assert "the same" in orgloop("org", "diff", "2", "2", "--lab", two).err


@pytest.mark.slow
def test_the_report_sets_generations_side_by_side_with_their_lines(
    two: Path, orgloop: Orgloop
) -> None:
    page = orgloop("report", two).out
    assert f"### 2 after 1: {ROLE}" in page
    assert "more lines: `orgloop org diff 1 2`" in page
    data = json.loads(orgloop("report", two, "--json").out)
    assert [one["number"] for one in data["attribution"]["generations"]] == [1, 2]
    (change,) = data["changes"]
    assert [file["path"] for file in change["files"]] == [ROLE]
    assert "+Be stern." in change["files"][0]["lines"]
    assert data["organization"]["assigned"] == 2


def test_back_writes_an_earlier_one_and_the_run_goes_on_with_it(
    two: Path, orgloop: Orgloop
) -> None:
    said = orgloop("org", "back", "1", "--lab", two)
    assert said.code == 0
    assert said.out == (
        "The organization is that of generation 1: wrote roles/critic.md; "
        "`orgloop run` goes on with it.\n"
    )
    assert "stern" not in (two / ROLE).read_text()
    assert orgloop("run", two, "--experiments", "3", "--json").code == 0
    third = json.loads(orgloop("org", "log", two, "--json").out)[-1]
    assert (third["number"], third["changed"]) == (3, [ROLE])
    same = orgloop("org", "diff", "1", "3", "--lab", two)
    assert (same.out, same.code) == ("", 0)


@pytest.mark.slow
def test_what_is_on_no_record_is_not_overwritten(two: Path, orgloop: Orgloop) -> None:
    mine = (two / ROLE).read_text() + "And fair.\n"
    (two / ROLE).write_text(mine)
    said = orgloop("org", "take", "--lab", two)
    assert said.code == 2
    assert "in no commit and no generation" in said.err
    assert (two / ROLE).read_text() == mine
    git(two, "add", "-A")
    git(two, "commit", "-qm", "mine")
    assert orgloop("org", "take", "--lab", two).code == 0
    assert "fair" not in (two / ROLE).read_text()


@pytest.mark.slow
def test_a_file_that_the_generation_has_not_is_removed(two: Path, orgloop: Orgloop) -> None:
    (two / "roles" / "extra.md").write_text("---\nname: extra\ndescription: No.\n---\nNo.\n")
    git(two, "add", "-A")
    git(two, "commit", "-qm", "extra")
    said = orgloop("org", "take", "--lab", two)
    assert "removed roles/extra.md" in said.out
    assert not (two / "roles" / "extra.md").exists()


@pytest.mark.slow
def test_a_broken_organization_can_be_left_behind(two: Path, orgloop: Orgloop) -> None:
    (two / ROLE).write_text("---\nname: [\n---\n")
    git(two, "add", "-A")
    git(two, "commit", "-qm", "broken")
    assert orgloop("org", "take", "--lab", two).code == 0
    assert orgloop("check", two).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("named", ["7", "gx", "-"])
def test_a_generation_that_is_not_there_is_told(two: Path, orgloop: Orgloop, named: str) -> None:
    said = orgloop("org", "back", named, "--lab", two)
    assert said.code == 2
    assert f"no generation `{named}`" in said.err
    assert "There are 1 to 2" in said.err


def test_before_the_first_run_there_is_none(lab: Path, orgloop: Orgloop) -> None:
    assert json.loads(orgloop("org", "log", lab, "--json").out) == []
    assert "has not run yet" in orgloop("org", "diff", "--lab", lab).err
    assert orgloop("org", "take", "--lab", lab).code == 2


def test_the_list_of_its_commands_is_not_cut_short(orgloop: Orgloop) -> None:
    listed = orgloop("org", "--help").out.partition("Commands:")[2]
    assert "..." not in listed
    assert orgloop("org", "diff", "-h").code == 0
