"""What a person, another program or a crash does to a lab's files and repository meanwhile."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable

import pytest

from orgloop.errors import LabBusy, LedgerError, OrgloopError
from orgloop.lab.lock import LabLock
from orgloop.ledger.backup import back_up

from .account import all_is_accounted_for, nothing_was_lost, read
from .conftest import TinyLab, git
from .live import ENDLESS, PATIENCE, SLOW, ask, finished, running, wait_for

Make = Callable[..., TinyLab]
LONG_AGO = (1, 1)


def notices(lab: TinyLab) -> str:
    with lab.ledger() as ledger:
        return "\n".join(getattr(event, "text", "") for event in ledger.tail.last(1000))


@pytest.mark.slow
def test_a_persons_work_in_the_repository_goes_on_beside_the_run(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        for turn in range(3):
            lab.write("notes.txt", f"{turn}\n")
            git(lab.root, "add", "-A")
            git(lab.root, "commit", "-qm", f"mine {turn}")
            git(lab.root, "commit", "-q", "--amend", "-m", f"better {turn}")
            git(lab.root, "switch", "-qc", f"side{turn}")
            git(lab.root, "rebase", "-q", "HEAD~1", "--onto", "HEAD~1")
            git(lab.root, "reflog", "expire", "--expire=now", "--all")
            git(lab.root, "gc", "-q")
            with lab.ledger() as ledger:
                seen = finished(ledger)
            wait_for(
                lab,
                lambda ledger, seen=seen: finished(ledger) > seen + 1 or process.poll() is not None,
            )
            assert process.poll() is None, process.communicate()[1]
        assert process.poll() is None
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    total = read(lab).started + 1
    assert lab.run(experiments=total).experiments == total
    git(lab.root, "gc", "-q", "--prune=now")
    all_is_accounted_for(lab, total)


def test_a_run_branch_that_a_person_holds_stays_and_the_run_goes_on(tiny: Make) -> None:
    lab = tiny()
    first = lab.run(experiments=2)
    git(lab.root, "switch", "-q", "orgloop/r1")
    second = lab.run(experiments=3)
    assert (second.kept, second.best) == (3, 3.0)
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == first.best_commit
    assert "is checked out in" in notices(lab)
    assert "Nothing is lost, and it is moved when that is possible." in notices(lab)
    git(lab.root, "switch", "-q", "main")
    third = lab.run(experiments=4)
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == third.best_commit


def test_a_run_branch_on_which_a_person_commits_is_left_alone(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    git(lab.root, "switch", "-q", "orgloop/r1")
    lab.write("mine.txt", "mine\n")
    lab.commit()
    mine = git(lab.root, "rev-parse", "HEAD").strip()
    git(lab.root, "switch", "-q", "main")
    assert lab.run(experiments=2).kept == 2
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == mine
    assert "was moved to" in notices(lab)
    assert "`git branch -f orgloop/r1" in notices(lab)


def test_a_run_branch_that_was_deleted_comes_back(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    git(lab.root, "branch", "-D", "orgloop/r1")
    summary = lab.run(experiments=2)
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == summary.best_commit


@pytest.mark.slow
def test_locks_and_scraps_of_a_git_that_was_killed_do_not_end_a_run(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    home = lab.root / ".git"
    scraps = [home / "objects" / "objabc", home / "objects" / "tmp_obj_abc"]
    locks = [
        home / "index.lock",
        home / "HEAD.lock",
        home / "packed-refs.lock",
        home / "refs" / "heads" / "orgloop" / "r1.lock",
        home / "refs" / "orgloop" / "r1" / "e0002.lock",
        *(path / name for path in home.glob("worktrees/*") for name in ("index.lock", "HEAD.lock")),
    ]
    for path in (*scraps, *locks):
        path.write_text("half")
    summary = lab.run(experiments=3)
    assert summary.kept == 3
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == summary.best_commit


@pytest.mark.parametrize(
    "folder",
    [
        "worktrees/1",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("worktrees", "frozen", "scratch", "jobs", "logs", "cases", "trash")
        ),
    ],
)
def test_a_folder_of_the_lab_that_was_deleted_between_two_sessions_is_made_again(
    tiny: Make, folder: str
) -> None:
    lab = tiny()
    lab.run(experiments=2)
    before = read(lab)
    shutil.rmtree(lab.root / ".orgloop" / folder, ignore_errors=True)
    assert lab.run(experiments=3).kept == 3
    nothing_was_lost(before, read(lab))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["worktrees", "jobs", "logs", "cases", "frozen", "scratch"])
def test_a_folder_that_is_deleted_under_a_run_costs_no_experiment(tiny: Make, folder: str) -> None:
    lab = tiny(SLOW.replace("SLEEP=0.05", "SLEEP=0.4"), charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1 and ledger.measurements.running("r1"))
        shutil.rmtree(lab.root / ".orgloop" / folder, ignore_errors=True)
        with lab.ledger() as ledger:
            seen = finished(ledger)
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            with lab.ledger() as ledger:
                if finished(ledger) > seen + 2:
                    break
            time.sleep(0.05)
        if process.poll() is None:
            process.terminate()
        _, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    if process.returncode:
        assert "\norgloop: " in err
    before = read(lab)
    total = before.started + 1
    summary = lab.run(experiments=total)
    assert (summary.experiments, summary.crashed) == (total, 0)
    nothing_was_lost(before, read(lab))


@pytest.mark.slow
def test_a_ledger_that_is_deleted_under_a_run_is_written_again(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 2)
        before = read(lab)
        for path in (lab.root / ".orgloop").glob("lab.db*"):
            path.unlink()
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "was deleted while the lab ran; it was written again, whole" in err
    assert "`orgloop run` goes on" in err
    nothing_was_lost(before, read(lab))
    total = read(lab).started + 1
    assert lab.run(experiments=total).experiments == total
    all_is_accounted_for(lab, total)


@pytest.mark.slow
def test_a_lab_whose_own_directory_is_deleted_under_it_stops_and_says_so(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 2)
        shutil.rmtree(lab.root / ".orgloop", ignore_errors=True)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "Traceback" not in err
    assert "\norgloop: " in err


@pytest.mark.slow
def test_checkpoints_are_no_truth(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    walks = lab.root / ".orgloop" / "walks.db"
    for harm in ("missing", "garbage", "cut", "old log"):
        with running(lab) as process:
            ledger = lab.root / ".orgloop" / "lab.db"
            seen = len(read(lab).experiments) if ledger.exists() else 0
            wait_for(lab, lambda ledger, seen=seen: finished(ledger) > seen)
            process.kill()
            process.communicate()
        whole = walks.read_bytes()
        if harm == "missing":
            for path in walks.parent.glob("walks.db*"):
                path.unlink()
        elif harm == "garbage":
            walks.write_bytes(b"no database" * 1000)
        elif harm == "cut":
            walks.write_bytes(whole[: len(whole) // 2])
        else:
            walks.unlink()
    before = read(lab)
    total = before.started + 1
    assert lab.run(experiments=total).experiments == total
    nothing_was_lost(before, read(lab))
    all_is_accounted_for(lab, total)


@pytest.mark.slow
def test_two_labs_on_one_directory_refuse_each_other_by_any_path(tiny: Make) -> None:
    lab = tiny(SLOW, charter=ENDLESS)
    other = lab.root.with_name("by-another-name")
    other.symlink_to(lab.root)
    with running(lab) as process:
        wait_for(lab, lambda ledger: finished(ledger) >= 1)
        with running(TinyLab(other, lab.module, lab.minds_dir)) as second:
            _, err = second.communicate(timeout=PATIENCE)
        assert second.returncode == 1
        assert f"Another process is running this lab (process {process.pid} on " in err
        assert "`orgloop stop` ends it" in err
        assert process.poll() is None


def test_a_lock_that_a_killed_lab_left_is_nobodys(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    (lab.root / ".orgloop" / "lab.lock").write_text("process 1 on elsewhere")
    assert lab.run(experiments=2).experiments == 2


def test_a_look_whether_the_lab_runs_never_keeps_it_from_starting(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    home = lab.root / ".orgloop"
    looking = LabLock(home)
    try:
        with pytest.raises(LabBusy):
            LabLock(home, patience=0.05)
    finally:
        looking.release()
    LabLock(home).release()


def test_a_lock_file_that_was_replaced_is_noticed(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    lock = LabLock(lab.root / ".orgloop")
    lock.confirm()
    (lab.root / ".orgloop" / "lab.lock").unlink()
    with pytest.raises(LedgerError, match="was removed or replaced while the lab ran"):
        lock.confirm()
    lock.release()


def test_a_clock_that_jumps_changes_no_result(tiny: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour back and ten years on, at every reading, by turns."""
    lab = tiny(
        """
        import itertools, time
        real, jumps = time.time, itertools.cycle((0.0, -3600.0, 3.2e8, -3.2e8))
        time.time = lambda: real() + next(jumps)
        engine = Scripted({'worker': lambda r: Line(edits=put(r, A=float(number(r))))})
        """
    )
    monkeypatch.setattr(time, "time", time.time)  # puts the clock back when the test ends
    summary = lab.run(experiments=5, hours=1)
    assert (summary.experiments, summary.kept, summary.measurements) == (5, 5, 6)
    assert summary.reason == "The budget of experiments is used up."
    assert summary.wall_s < 3000
    assert lab.run(experiments=6).kept == 6


def test_what_is_damaged_is_told_in_one_sentence_and_kept(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=2)
    path = lab.root / ".orgloop" / "lab.db"
    for beside in path.parent.glob("lab.db-*"):
        beside.unlink()
    whole = path.read_bytes()
    for size in (50, 4096, len(whole) // 2):
        path.write_bytes(whole[:size])
        with pytest.raises(OrgloopError) as caught:
            lab.run(experiments=3)
        assert "Traceback" not in str(caught.value)
        assert caught.value.hint
        assert path.read_bytes()[:size] == whole[:size]
    path.write_bytes(whole)
    assert lab.run(experiments=3).kept == 3


def test_old_scraps_are_cleared(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    scrap = lab.root / ".git" / "objects" / "objabc"
    scrap.write_text("half")
    os.utime(scrap, LONG_AGO)
    lab.run(experiments=2)
    assert not scrap.exists()


@pytest.mark.slow
def test_recovery_goes_back_to_the_copy_and_later_commits_stay_reachable(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=2)
    home = lab.root / ".orgloop"
    back_up(home / "lab.db")
    lost = lab.run(experiments=4)
    for path in home.glob("lab.db-*"):
        path.unlink()
    ledger = home / "lab.db"
    ledger.write_bytes(ledger.read_bytes()[:30_000])
    with pytest.raises(LedgerError, match="is damaged") as caught:
        lab.run(experiments=4)
    assert "`orgloop recover`" in caught.value.hint
    said = ask(lab, "recover")
    assert said.returncode == 0, said.stderr
    assert "`orgloop run` goes on from there" in said.stderr
    again = lab.run(experiments=4)
    assert (again.experiments, again.kept, again.measurements) == (4, 4, 5)
    assert git(lab.root, "for-each-ref", "--contains", str(lost.best_commit))
    assert "was moved to" in notices(lab), "the branch is ahead of what the ledger knows"
