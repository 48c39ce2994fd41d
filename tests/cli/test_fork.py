"""A template becomes a lab that depends on nothing."""

from __future__ import annotations

import json
import re
import stat
import sys
from pathlib import Path

import pytest

from orgloop.org import lab_templates
from orgloop.org.lab_templates import LabTemplate, write_out

from .conftest import Orgloop, git


def test_the_templates_are_listed_with_what_they_are(orgloop: Orgloop) -> None:
    said = orgloop("templates")
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^bytes-lm +The model in `train\.py`", said.out, re.MULTILINE)
    assert "\nsolo " in said.out and "\nclassic " in said.out
    listed = json.loads(orgloop("templates", "--json").out)
    assert {"name", "kind", "summary"} == set(listed[0])
    kinds = {one["name"]: one["kind"] for one in listed}
    assert (kinds["bytes-lm"], kinds["classic"]) == ("lab", "organization")
    assert all(one["summary"] for one in listed)


def test_a_fork_is_a_committed_lab_with_its_organization(orgloop: Orgloop, tmp_path: Path) -> None:
    said = orgloop("fork", "bytes-lm", "mine")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("bytes-lm is now yours, in mine.\n  orgloop run mine ")
    lab = tmp_path / "mine"
    assert git(lab, "status", "--porcelain") == ""
    tracked = set(git(lab, "ls-files").split())
    assert {"task.md", "train.py", "org/charter.md", "roles/pi.md", ".gitignore"} <= tracked
    assert not any("__pycache__" in path or path.startswith(".orgloop") for path in tracked)
    checked = orgloop("check", lab)
    assert checked.code == 0


def test_an_organization_alone_is_put_on_bytes_lm(orgloop: Orgloop, tmp_path: Path) -> None:
    said = orgloop("fork", "solo", "mine")
    assert said.err.startswith("bytes-lm under solo is now yours, in mine.\n")
    lab = tmp_path / "mine"
    assert [path.name for path in (lab / "roles").iterdir()] == ["researcher.md"]
    assert "name: solo" in (lab / "org/charter.md").read_text()
    assert (lab / "train.py").exists() and git(lab, "status", "--porcelain") == ""
    assert "under solo" in git(lab, "log", "-1", "--format=%s")
    assert orgloop("check", lab).code == 0


def test_a_lab_is_forked_under_another_organization(orgloop: Orgloop, tmp_path: Path) -> None:
    assert orgloop("fork", "bytes-lm", "first", "--org", "standup").code == 0
    roles = tmp_path / "first/roles"
    assert {"librarian.md", "critic.md"} <= {path.name for path in roles.iterdir()}
    assert not (roles / "reviewer.md").exists(), "its chart has none"
    # A directory will do for an organization.
    assert orgloop("fork", "bytes-lm", "second", "--org", tmp_path / "first").code == 0
    refused = orgloop("fork", "solo", "third", "--org", "standup")
    assert refused.code == 2 and "`solo` is an organization" in refused.err
    unknown = orgloop("fork", "bytes-lm", "third", "--org", "standdown")
    assert unknown.code == 2 and not (tmp_path / "third").exists()


def test_a_fork_that_lacks_a_package_says_so_at_once(
    orgloop: Orgloop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgloop.bench.python_packages.site_folders", lambda: ())
    said = orgloop("fork", "nano-gpt", "mine")
    assert said.code == 0
    assert said.err.endswith('  `pip install "orgloop[nano-gpt]"` brings it.\n')


def test_an_unknown_template_is_told_with_the_nearest(orgloop: Orgloop) -> None:
    said = orgloop("fork", "bytes-ml", "mine")
    assert (said.code, said.out) == (2, "")
    assert said.err == ("orgloop: There is no template `bytes-ml`.\n  Did you mean `bytes-lm`?\n")


def test_what_is_there_is_never_written_over(orgloop: Orgloop, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("years of work")
    said = orgloop("fork", "bytes-lm", "mine")
    assert (said.code, said.out) == (2, "")
    assert "is not empty" in said.err
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc takes no directories, from root neither")
def test_a_place_that_cannot_be_written_is_told(orgloop: Orgloop) -> None:
    said = orgloop("fork", "bytes-lm", "/proc/mine")
    assert (said.code, said.out) == (2, "")
    assert "cannot be written" in said.err


def test_a_place_elsewhere_is_named_in_full(orgloop: Orgloop, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path / "here")
        said = orgloop("fork", "bytes-lm", "../with space")
    assert f"orgloop run '{tmp_path / 'with space'}'" in said.err
    assert ".." not in said.err


def test_what_an_installation_protects_is_the_persons_to_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "template"
    (source / "data/.git").mkdir(parents=True)
    (source / "__pycache__").mkdir()
    for name in ("task.md", "data/go.sh", "data/.git/HEAD", "__pycache__/a.pyc"):
        (source / name).write_text("x")
    (source / "data/go.sh").chmod(0o555)
    (source / "task.md").chmod(0o444)
    template = LabTemplate("sample", source, "")
    monkeypatch.setattr(lab_templates, "lab_templates", lambda: {"sample": template})

    write_out("sample", tmp_path / "mine")
    task, program = tmp_path / "mine/task.md", tmp_path / "mine/data/go.sh"
    assert task.stat().st_mode & stat.S_IWUSR
    assert program.stat().st_mode & stat.S_IXUSR and program.stat().st_mode & stat.S_IWUSR
    assert not (tmp_path / "mine/__pycache__").exists()
    assert not (tmp_path / "mine/data/.git").exists()
