from __future__ import annotations

from orgloop.repo import Conflict, LabRepo, Merged

LINES = b"".join(b"a%d = %d\n" % (number, number) for number in range(20))


def test_changes_of_different_files_both_stand(repo, lab, git, experiment):
    one = experiment({"train.py": b"LR = 1\n"}, message="one\n\nnotes")
    two = experiment({"model/net.py": b"WIDTH = 2\n"})
    merged = repo.merge_onto(one, repo.head(), two)
    assert isinstance(merged, Merged)
    assert repo.read(merged.commit, "train.py") == b"LR = 1\n"
    assert repo.read(merged.commit, "model/net.py") == b"WIDTH = 2\n"
    assert git(lab, "log", "-1", "--format=%P %an %B", merged.commit).startswith(
        f"{two} tester one\n\nnotes"
    )


def test_changes_of_different_lines_of_one_file_both_stand(repo, experiment):
    base = experiment({"train.py": LINES})
    one = experiment({"train.py": LINES.replace(b"a2 = 2\n", b"a2 = 22\n")}, base=base)
    two = experiment({"train.py": LINES.replace(b"a17 = 17\n", b"a17 = 99\n")}, base=base)
    merged = repo.merge_onto(one, base, two)
    assert isinstance(merged, Merged)
    text = repo.read(merged.commit, "train.py")
    assert b"a2 = 22\n" in text and b"a17 = 99\n" in text
    assert repo.commits.read(merged.commit).author == repo.commits.read(one).author


def test_changes_of_the_same_line_conflict(repo, lab, experiment):
    base = experiment({"train.py": LINES})
    one = experiment({"train.py": LINES.replace(b"a2 = 2\n", b"a2 = 3\n")}, base=base)
    two = experiment({"train.py": LINES.replace(b"a2 = 2\n", b"a2 = 4\n")}, base=base)
    assert repo.merge_onto(one, base, two) == Conflict(("train.py",))
    assert not list((lab / ".orgloop").glob("merge-*"))


def test_the_same_change_on_both_sides_is_already_there(repo, experiment):
    one = experiment({"train.py": b"same"}, message="one")
    two = experiment({"train.py": b"same"}, message="two")
    assert repo.merge_onto(one, repo.head(), two) == Merged(two)


def test_onto_its_own_base_is_the_commit_itself(repo, experiment):
    one = experiment({"train.py": b"1"})
    assert repo.merge_onto(one, repo.head(), repo.head()) == Merged(one)


def test_deleting_what_the_other_side_changed_conflicts(repo, experiment):
    one, two = experiment({"model/net.py": None}), experiment({"model/net.py": b"WIDTH = 9\n"})
    assert repo.merge_onto(one, repo.head(), two) == Conflict(("model/net.py",))
    assert repo.merge_onto(two, repo.head(), one) == Conflict(("model/net.py",))


def test_a_deletion_and_an_unrelated_change_both_stand(repo, experiment):
    one, two = experiment({"model/net.py": None}), experiment({"train.py": b"2"})
    merged = repo.merge_onto(one, repo.head(), two)
    assert isinstance(merged, Merged)
    assert "model/net.py" not in repo.entries(merged.commit)


def test_new_files_of_one_name_conflict_unless_they_are_equal(repo, experiment):
    one, two = experiment({"new.py": b"1"}), experiment({"new.py": b"2"})
    assert repo.merge_onto(one, repo.head(), two) == Conflict(("new.py",))


def test_a_file_against_a_folder_conflicts(repo, experiment):
    one, two = experiment({"thing": b"file"}), experiment({"thing/inside": b"folder"})
    assert isinstance(repo.merge_onto(one, repo.head(), two), Conflict)
    assert isinstance(repo.merge_onto(two, repo.head(), one), Conflict)


def test_binary_files_that_both_changed_conflict(repo, experiment):
    base = experiment({"w.bin": b"\0\1"})
    one, two = experiment({"w.bin": b"\0\2"}, base=base), experiment({"w.bin": b"\0\3"}, base=base)
    assert repo.merge_onto(one, base, two) == Conflict(("w.bin",))


def test_conflicts_are_named_from_the_lab(make_lab):
    top = make_lab({"labs/toy/train.py": "x\n"})
    repo = LabRepo.open(top / "labs" / "toy")
    base = repo.head()
    one = repo.commit_edits(base, {"train.py": b"1\n"}, message="m", author="a")
    two = repo.commit_edits(base, {"train.py": b"2\n"}, message="m", author="a")
    assert repo.merge_onto(one, base, two) == Conflict(("train.py",))
