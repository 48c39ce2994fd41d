from __future__ import annotations

import pytest

from orgloop.errors import RepoError
from orgloop.repo import LabRepo, PathError


def test_a_commit_changes_one_file_and_git_finds_it_whole(repo, lab, git, experiment):
    commit = experiment({"model/net.py": b"WIDTH = 16\n"}, message="Wider\n\nBecause.")
    assert git(lab, "show", f"{commit}:model/net.py") == "WIDTH = 16\n"
    assert git(lab, "diff", "--name-only", "HEAD", commit) == "model/net.py\n"
    assert git(lab, "log", "-1", "--format=%P|%B", commit).startswith(f"{repo.head()}|Wider\n\nBe")
    git(lab, "fsck", "--strict", "--no-dangling")


def test_nothing_changed_is_the_base_itself(repo, experiment):
    assert experiment({"model/net.py": b"WIDTH = 8\n"}) == repo.head()
    assert experiment({"no/such.py": None}) == repo.head()


def test_files_are_added_in_new_folders_and_deleted_with_their_folder(repo, experiment):
    commit = experiment({"a/b/c.py": b"1", "model/net.py": None})
    assert "a/b/c.py" in repo.entries(commit)
    assert not any(path.startswith("model") for path in repo.entries(commit))
    assert "model" not in repo.trees.parse(repo.commits.read(commit).tree)


def test_the_executable_bit_is_kept(make_lab, git):
    lab = make_lab({"run.sh": "echo 1\n"})
    (lab / "run.sh").chmod(0o755)
    git(lab, "commit", "-q", "-am", "x")
    repo = LabRepo.open(lab)
    commit = repo.commit_edits(repo.head(), {"run.sh": b"echo 2\n"}, message="m", author="a")
    assert git(lab, "ls-tree", commit, "run.sh").startswith("100755")


def test_a_symlink_that_is_written_becomes_a_file(make_lab, git):
    lab = make_lab({"train.py": "x\n"})
    (lab / "link").symlink_to("/etc/passwd")
    git(lab, "add", "-A")
    git(lab, "commit", "-q", "-m", "x")
    repo = LabRepo.open(lab)
    commit = repo.commit_edits(repo.head(), {"link": b"content"}, message="m", author="a")
    assert git(lab, "ls-tree", commit, "link").startswith("100644")


@pytest.mark.parametrize(
    "path",
    ["../up", "/abs", "a/../b", "a//b", "", ".", ".git/config", "sub/.GIT/x", ".gitattributes",
     ".gitmodules", "GIT~1/x", ".g\u200cit/x", "a\nb", "a\\b", "a/", ".git ", ".orgloop/lab.db"],
)  # fmt: skip
def test_paths_that_no_commit_may_hold_are_refused(experiment, path):
    with pytest.raises(PathError) as found:
        experiment({path: b"x"})
    assert found.value.path == path


def test_a_file_cannot_be_written_below_a_file_nor_over_a_folder(experiment):
    with pytest.raises(RepoError, match="is a file"):
        experiment({"train.py/x": b""})
    with pytest.raises(RepoError, match="is a folder"):
        experiment({"model": b""})


def test_a_folder_may_give_way_to_a_file_when_all_of_it_goes(repo, experiment):
    commit = experiment({"model/net.py": None, "model": b"one file now"})
    assert repo.read(commit, "model") == b"one file now"


def test_names_sort_as_git_sorts_them(repo, lab, git, experiment):
    commit = experiment({"a.py": b"1", "a/x": b"2", "a-b": b"3", "ä é.py": b"4"})
    git(lab, "fsck", "--strict", "--no-dangling")
    assert sorted(
        git(lab, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")[:-1]
    ) == sorted(repo.entries(commit))


def test_in_a_folder_of_a_larger_repository_only_its_trees_change(make_lab, git):
    top = make_lab({"README": "top", "labs/toy/train.py": "x\n", "other/big": "y"})
    repo = LabRepo.open(top / "labs" / "toy")
    commit = repo.commit_edits(repo.head(), {"train.py": b"z\n"}, message="m", author="a")
    assert git(top, "diff", "--name-only", "HEAD", commit) == "labs/toy/train.py\n"


def test_objects_in_packs_are_read(repo, lab, git, experiment):
    commit = experiment({"train.py": b"packed"})
    repo.refs.set("refs/orgloop/r/e", commit)
    git(lab, "gc", "-q", "--prune=now")
    again = LabRepo.open(lab)
    assert again.read(commit, "train.py") == b"packed"
    assert again.read(commit, "evaluate.py").startswith(b"print")
    with pytest.raises(RepoError, match="not in the repository"):
        again.objects.read("0" * 40, "blob")
    assert again.read(again.head(), "task.md").startswith(b"---")


def test_an_object_that_a_crash_left_empty_is_written_again(repo, lab, git, experiment):
    blob = repo.objects.write("blob", b"content")
    path = lab / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    assert repo.objects.write("blob", b"content") == blob
    assert git(lab, "cat-file", "blob", blob) == "content"


def test_a_pruned_object_is_written_again(repo, lab, git, experiment):
    edits = {"train.py": b"never referenced"}
    experiment(edits)
    git(lab, "prune", "--expire=now")
    commit = experiment(edits)
    assert git(lab, "show", f"{commit}:train.py") == "never referenced"


def test_resolve_takes_names_and_short_ids_and_refuses_the_rest(repo, experiment):
    assert repo.resolve("main") == repo.resolve(repo.head()[:10]) == repo.head()
    for name in ("nothing", "--all", "HEAD~9", ""):
        with pytest.raises(RepoError, match="names no commit"):
            repo.resolve(name)


def test_reading_what_is_not_there_is_a_key_error(repo):
    for path in ("nothing.py", "model", "train.py/x"):
        with pytest.raises(KeyError):
            repo.read(repo.head(), path)


def test_commit_files_hide_what_is_hidden(repo):
    files = repo.commit_files(repo.head(), ("evaluate.py", "model/"))
    assert list(files.paths()) == ["task.md", "train.py"]
    assert files.blob("train.py") == repo.entries(repo.head())["train.py"].blob
    assert files.read("task.md").startswith(b"---")
    for path in ("evaluate.py", "model/net.py", "nothing"):
        with pytest.raises(KeyError):
            files.read(path)


def test_commit_files_meet_the_engines_protocol(repo):
    from orgloop.engines.protocol import SourceFiles

    files: SourceFiles = repo.commit_files(repo.head())
    assert "evaluate.py" in files.paths()
