"""Whole runs, from the command's own entry point to what is left on disk and in git."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.errors import BenchError, EngineError, LabBusy, UserError
from orgloop.lab.lock import LabLock

from .conftest import TASK, TinyLab, git

Make = Callable[..., TinyLab]


def test_a_run_keeps_what_is_better_and_leaves_it_on_a_branch(tiny: Make) -> None:
    lab = tiny()
    summary = lab.run()
    assert (summary.state, summary.experiments, summary.kept) == ("finished", 4, 4)
    assert summary.baseline == 0.0
    assert summary.best == 4.0
    assert git(lab.root, "rev-parse", "orgloop/r1").strip() == summary.best_commit
    assert "A = 4.0" in git(lab.root, "show", "orgloop/r1:program.py")


def test_the_checkout_stays_as_it_was(tiny: Make) -> None:
    lab = tiny()
    lab.write("notes.txt", "mine\n")
    before = (git(lab.root, "status", "--porcelain"), git(lab.root, "rev-parse", "HEAD"))
    index = (lab.root / ".git" / "index").read_bytes()
    lab.run()
    assert (git(lab.root, "status", "--porcelain"), git(lab.root, "rev-parse", "HEAD")) == before
    assert (lab.root / ".git" / "index").read_bytes() == index
    assert "A = 0.0" in (lab.root / "program.py").read_text()


def test_every_experiment_has_a_ref_and_a_page(tiny: Make) -> None:
    lab = tiny(
        """
        engine = Scripted({
            'worker': lambda r: Line(edits=put(r, A=-float(number(r))), title='less')})
        """
    )
    summary = lab.run()
    assert (summary.kept, summary.discarded) == (0, 4)
    for row in lab.experiments():
        assert git(lab.root, "rev-parse", f"refs/orgloop/r1/{row.id}").strip() == row.commit
        page = (lab.root / ".orgloop" / "cases" / "r1" / f"{row.id}.md").read_text()
        assert page.startswith(f"# {row.id}: less")
        assert "+A = -" in page


def test_a_run_goes_on_where_it_stopped(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=2)
    again = lab.run()
    assert (again.run, again.experiments) == ("r1", 2), "its budget was used up"
    more = lab.run(experiments=5)
    assert (more.run, more.experiments, more.best) == ("r1", 5, 5.0)
    assert more.measurements == 6, "the baseline is not measured again"
    assert [row.gain for row in lab.experiments()] == [1.0] * 5, "each against the one before"


def test_what_the_command_line_said_stays_with_the_run(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    lab.run(experiments=3)
    assert lab.run().reason == "The budget of experiments is used up."
    with lab.ledger() as ledger:
        run = ledger.runs.get("r1")
    assert run is not None
    assert run.options == {"experiments": 3}


def test_a_new_run_starts_from_head(tiny: Make) -> None:
    lab = tiny()
    lab.run()
    summary = lab.run(new=True)
    assert (summary.run, summary.baseline, summary.experiments) == ("r2", 0.0, 4)


def test_a_ledger_that_was_deleted_does_not_reuse_the_names_in_git(tiny: Make) -> None:
    lab = tiny()
    lab.run()
    (lab.root / ".orgloop" / "lab.db").unlink()
    assert lab.run().run == "r2"


def test_a_changed_metric_needs_a_new_run(tiny: Make) -> None:
    lab = tiny()
    lab.run()
    lab.write("task.md", TASK.replace("goal: maximize", "goal: minimize"))
    with pytest.raises(UserError, match=r"task\.md has changed `goal`") as caught:
        lab.run()
    assert "--new" in caught.value.hint


def test_what_is_not_committed_is_not_run(tiny: Make) -> None:
    lab = tiny()
    lab.write("program.py", "print('score: 9')\n")
    with pytest.raises(UserError, match=r"`program.py` is not committed"):
        lab.run()


def test_a_lab_in_a_folder_of_a_larger_repository(tiny: Make) -> None:
    lab = tiny(folder="big/nested/lab", repository="big")
    summary = lab.run()
    assert summary.best == 4.0
    assert "A = 4.0" in git(lab.root, "show", "orgloop/r1:nested/lab/program.py")


def test_a_baseline_that_crashes_ends_the_run_with_its_last_words(tiny: Make) -> None:
    lab = tiny(program="raise ValueError('no data')\n")
    with pytest.raises(BenchError, match=r"The baseline does not run.*no data") as caught:
        lab.run()
    assert "Traceback" in caught.value.hint


def test_a_crash_is_recorded_as_what_it_was(tiny: Make) -> None:
    lab = tiny("engine = Scripted({'worker': lambda r: Line(edits=put(r, A=1 // 2, B='x'))})")
    summary = lab.run(experiments=2)
    assert summary.crashed == 2
    row = lab.experiments()[0]
    assert row.status == "crash"
    assert "TypeError" in row.reason
    assert "TypeError" in (lab.root / ".orgloop/cases/r1/e0001.md").read_text()


def test_a_role_that_changes_nothing_costs_no_bench_run(tiny: Make) -> None:
    lab = tiny("engine = Scripted()")
    summary = lab.run(experiments=2)
    assert (summary.discarded, summary.measurements) == (2, 1)
    assert lab.experiments()[0].reason.startswith("Nothing was changed")


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ("{'task.md': b'goal: minimize'}", "`task.md`"),
        ("{'program.py': None, 'sitecustomize.py': b'x = 1'}", "`sitecustomize.py`"),
        ("{'.gitattributes': b'* filter=evil'}", "`.gitattributes`"),
    ],
)
def test_a_change_outside_the_editable_files_never_reaches_the_bench(
    tiny: Make, edits: str, said: str
) -> None:
    lab = tiny(f"engine = Scripted({{'worker': Line(edits={edits})}})")
    summary = lab.run(experiments=1)
    assert (summary.discarded, summary.measurements) == (1, 1)
    assert said in lab.experiments()[0].reason


def test_a_role_without_edit_cannot_change_a_file(tiny: Make) -> None:
    lab = tiny(worker="---\nname: worker\ndescription: Reads.\ntools: Read\n---\nRead.\n")
    lab.run(experiments=1)
    assert "`worker` may not edit" in lab.experiments()[0].reason


def test_a_failing_engine_ends_the_experiment_and_three_alike_the_run(tiny: Make) -> None:
    lab = tiny("engine = Scripted({'worker': Line(fails='the model is gone.')})")
    with pytest.raises(EngineError, match="3 experiments in a row ended in the same way"):
        lab.run(experiments=9)
    rows = lab.experiments()
    assert 3 <= len(rows) <= 4
    assert all("`worker` failed: the model is gone." in row.reason for row in rows)


def test_an_engine_that_raises_anything_costs_one_experiment(tiny: Make) -> None:
    lab = tiny(
        """
        def worker(request):
            if number(request) == 2:
                raise ZeroDivisionError("a bug of its own")
            return Line(edits=put(request, A=float(number(request))))

        engine = Scripted({"worker": worker})
        """
    )
    summary = lab.run()
    assert (summary.kept, summary.discarded) == (3, 1)
    failed = next(row for row in lab.experiments() if row.status == "discard")
    assert "ZeroDivisionError: a bug of its own" in failed.reason


def test_a_second_process_is_refused_clearly(tiny: Make) -> None:
    lab = tiny()
    lab.run(experiments=1)
    lock = LabLock(lab.root / ".orgloop")
    try:
        with pytest.raises(LabBusy, match="Another process is running this lab"):
            lab.run(experiments=2)
    finally:
        lock.release()
    assert lab.run(experiments=2).experiments == 2


def test_setup_runs_once_in_a_worktree_and_its_products_stay(tiny: Make) -> None:
    task = TASK.replace(
        "slots: 1", "slots: 1\nsetup: mkdir -p data && echo 5 >> data/value.txt"
    ).replace("python -S -E program.py", "cat data/value.txt && python -S -E program.py")
    lab = tiny(task=task)
    summary = lab.run()
    assert summary.kept == 4
    values = list((lab.root / ".orgloop" / "worktrees").glob("*/data/value.txt"))
    assert values
    assert all(value.read_text() == "5\n" for value in values)
