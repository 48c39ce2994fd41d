from __future__ import annotations

import subprocess

import pytest

from orgloop.repo import LabRepo

LINES = b"".join(b"line %d\n" % number for number in range(60))

EDITS = {
    "one line": {"long.txt": LINES.replace(b"line 30\n", b"LINE 30\n")},
    "two hunks": {"long.txt": LINES.replace(b"line 3\n", b"x\ny\n").replace(b"line 50\n", b"")},
    "near hunks": {"long.txt": LINES.replace(b"line 10\n", b"x\n").replace(b"line 15\n", b"y\n")},
    "first and last": {"long.txt": b"top\n" + LINES + b"end\n"},
    "no final line feed": {"long.txt": LINES[:-1]},
    "emptied": {"long.txt": b""},
    "added and deleted": {"new/deep.py": b"x = 1\n", "train.py": None},
    "carriage returns and form feeds": {"train.py": b"a\r\nb\x0cc\rd\n"},
    "accents": {"train.py": "na\u00efve = '\u2028'\n".encode()},
    "repeated lines": {"long.txt": LINES + b"line 1\nline 1\nline 1\n"},
}


@pytest.fixture
def long_repo(make_lab):
    lab = make_lab({"long.txt": LINES.decode(), "train.py": "x = 1\ny = 2\n"})
    with LabRepo.open(lab) as repo:
        yield repo


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS.keys())
def test_git_applies_the_diff_and_gets_the_commit(long_repo, git, edits):
    base = long_repo.head()
    commit = long_repo.commit_edits(base, edits, message="m", author="a")
    text = long_repo.diff(base, commit)
    lab = long_repo.place.lab
    subprocess.run(["git", "apply", "--index", "-"], cwd=lab, input=text.encode(), check=True)
    assert git(lab, "write-tree").strip() == long_repo.commits.read(commit).tree


def test_a_diff_reads_as_gits_own(repo, experiment):
    commit = experiment({"model/net.py": b"WIDTH = 16\n"})
    assert repo.diff(repo.head(), commit) == (
        "diff --git a/model/net.py b/model/net.py\n"
        "--- a/model/net.py\n"
        "+++ b/model/net.py\n"
        "@@ -1 +1 @@\n"
        "-WIDTH = 8\n"
        "+WIDTH = 16\n"
    )


def test_a_long_diff_is_cut_with_a_mark(repo, experiment):
    commit = experiment({"train.py": LINES * 100})
    text = repo.diff(repo.head(), commit, cap=500)
    assert text.endswith("... the diff goes on: cut after 500 characters ...\n")
    assert len(text) < 600


def test_binary_files_are_named_and_not_shown(repo, experiment):
    commit = experiment({"w.bin": b"\0\1\2"})
    assert "Binary files /dev/null and b/w.bin differ" in repo.diff(repo.head(), commit)


def test_text_that_is_not_utf8_is_shown_with_replacements(repo, experiment):
    assert "+\ufffd\n" in repo.diff(repo.head(), experiment({"l.txt": b"\xff\n"}))


def test_equal_commits_have_no_diff(repo):
    assert repo.diff(repo.head(), repo.head()) == ""
