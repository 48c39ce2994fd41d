from __future__ import annotations

import pytest

from orgloop.errors import RepoError

FILES = {"org/charter.md": b"flow", "roles/pi.md": b"think\r\n"}


def write(repo, files, parent=None, run="r1"):
    return repo.write_generation(run, files, parent=parent, message="why", author="meta")


def test_a_generation_is_read_as_it_was_written(repo, lab, git):
    commit, tree = write(repo, FILES)
    assert repo.read_generation(commit) == FILES
    assert git(lab, "rev-parse", "orgloop-org/r1", "orgloop-org/r1^{tree}").split() == [
        commit,
        tree,
    ]


def test_generations_form_a_line_and_a_removed_role_is_gone(repo, lab, git):
    first, _ = write(repo, FILES)
    second, _ = write(repo, {"org/charter.md": b"other"}, parent=first)
    assert repo.read_generation(second) == {"org/charter.md": b"other"}
    assert git(lab, "rev-list", "orgloop-org/r1").split() == [second, first]
    assert repo.latest_generation("r1") == second


def test_writing_the_same_again_returns_the_first(repo):
    first = write(repo, FILES)
    assert write(repo, FILES) == first
    second = write(repo, {"a": b"b"}, parent=first[0])
    assert write(repo, {"a": b"b"}, parent=first[0]) == second


def test_a_branch_that_a_person_looks_at_stays_and_the_generation_is_held(repo, lab, git):
    first, _ = write(repo, FILES)
    git(lab, "checkout", "-q", "orgloop-org/r1")
    second, _ = write(repo, {"a": b"b"}, parent=first)
    assert git(lab, "status", "--porcelain") == ""
    assert git(lab, "rev-parse", f"refs/orgloop/r1/generation/{second}").strip() == second


def test_paths_out_of_a_generation_are_refused(repo):
    with pytest.raises(RepoError):
        write(repo, {"../task.md": b"x"})
