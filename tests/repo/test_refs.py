from __future__ import annotations

import os

import pytest

from orgloop.errors import RepoError
from orgloop.repo import LabRepo, experiment_ref, run_branch

REF = experiment_ref("r1", "e0001")


def test_a_ref_is_set_read_and_deleted(repo, lab, git):
    assert repo.refs.get(REF) is None
    repo.refs.set(REF, repo.head())
    assert repo.refs.get(REF) == git(lab, "rev-parse", REF).strip() == repo.head()
    repo.refs.delete(REF)
    assert repo.refs.get(REF) is None
    repo.refs.delete(REF)


def test_a_ref_moves_only_from_where_it_was_expected(repo, experiment):
    first, second = experiment({"train.py": b"1"}), experiment({"train.py": b"2"})
    repo.refs.set(REF, first)
    repo.refs.set(REF, first)
    with pytest.raises(RepoError, match="was expected"):
        repo.refs.set(REF, second, expect=repo.head())
    with pytest.raises(RepoError, match="was expected"):
        repo.refs.delete(REF, expect=second)
    repo.refs.set(REF, second, expect=first)
    repo.refs.set(REF, first, force=True)
    assert repo.refs.get(REF) == first


def test_packed_refs_are_read_moved_and_deleted(repo, lab, git, experiment):
    commit = experiment({"train.py": b"1"})
    for number in range(5):
        repo.refs.set(experiment_ref("r1", f"e{number}"), repo.head())
    assert repo.refs.written == 5
    assert repo.refs.pack()
    assert repo.refs.written == 0
    assert not (lab / ".git" / "refs" / "orgloop" / "r1" / "e1").exists()
    assert repo.refs.get(experiment_ref("r1", "e1")) == repo.head()
    repo.refs.set(experiment_ref("r1", "e1"), commit, expect=repo.head())
    repo.refs.delete(experiment_ref("r1", "e2"))
    names = repo.refs.names("refs/orgloop/r1/")
    assert [name[-2:] for name in names] == ["e0", "e1", "e3", "e4"]
    assert names[experiment_ref("r1", "e1")] == git(lab, "rev-parse", "refs/orgloop/r1/e1").strip()


def test_no_reflog_is_written(repo, lab, experiment):
    repo.advance("r1", repo.head(), expect=None)
    repo.advance("r1", experiment({"train.py": b"1"}), expect=repo.head())
    assert not (lab / ".git" / "logs" / "refs" / "heads" / "orgloop").exists()


def test_the_runs_branch_advances_by_comparison(repo, lab, git, experiment):
    commit = experiment({"train.py": b"1"})
    repo.advance("r1", repo.head(), expect=None)
    repo.advance("r1", commit, expect=repo.head())
    repo.advance("r1", commit, expect=repo.head())
    assert git(lab, "rev-parse", "orgloop/r1").strip() == commit
    with pytest.raises(RepoError, match="was expected"):
        repo.advance("r1", repo.head(), expect=repo.head())


@pytest.mark.parametrize("where", ["main", "linked"])
def test_a_branch_that_a_person_has_checked_out_is_not_moved(
    repo, lab, git, experiment, tmp_path, where
):
    repo.advance("r1", repo.head(), expect=None)
    if where == "main":
        git(lab, "checkout", "-q", "orgloop/r1")
    else:
        git(lab, "worktree", "add", "-q", str(tmp_path / "w"), "orgloop/r1")
    before = repo.refs.get(run_branch("r1"))
    with pytest.raises(RepoError, match="is checked out") as found:
        repo.advance("r1", experiment({"train.py": b"1"}), expect=repo.head())
    assert "Switch that checkout" in found.value.hint
    assert repo.refs.get(run_branch("r1")) == before


def test_a_branch_in_the_way_is_told(repo, lab, git):
    git(lab, "branch", "orgloop")
    with pytest.raises(RepoError, match="cannot be made"):
        repo.advance("r1", repo.head(), expect=None)


@pytest.mark.parametrize("name", ["a b", "a..b", "x.lock", "a~1", "/a", ""])
def test_names_that_git_does_not_allow_are_refused(repo, name):
    with pytest.raises(RepoError, match="not a name that git allows"):
        repo.refs.set(experiment_ref("r1", name), repo.head())


def test_a_stale_lock_heals(repo, lab):
    repo.refs.set(REF, repo.head())
    lock = lab / ".git" / f"{REF}.lock"
    lock.write_text("")
    os.utime(lock, (1, 1))
    repo.refs.set(experiment_ref("r1", "e0002"), repo.head())
    repo.refs.delete(experiment_ref("r1", "e0002"))
    repo.refs.set(REF, repo.commit_edits(repo.head(), {"x": b"1"}, message="m", author="a"),
                  expect=repo.head())  # fmt: skip
    assert not lock.exists()


def test_runs_of_every_lab_in_the_repository_are_named(repo):
    repo.refs.set(experiment_ref("r1", "e1"), repo.head())
    repo.advance("r7", repo.head(), expect=None)
    assert repo.refs.runs() == ("r1", "r7")


def test_experiments_and_generations_survive_gc(repo, lab, git, experiment):
    commit = experiment({"train.py": b"kept by its ref alone"})
    lost = experiment({"train.py": b"kept by nothing"})
    repo.refs.set(REF, commit)
    generation, _ = repo.write_generation(
        "r1", {"org/charter.md": b"flow"}, parent=None, message="first", author="Ada"
    )
    git(lab, "branch", "-D", "orgloop-org/r1")
    git(lab, "reflog", "expire", "--expire=now", "--all")
    git(lab, "gc", "-q", "--prune=now")
    again = LabRepo.open(lab)
    assert again.read(commit, "train.py") == b"kept by its ref alone"
    assert again.read_generation(generation) == {"org/charter.md": b"flow"}
    with pytest.raises(RepoError):
        again.read(lost, "train.py")


def test_tidy_packs_and_everything_still_reads(repo, lab, experiment):
    commits = [experiment({"train.py": b"%d" % number}) for number in range(5)]
    for number, commit in enumerate(commits):
        repo.refs.set(experiment_ref("r1", f"e{number}"), commit)
    repo.tidy()
    assert list((lab / ".git" / "objects" / "pack").glob("*.pack"))
    again = LabRepo.open(lab)
    assert [again.read(commit, "train.py") for commit in commits] == [
        b"%d" % number for number in range(5)
    ]
    assert experiment({"train.py": b"3"}, message="try") is not None
