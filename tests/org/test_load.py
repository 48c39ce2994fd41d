from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from orgloop.errors import NotALab, UserError
from orgloop.org import Lab, bundled_root, load_lab, load_org, read_org_files
from orgloop.org.files import bundled_files
from orgloop.problems import Problem, Problems

GOOD = Path(__file__).parents[1] / "bad_inputs" / "good"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GOOD, tmp_path / "lab"))


def loaded(root: Path) -> Lab:
    lab, problems = load_lab(root)
    assert lab is not None, list(map(str, problems))
    return lab


def only(root: Path) -> Problem:
    _, problems = load_lab(root)
    (problem,) = problems
    return problem


def write_role(root: Path, name: str, more: str = "") -> None:
    text = f"---\nname: {name}\ndescription: Thinks.\ntools: Read\n{more}---\nThink.\n"
    (root / "roles" / f"{name}.md").write_text(text)


def test_a_lab_holds_its_task_its_charter_its_roles_and_every_file_of_the_generation(
    root: Path,
) -> None:
    lab = loaded(root)

    assert lab.task.name == "tiny"
    assert list(lab.org.employed()) == ["pi", "experimenter", "reviewer", "critic"]
    assert lab.org.files["org/charter.md"] == (root / "org/charter.md").read_bytes()
    again, problems = load_org(lab.org.files, lab.task)
    assert again == lab.org
    assert len(problems) == 0


def test_a_directory_without_a_task_is_no_lab(tmp_path: Path) -> None:
    with pytest.raises(NotALab) as caught:
        load_lab(tmp_path)

    assert "orgloop fork" in caught.value.hint
    with pytest.raises(NotALab):
        load_lab(tmp_path / "missing")


def test_a_lab_without_an_organization_works_under_the_bundled_one(root: Path) -> None:
    shutil.rmtree(root / "org")
    shutil.rmtree(root / "roles")

    assert loaded(root).org.files == bundled_files()


def test_a_role_in_the_lab_replaces_the_bundled_one(root: Path) -> None:
    shutil.rmtree(root / "org")
    shutil.rmtree(root / "roles")
    (root / "roles").mkdir()
    write_role(root, "pi")

    assert loaded(root).org.roles["pi"].description == "Thinks."


def test_a_chart_of_the_lab_s_own_may_name_a_bundled_role(root: Path) -> None:
    (root / "roles/pi.md").unlink()
    org = loaded(root).org

    assert org.files["roles/pi.md"] == bundled_files()["roles/pi.md"]
    assert org.files.keys() - {"roles/pi.md"} == {
        str(path.relative_to(root)) for path in root.glob("*/*.md")
    }


def test_a_role_that_is_dropped_in_and_wired_takes_part(root: Path) -> None:
    write_role(root, "theorist")
    chart = root / "org/charter.md"
    chart.write_text(chart.read_text().replace("pi --> exp", "pi --> theorist --> exp"))

    assert "theorist" in loaded(root).org.employed()


def test_a_role_nobody_employs_is_a_warning_and_stops_nothing(root: Path) -> None:
    write_role(root, "theorist")

    assert only(root).severity == "warning"
    assert only(root).path == "roles/theorist.md"
    assert "theorist" not in loaded(root).org.employed()


def test_a_role_on_a_cadence_needs_no_place_in_the_chart(root: Path) -> None:
    write_role(root, "librarian", "org: {every: 5 experiments}\n")

    assert list(loaded(root).org.cadence()) == ["librarian"]


def test_a_role_named_like_a_station_is_refused(root: Path) -> None:
    write_role(root, "bench")

    assert "station" in only(root).message


def test_an_organization_in_which_nobody_edits_before_the_bench_is_warned_about(root: Path) -> None:
    role = root / "roles/experimenter.md"
    role.write_text(role.read_text().replace("Read, Edit", "Read"))

    assert only(root).severity == "warning"
    assert "No role on the way to the bench may edit" in only(root).message


def test_problems_come_by_file_and_line(root: Path) -> None:
    for path in ("roles/pi.md", "task.md", "org/charter.md"):
        file = root / path
        file.write_text(file.read_text().replace("name:", "nmae:", 1))
    _, problems = load_lab(root)

    order = list(dict.fromkeys(problem.path for problem in problems))
    assert order == ["task.md", "org/charter.md", "roles/pi.md"]


def test_another_organization_can_be_named_by_its_directory(root: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(GOOD, tmp_path / "other"))
    chart = other / "org/charter.md"
    chart.write_text(chart.read_text().replace("name: classic", "name: other"))

    lab, _ = load_lab(root, org=str(other))

    assert lab is not None
    assert lab.org.charter.name == "other"


def test_an_organization_that_does_not_exist_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_lab(root, org="clasic")

    assert caught.value.hint == "Did you mean `classic`?"


def test_files_that_are_not_read_are_told(root: Path) -> None:
    (root / "roles/notes.txt").write_text("x")
    (root / "roles/old").mkdir()
    (root / "roles/.pi.md.swp").write_text("x")
    (root / "roles/pi.md~").write_text("x")
    _, problems = load_lab(root)

    assert [(problem.path, problem.severity) for problem in problems] == [
        ("roles/notes.txt", "warning"),
        ("roles/old", "warning"),
    ]


def test_a_directory_where_a_role_belongs_is_a_problem(root: Path) -> None:
    (root / "roles/odd.md").mkdir()

    assert only(root).message == "This is a directory, where a file belongs."


@pytest.mark.parametrize("name", ["org", "roles"])
def test_a_file_where_a_directory_belongs_is_a_problem(root: Path, name: str) -> None:
    shutil.rmtree(root / name)
    (root / name).write_text("x")
    lab, problems = load_lab(root)

    assert lab is None
    assert any(problem.path == name for problem in problems)


def test_an_org_directory_without_a_charter_is_a_problem(root: Path) -> None:
    (root / "org/charter.md").unlink()

    assert "no `org/charter.md`" in only(root).message


def test_a_link_out_of_the_lab_is_refused_and_one_within_is_followed(
    root: Path, tmp_path: Path
) -> None:
    (root / "shared.md").write_bytes((root / "roles/pi.md").read_bytes())
    (root / "roles/pi.md").unlink()
    (root / "roles/pi.md").symlink_to("../shared.md")
    assert loaded(root).org.roles["pi"].name == "pi"

    (tmp_path / "outside.md").write_text("secret")
    (root / "roles/pi.md").unlink()
    (root / "roles/pi.md").symlink_to(tmp_path / "outside.md")
    _, problems = load_lab(root)
    assert ["leads out of the lab" in problem.message for problem in problems] == [True]


def test_a_whole_directory_that_is_a_link_out_of_the_lab_is_refused(
    root: Path, tmp_path: Path
) -> None:
    shutil.move(root / "roles", tmp_path / "roles")
    (root / "roles").symlink_to(tmp_path / "roles")
    _, problems = load_lab(root)

    assert any("leads out of the lab" in problem.message for problem in problems)


def test_a_broken_link_a_circle_and_a_pipe_are_refused_without_waiting(root: Path) -> None:
    (root / "roles/a.md").symlink_to("nowhere.md")
    (root / "roles/b.md").symlink_to("b.md")
    os.mkfifo(root / "roles/c.md")
    _, problems = load_lab(root)

    assert [problem.path for problem in problems] == ["roles/a.md", "roles/b.md", "roles/c.md"]
    assert problems.blocking


def test_a_task_that_is_a_link_out_of_the_lab_is_refused(root: Path, tmp_path: Path) -> None:
    shutil.move(root / "task.md", tmp_path / "task.md")
    (root / "task.md").symlink_to(tmp_path / "task.md")

    assert "leads out of the lab" in only(root).message


def test_a_name_that_is_not_utf8_is_a_problem(root: Path) -> None:
    path = os.fsencode(root / "roles") + b"/\xff.md"
    Path(os.fsdecode(path)).write_text("x")
    _, problems = load_lab(root)

    assert any("not UTF-8" in problem.message for problem in problems)


def test_the_bundled_organization_checks_clean() -> None:
    problems = Problems()
    files = read_org_files(bundled_root(), problems)

    org, found = load_org(files, None)

    assert [*map(str, problems), *map(str, found)] == []
    assert org is not None
    assert any(role.may_edit for role in org.employed().values())
