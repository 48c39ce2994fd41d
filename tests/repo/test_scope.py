from __future__ import annotations

import os

import pytest

from orgloop.repo import Change, LabRepo, out_of_scope

EDITABLE = ("train.py", "model/**", "*.md")


def refusals(repo, commit, editable=EDITABLE):
    base = repo.head()
    return {
        refusal.path: refusal.why
        for refusal in out_of_scope(
            repo.changes(base, commit), editable, existing=repo.entries(base)
        )
    }


def by_git(lab, git, *commands):
    """Commit what a coding agent could commit with git itself; returns the commit."""
    head = git(lab, "rev-parse", "HEAD").strip()
    for command in commands:
        command()
    git(lab, "add", "-A")
    git(lab, "commit", "-q", "-m", "agent")
    commit = git(lab, "rev-parse", "HEAD").strip()
    git(lab, "reset", "-q", "--hard", head)
    return commit


def test_editing_adding_and_deleting_editable_files_is_in_scope(repo, experiment):
    commit = experiment({"train.py": b"1", "model/new.py": b"2", "model/net.py": None})
    assert [(c.path, c.kind) for c in repo.changes(repo.head(), commit)] == [
        ("model/net.py", "deleted"),
        ("model/new.py", "added"),
        ("train.py", "modified"),
    ]
    assert refusals(repo, commit) == {}


def test_a_file_outside_is_refused_whether_changed_added_or_deleted(repo, experiment):
    commit = experiment({"evaluate.py": b"cheat", "numpy.py": b"shadow", "model/net.py": None})
    assert refusals(repo, commit, ("train.py",)) == {
        "evaluate.py": "is not one of the editable files",
        "model/net.py": "is not one of the editable files",
        "numpy.py": "is not one of the editable files",
    }


def test_a_change_of_mode_is_refused(repo, lab, git):
    commit = by_git(lab, git, lambda: (lab / "train.py").chmod(0o755))
    assert [c.kind for c in repo.changes(repo.head(), commit)] == ["mode"]
    assert refusals(repo, commit) == {"train.py": "has its file mode changed"}


def test_a_new_executable_is_refused(repo, lab, git):
    def make():
        (lab / "model" / "run").write_text("x")
        (lab / "model" / "run").chmod(0o755)

    assert "executable bit" in refusals(repo, by_git(lab, git, make))["model/run"]


def test_a_symlink_is_refused_also_in_place_of_an_editable_file(repo, lab, git):
    def make():
        (lab / "train.py").unlink()
        (lab / "train.py").symlink_to("evaluate.py")
        (lab / "model" / "link").symlink_to("/etc")

    commit = by_git(lab, git, make)
    assert refusals(repo, commit) == {"model/link": "is a symlink", "train.py": "is a symlink"}


def test_a_submodule_is_refused(repo, lab, git, make_lab):
    make_lab(at="lab/model/inner")
    commit = by_git(lab, git)
    assert refusals(repo, commit) == {"model/inner": "is a submodule"}


def test_a_rename_out_of_the_editable_files_is_refused_on_its_outer_side(repo, lab, git):
    commit = by_git(lab, git, lambda: (lab / "train.py").rename(lab / "other.py"))
    assert list(refusals(repo, commit)) == ["other.py"]
    commit = by_git(lab, git, lambda: (lab / "evaluate.py").rename(lab / "model" / "e.py"))
    assert list(refusals(repo, commit)) == ["evaluate.py"]


def test_a_rename_between_editable_files_is_in_scope(repo, lab, git):
    commit = by_git(lab, git, lambda: (lab / "model/net.py").rename(lab / "model/nets.py"))
    assert refusals(repo, commit) == {}


@pytest.mark.parametrize(
    "name", [".gitattributes", "model/.gitattributes", ".gitmodules", "model/.gitignore"]
)
def test_files_that_steer_git_are_refused_even_where_editable(repo, lab, git, name):
    commit = by_git(lab, git, lambda: (lab / name).write_text("* filter=x\n"))
    assert refusals(repo, commit, ("**",)) == {name: "is a file that steers git or Orgloop"}


def test_names_that_differ_by_case_or_composition_alone_are_refused(repo, lab, git):
    def make():
        (lab / "model" / "Net.py").write_text("1")
        (lab / "model" / "caf\u00e9.py").write_text("1")
        (lab / "model" / "cafe\u0301.py").write_text("2")

    found = refusals(repo, by_git(lab, git, make))
    assert set(found) == {"model/Net.py", "model/caf\u00e9.py"}
    assert "differs from `model/net.py`" in found["model/Net.py"]


def test_a_change_of_case_alone_is_in_scope_as_a_rename(repo, lab, git):
    commit = by_git(lab, git, lambda: (lab / "model/net.py").rename(lab / "model/Net.py"))
    assert refusals(repo, commit) == {}


@pytest.mark.parametrize(
    ("name", "word"),
    [("json.py", "standard module"), ("sitecustomize.py", "standard module"),
     ("json/__init__.py", "standard module"), ("a/__pycache__/b.pyc", "loads by itself"),
     ("x.pth", "loads by itself"), ("_speed.so", "loads by itself")],
)  # fmt: skip
def test_new_files_that_change_what_frozen_code_imports_are_refused(repo, experiment, name, word):
    commit = experiment({name: b"x"})
    assert word in refusals(repo, commit, ("**/*",))[name]
    assert refusals(repo, commit, (name,)) == {}


def test_ordinary_new_modules_in_wide_globs_are_in_scope(repo, experiment):
    assert refusals(repo, experiment({"layers.py": b"", "lib/blocks.py": b""}), ("**/*.py",)) == {}


def test_what_lies_outside_the_lab_is_refused_and_named_from_the_lab(make_lab, git):
    top = make_lab({"README": "top", "labs/toy/train.py": "x\n", "labs/two/train.py": "y\n"})
    repo = LabRepo.open(top / "labs" / "toy")
    base = repo.head()
    (top / "README").write_text("changed")
    (top / "labs" / "two" / "train.py").write_text("changed")
    git(top, "commit", "-q", "-am", "x")
    found = out_of_scope(repo.changes(base, repo.head()), ["**"])
    assert {refusal.path for refusal in found} == {"../../README", "../two/train.py"}
    assert {refusal.why for refusal in found} == {"is outside the lab"}


@pytest.mark.skipif(os.sep == "\\", reason="such names need a POSIX disk")
def test_strange_names_are_refused(repo, lab, git):
    def make():
        (lab / "model" / "a\nb").write_text("x")
        (lab / "model" / "c\\d").write_text("x")

    assert len(refusals(repo, by_git(lab, git, make))) == 2


def test_a_refusal_reads_as_a_sentence():
    change = Change("evaluate.py", "modified", 0o100644, 0o100644)
    (refusal,) = out_of_scope([change], ["train.py"])
    assert str(refusal) == "`evaluate.py` is not one of the editable files"
