"""A fork stays a fork: what changes in its template can be brought in, and its own edits stay."""

from __future__ import annotations

import builtins
import tomllib
from pathlib import Path

import pytest

from orgloop.org import lab_templates
from orgloop.org.lab_templates import LabTemplate
from orgloop.org.origin import ORIGIN

from .conftest import PROGRAM, TASK, Orgloop, git

NOTES = "".join(f"line {i}\n" for i in range(20))


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundled lab called `sample`, which the tests may change."""
    source = tmp_path / "shipped"
    source.mkdir()
    (source / "task.md").write_text(TASK)
    (source / "train.py").write_text(PROGRAM)
    (source / "notes {{ x }}.txt").write_text(NOTES + "{{ not.jinja }} {% raw %}\n")
    known = {"sample": LabTemplate("sample", source, "")}
    monkeypatch.setattr(lab_templates, "lab_templates", lambda: known)
    return source


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def fork(orgloop: Orgloop, template: Path, tmp_path: Path) -> Path:
    assert orgloop("fork", "sample", "mine").code == 0
    return tmp_path / "mine"


NAME = "notes {{ x }}.txt"


def test_a_fork_records_where_it_came_from(fork: Path) -> None:
    record = tomllib.loads((fork / ORIGIN).read_text())
    assert record["template"] == "sample" and record["version"]
    assert ORIGIN in git(fork, "ls-files")


@pytest.mark.slow
def test_nothing_new_is_said_and_changes_nothing(orgloop: Orgloop, fork: Path) -> None:
    pytest.importorskip("copier")
    said = orgloop("fork", "--update", fork)
    assert (said.code, said.err) == (0, "Nothing is new in sample.\n")
    assert git(fork, "status", "--porcelain") == ""


@pytest.mark.slow
def test_changes_of_both_sides_stand_side_by_side(
    orgloop: Orgloop, fork: Path, template: Path
) -> None:
    pytest.importorskip("copier")
    edit(fork / NAME, "line 2\n", "mine\n")
    (fork / "own.txt").write_text("mine alone\n")
    git(fork, "add", "-A")
    git(fork, "commit", "-qm", "mine")
    edit(template / NAME, "line 17\n", "theirs\n")
    (template / "more.txt").write_text("new\n")
    said = orgloop("fork", "--update", fork)
    assert said.code == 0 and "updated   more.txt" in said.err
    text = (fork / NAME).read_text()
    assert "mine\n" in text and "theirs\n" in text and "{{ not.jinja }} {% raw %}" in text
    assert (fork / "more.txt").read_text() == "new\n"
    assert (fork / "own.txt").read_text() == "mine alone\n"
    assert not (fork / ".copier-answers.yml").exists()

    # The next update starts from there, and brings what is taken away as well.
    git(fork, "add", "-A")
    git(fork, "commit", "-qm", "updated")
    (template / "more.txt").unlink()
    assert orgloop("fork", "--update", fork).code == 0
    assert not (fork / "more.txt").exists()
    assert "mine\n" in (fork / NAME).read_text()


@pytest.mark.slow
def test_a_conflict_is_shown_with_both_versions(
    orgloop: Orgloop, fork: Path, template: Path
) -> None:
    pytest.importorskip("copier")
    edit(fork / NAME, "line 9\n", "mine\n")
    git(fork, "commit", "-qam", "mine")
    edit(template / NAME, "line 9\n", "theirs\n")
    said = orgloop("fork", "--update", fork)
    assert said.code == 1 and f"conflict  {NAME}" in said.err
    text = (fork / NAME).read_text()
    assert "<<<<<<< before updating\nmine\n" in text and "theirs\n>>>>>>> " in text


def test_what_is_not_committed_is_never_at_risk(
    orgloop: Orgloop, fork: Path, template: Path
) -> None:
    pytest.importorskip("copier")
    edit(fork / NAME, "line 9\n", "mine\n")
    edit(template / NAME, "line 9\n", "theirs\n")
    said = orgloop("fork", "--update", fork)
    assert said.code == 2 and "not committed" in said.err
    assert "theirs" not in (fork / NAME).read_text()


@pytest.mark.slow
def test_a_clone_of_a_fork_is_updated_until_the_template_is_lost(
    orgloop: Orgloop, fork: Path, template: Path, tmp_path: Path
) -> None:
    pytest.importorskip("copier")
    edit(template / NAME, "line 9\n", "theirs\n")
    git(tmp_path, "clone", "-q", str(fork), "copy")
    assert orgloop("fork", "--update", "copy").code == 0
    assert "theirs" in (tmp_path / "copy" / NAME).read_text()

    (fork / ORIGIN).write_text((fork / ORIGIN).read_text() + "# touched\n")
    git(fork, "commit", "-qam", "a second version of the record")
    git(tmp_path, "clone", "-q", str(fork), "later")
    said = orgloop("fork", "--update", "later")
    assert said.code == 2 and "git fetch WHERE refs/orgloop/template" in said.err


def test_a_lab_that_is_no_fork_is_told(orgloop: Orgloop, lab: Path) -> None:
    pytest.importorskip("copier")
    said = orgloop("fork", "--update", lab)
    assert said.code == 2 and "which template it is a fork of" in said.err


def test_without_copier_the_extra_is_named(
    orgloop: Orgloop, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def none(name: str, *rest: object, **more: object) -> object:
        if name.partition(".")[0] == "copier":
            raise ImportError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", none)
    said = orgloop("fork", "--update", lab)
    assert said.code == 2 and 'pip install "orgloop[update]"' in said.err


@pytest.mark.slow
def test_a_fork_of_a_repository_is_brought_level_with_it(
    orgloop: Orgloop, lab: Path, tmp_path: Path
) -> None:
    pytest.importorskip("copier")
    assert orgloop("fork", "--from", lab, "theirs", "--trust").code == 0
    fork = tmp_path / "theirs"
    edit(lab / "train.py", "RATE = 0.1 ", "RATE = 0.2 ")
    git(lab, "commit", "-qam", "better")
    said = orgloop("fork", "--update", fork)
    assert said.code == 0 and "updated   train.py" in said.err
    assert "RATE = 0.2 " in (fork / "train.py").read_text()
    record = tomllib.loads((fork / ORIGIN).read_text())
    assert record["version"] == git(lab, "rev-parse", "HEAD").strip()
