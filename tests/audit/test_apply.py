"""What survived goes on the person's branch: exactly that, as commits that can be read."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.audit.apply import ApplyOptions, ApplyResult, apply
from orgloop.errors import LabBusy, OrgloopError, RepoError, UserError
from orgloop.lab.lock import LabLock

from ..lab.conftest import TASK, TinyLab, git  # noqa: TID252 - one kind of small lab for both
from .conftest import SPACED, TWO, Audited

Make = Callable[..., TinyLab]
MAIN = "from orgloop.cli import main; main()"


def applied(lab: TinyLab, *, dry_run: bool = False, **options: object) -> ApplyResult:
    return apply(lab.root, ApplyOptions(**options), dry_run=dry_run)  # type: ignore[arg-type]


def state(lab: TinyLab) -> tuple[str, str, str]:
    return (
        git(lab.root, "rev-parse", "main"),
        git(lab.root, "status", "--porcelain"),
        (lab.root / "program.py").read_text(),
    )


def test_exactly_what_survived_is_on_the_branch_and_in_the_checkout(planted: Audited) -> None:
    lab = planted.lab
    planted.report(runs=4)
    lab.write("notes.txt", "mine\n")
    result = applied(lab)
    assert {one.experiment for one in result.commits} == {"e0001", "e0003"}
    assert [one.experiment for one in result.left_out] == ["e0002"]
    text = (lab.root / "program.py").read_text()
    assert "A = 2.0" in text and "B = 0.0" in text and "C = 3.0" in text
    assert git(lab.root, "rev-parse", "HEAD", "main").split() == [result.after] * 2
    assert git(lab.root, "status", "--porcelain") == "?? notes.txt\n", "work of one's own stays"
    assert len(git(lab.root, "log", "--format=%H", "main").split()) == 3
    assert result.verified


def test_a_commit_says_what_it_claimed_and_what_the_audit_verified(two: TinyLab) -> None:
    applied(two)
    said = git(two.root, "log", "-1", "--format=%an%n%B", "main~1")
    assert said.startswith("worker\ne0001\n\nClaimed: score better by 2.\nVerified in audit 1:")
    assert "Self-reported" in said
    trailers = git(two.root, "log", "-1", "--format=%(trailers:only,unfold)", "main~1")
    assert trailers.startswith("Orgloop-Experiment: r1/e0001\nOrgloop-Commit: ")
    assert "Orgloop-Audit: 1" in trailers


def test_a_dry_run_shows_the_commits_and_changes_nothing(two: TinyLab) -> None:
    before = state(two)
    result = applied(two, dry_run=True)
    assert [one.experiment for one in result.commits] == ["e0001", "e0002"]
    assert not result.done
    assert state(two) == before


def test_a_new_branch_leaves_the_checkout_alone(two: TinyLab) -> None:
    before = state(two)
    result = applied(two, branch="better")
    assert state(two) == before
    assert git(two.root, "rev-parse", "better").strip() == result.after
    assert "B = 0.4" in git(two.root, "show", "better:program.py")
    with pytest.raises(UserError, match="a branch `better` already"):
        applied(two, branch="better")


@pytest.mark.parametrize("name", ["a b", "-x", "x..y", "orgloop/mine"])
def test_a_name_that_cannot_be_a_branchs_is_refused(two: TinyLab, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        applied(two, branch=name, dry_run=True)


def test_applied_again_there_is_nothing_to_do(two: TinyLab) -> None:
    first = applied(two)
    again = applied(two)
    assert (again.commits, again.there) == ((), ("e0001", "e0002"))
    assert again.before == again.after == first.after
    assert not again.moved


def test_a_merged_run_is_there_already(two: TinyLab) -> None:
    git(two.root, "merge", "-q", "--ff-only", "orgloop/r1")
    assert applied(two).there == ("e0001", "e0002")


def test_an_unaudited_result_is_refused_or_says_so(tiny: Make) -> None:
    lab = tiny(TWO, program=SPACED)
    lab.run(experiments=2)
    with pytest.raises(UserError, match="is not audited") as caught:
        applied(lab)
    assert "--unaudited" in caught.value.hint
    result = applied(lab, unaudited=True)
    assert len(result.commits) == 2
    assert "Not audited" in git(lab.root, "log", "-1", "--format=%B", "main")


@pytest.mark.slow
def test_an_audit_of_what_was_the_best_before_does_not_count(tiny: Make) -> None:
    lab = tiny(TWO, program=SPACED)
    lab.run(experiments=1)
    Audited(lab).report()
    lab.run(experiments=2)
    with pytest.raises(UserError, match="has kept more since it was audited"):
        applied(lab)


# What stands in the way


def test_work_that_would_be_overwritten_is_not(two: TinyLab) -> None:
    two.write("program.py", "print('mine')\n")
    before = state(two)
    with pytest.raises(UserError, match=r"`program.py` that is not committed"):
        applied(two)
    assert state(two) == before
    git(two.root, "add", "program.py")
    with pytest.raises(UserError, match=r"`program.py` that is not committed"):
        applied(two)


def test_a_file_of_the_persons_where_a_new_one_goes_is_not_overwritten(tiny: Make) -> None:
    task = TASK.replace("editable: [program.py]", "editable: [program.py, new.py]")
    lab = tiny(NEW_FILE, program=SPACED, task=task)
    lab.run(experiments=1)
    lab.write(".git/info/exclude", "new.py\n")
    lab.write("new.py", "mine, and ignored\n")
    with pytest.raises(UserError, match=r"`new.py` that is not committed"):
        applied(lab, unaudited=True)
    assert (lab.root / "new.py").read_text() == "mine, and ignored\n"


NEW_FILE = """
def worker(request):
    return Line(edits={"new.py": b"X = 1", **put(request, A=2.0)})

engine = Scripted({"worker": worker})
"""


def test_a_detached_head_is_refused(two: TinyLab) -> None:
    git(two.root, "checkout", "-q", "--detach")
    with pytest.raises(UserError, match="on no branch") as caught:
        applied(two)
    assert "--branch" in caught.value.hint
    assert applied(two, branch="better").done


def test_a_head_that_moved_gets_the_commits_on_top(two: TinyLab) -> None:
    two.write("README.md", "mine\n")
    two.commit()
    mine = git(two.root, "rev-parse", "main").strip()
    result = applied(two)
    assert result.moved, "what is there is not exactly what was measured"
    assert git(two.root, "rev-parse", "main~2").strip() == mine
    assert (two.root / "README.md").is_file()
    assert "B = 0.4" in (two.root / "program.py").read_text()


def test_a_conflict_leaves_everything_as_it_was_and_names_the_commit(two: TinyLab) -> None:
    two.write("program.py", SPACED.replace("B = 0.0", "B = 0.1"))
    two.commit()
    before = state(two)
    with pytest.raises(RepoError, match=r"e0002 \([0-9a-f]{12}\) conflicts.*`program.py`"):
        applied(two)
    assert state(two) == before


BUILT_ON = """
def worker(request):
    return Line(edits=put(request, A=float(number(request) + 1)))

engine = Scripted({"worker": worker})
"""
LUCKY_STEP = """\
import sys
A = 0.0
lucky = int(sys.argv[-1]) >> 28 == 1  # the search's seeds, and not the audit's
print(f"score: {A if A > 2 else float(lucky and A == 2)}")
"""


@pytest.mark.slow
def test_what_is_built_on_a_keep_that_is_left_out_is_left_out_and_said(tiny: Make) -> None:
    lab = tiny(BUILT_ON, program=LUCKY_STEP)
    lab.run(experiments=2)
    report = Audited(lab).report()
    assert [(one.verdict, one.needs) for one in report.keeps] == [
        ("failed", None),
        ("survived", "e0001"),
    ]
    assert report.survivors is None
    result = applied(lab)
    assert (result.commits, result.done) == ((), False)
    assert [one.why for one in result.left_out] == [
        "failed in audit 1",
        "it is built on e0001, and `--with e0001` brings both",
    ]
    together = applied(lab, also=("e0001",))
    assert len(together.commits) == 2
    assert together.verified is None, "the audit has not measured just this"


@pytest.mark.slow
def test_a_keep_that_did_not_survive_comes_along_where_it_is_asked_for(planted: Audited) -> None:
    planted.report(runs=4)
    result = applied(planted.lab, also=("2",))
    assert {one.experiment for one in result.commits} == {"e0001", "e0002", "e0003"}
    said = next(one.message for one in result.commits if one.experiment == "e0002")
    assert "Did not survive audit 1" in said
    with pytest.raises(UserError, match="`e9` is none of the experiments"):
        applied(planted.lab, also=("e9",))


@pytest.mark.slow
def test_a_lab_in_a_folder_of_a_larger_repository(tiny: Make) -> None:
    lab = tiny(TWO, program=SPACED, folder="big/nested/lab", repository="big")
    lab.run(experiments=2)
    Audited(lab).report()
    applied(lab)
    assert git(lab.root, "show", "--name-only", "--format=", "main") == "nested/lab/program.py\n"
    assert "B = 0.4" in (lab.root / "program.py").read_text()
    assert git(lab.root, "status", "--porcelain") == ""


def test_a_lab_that_runs_elsewhere_is_refused(two: TinyLab) -> None:
    lock = LabLock(two.root / ".orgloop")
    try:
        with pytest.raises(LabBusy):
            applied(two)
    finally:
        lock.release()


def test_a_run_that_kept_nothing_has_nothing_to_apply(tiny: Make) -> None:
    lab = tiny("engine = Scripted({'worker': lambda r: Line(edits=put(r, A=-1.0))})")
    lab.run(experiments=1)
    with pytest.raises(OrgloopError, match="kept nothing"):
        applied(lab)


def test_a_git_that_was_cut_off_is_named(two: TinyLab) -> None:
    (two.root / ".git" / "index.lock").touch()
    before = git(two.root, "rev-parse", "main")
    with pytest.raises(RepoError, match=r"index\.lock is there"):
        applied(two)
    assert git(two.root, "rev-parse", "main") == before


# Killed


@pytest.mark.slow
def test_killed_at_any_moment_the_branch_is_as_before_or_complete(two: TinyLab) -> None:
    lab = two.root
    before = git(lab, "rev-parse", "main").strip()
    began = time.monotonic()
    assert _command(lab, "--branch", "whole").wait(60) == 0
    took = time.monotonic() - began
    whole = git(lab, "rev-parse", "whole^{tree}").strip()
    seen = set()
    for share in (0.7, 0.9, random.uniform(0.5, 1.0)):
        process = _command(lab)
        time.sleep(took * share)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _settled(lab)
        after = git(lab, "rev-parse", "main").strip()
        complete = git(lab, "rev-parse", "main^{tree}").strip() == whole
        assert after == before or complete
        assert git(lab, "status", "--porcelain") == "", "files, index and branch agree"
        seen.add(complete)
    assert applied(two).after == git(lab, "rev-parse", "main").strip()
    assert git(lab, "rev-parse", "main^{tree}").strip() == whole
    assert git(lab, "log", "--format=%s", "main").split() == ["e0002", "e0001", "start"]


def _command(lab: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "apply", str(lab), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _settled(lab: Path) -> None:
    """A git that was under way is in a session of its own, and goes on to its end."""
    for _ in range(200):
        if not (lab / ".git" / "index.lock").exists():
            return
        time.sleep(0.02)
