"""From a checkout to a measurement, in one step, two, or three."""

from pathlib import Path

import pytest

from orgloop.bench import CrashKind, Ending, JobResult, Slot, StepResult
from orgloop.bench.record import JobRecord
from orgloop.errors import UserError

EVALUATE = """
import os, sys, pathlib
def at(name): return pathlib.Path(os.environ["ORGLOOP_" + name])
if sys.argv[1] == "ask":
    (at("QUESTIONS") / "q").write_text("2 3")
    (at("SCORING") / "truth").write_text("13")
else:
    answer = float((at("ANSWERS") / "a").read_text())
    truth = float((at("SCORING") / "truth").read_text())
    print("model", (at("ARTIFACTS") / "model").read_text().strip()[:40])
    print("loss:", abs(answer - truth))
"""
PREDICT = """
import os, pathlib
q = (pathlib.Path(os.environ["ORGLOOP_QUESTIONS"]) / "q").read_text()
a, b = map(float, q.split())
w = float((pathlib.Path(os.environ["ORGLOOP_ARTIFACTS"]) / "model").read_text())
(pathlib.Path(os.environ["ORGLOOP_ANSWERS"]) / "a").write_text(str(a * w + b))
"""
TRAIN = 'open("model", "w").write("4.5"); print("loss: 99")'
SCORED = {
    "evaluate": "python -S evaluate.py",
    "predict": "python -S predict.py",
    "artifacts": ["model"],
}


@pytest.fixture
def scored(lab):
    lab.write(evaluate=EVALUATE, predict=PREDICT)
    return lab


async def test_a_run_that_prints_its_metric_is_measured(lab) -> None:
    measured = await lab.measure('print("steps: 10"); print("loss: 0.5"); print("loss: 0.25")')
    assert measured.value == 0.25
    assert measured.metrics == {"steps": 10.0, "loss": 0.25}
    assert measured.crash is None
    assert measured.log.read_text().startswith("steps: 10")
    assert measured.cpu_s > 0


async def test_the_seed_is_in_the_command_and_in_the_environment(lab) -> None:
    measured = await lab.measure(
        """
        import os, sys
        assert sys.argv[1] == os.environ["ORGLOOP_SEED"] == os.environ["PYTHONHASHSEED"]
        print("loss:", sys.argv[1])
        """,
        seed=41,
        run="python -S train.py {seed}",
    )
    assert measured.value == 41


async def test_an_exception_is_a_crash_with_its_last_line(lab) -> None:
    measured = await lab.measure('print("loss: 1"); raise ValueError("shapes differ")')
    assert measured.value is None
    assert measured.crash.kind is CrashKind.EXCEPTION
    assert measured.crash.message == "ValueError: shapes differ"
    assert "Traceback" in measured.crash.tail


async def test_an_exit_status_is_a_crash_even_with_a_metric(lab) -> None:
    measured = await lab.measure('print("loss: 1"); raise SystemExit(4)')
    assert measured.crash.kind is CrashKind.EXIT
    assert "status 4" in measured.crash.message


async def test_text_of_a_gpu_out_of_memory_is_told_apart(lab) -> None:
    measured = await lab.measure('raise RuntimeError("CUDA out of memory. Tried to allocate")')
    assert measured.crash.kind is CrashKind.MEMORY


@pytest.mark.parametrize(
    ("train", "kind"),
    [
        ('print("done")', CrashKind.NO_METRIC),
        ('print("loss: nan")', CrashKind.NON_FINITE),
        ('print("loss: 1"); print("peak_gb: 41")', CrashKind.CONSTRAINT),
        ("import time; time.sleep(60)", CrashKind.TIMEOUT),
    ],
)
async def test_crash_kinds_are_told_apart(lab, train, kind) -> None:
    constraints = {"peak_gb": "<= 40"} if kind is CrashKind.CONSTRAINT else {}
    limits = {"wall": "300ms"} if kind is CrashKind.TIMEOUT else {"wall": "20s"}
    measured = await lab.measure(train, constraints=constraints, limits=limits)
    assert measured.crash.kind is kind
    assert measured.value is None


async def test_only_the_evaluators_number_counts(scored) -> None:
    measured = await scored.measure(TRAIN, **SCORED)
    assert measured.value == 1.0, measured.crash
    assert not list(scored.home.joinpath("scratch").iterdir())


async def test_an_evaluator_without_predict_sees_the_artifacts(lab) -> None:
    lab.write(
        evaluate="""
        import os, pathlib
        print("loss:", (pathlib.Path(os.environ["ORGLOOP_ARTIFACTS"]) / "model").read_text())
        """
    )
    measured = await lab.measure(TRAIN, evaluate="python -S evaluate.py", artifacts=["model"])
    assert measured.value == 4.5


async def test_a_missing_artifact_is_a_crash(scored) -> None:
    measured = await scored.measure("print(1)", **SCORED)
    assert measured.crash.kind is CrashKind.ARTIFACTS
    assert "`model`" in measured.crash.message


@pytest.mark.parametrize(
    "trick",
    [
        'os.symlink(os.path.abspath("../../frozen/evaluate.py"), "model")',
        'os.symlink("/etc/hostname", "model")',
        'os.mkfifo("model")',
        'os.makedirs("d"); open("d/model", "w").write("1"); os.symlink("d/model", "model")',
    ],
)
async def test_an_artifact_that_is_no_plain_file_is_refused(scored, trick) -> None:
    measured = await scored.measure(f"import os; {trick}", **SCORED)
    assert measured.crash.kind is CrashKind.ARTIFACTS


async def test_answers_that_link_to_the_truth_are_refused(scored) -> None:
    scored.write(
        predict="""
        import os
        answers = os.environ["ORGLOOP_ANSWERS"]
        os.symlink(answers.replace("answers", "scoring") + "/truth", answers + "/a")
        """
    )
    measured = await scored.measure(TRAIN, **SCORED)
    assert measured.value is None
    assert measured.crash.kind is CrashKind.ARTIFACTS


async def test_the_candidate_finds_neither_truth_nor_hidden_files(scored) -> None:
    for place in (scored.worktree.lab, scored.frozen):
        (place / "truth.txt").write_text("thirteen")
    train = """
    import os
    seen = []
    for folder, folders, names in os.walk("/"):
        if folder == "/":
            folders[:] = set(folders) - {"proc", "sys", "usr"}
        for name in names:
            if name in ("truth", "truth.txt") or "scoring" in folder:
                seen.append(open(os.path.join(folder, name)).read())
    seen.append(open(".git").read())
    open("model", "w").write("4.5")
    print("seen", [text for text in seen if text])
    """
    scored.write(
        predict=PREDICT
        + """
beside = os.path.dirname(os.environ["ORGLOOP_ANSWERS"])
assert sorted(os.listdir(beside)) == ["answers", "questions"]
"""
    )
    measured = await scored.measure(train, hidden=["truth.txt"], sandbox={"packages": []}, **SCORED)
    assert measured.value == 1.0, measured.crash
    assert "seen []" in measured.log.read_text()


async def test_the_evaluator_sees_hidden_files(lab) -> None:
    lab.write(evaluate='print("loss:", open("truth.txt").read())')
    for place in (lab.worktree.lab, lab.frozen):
        (place / "truth.txt").write_text("13")
    measured = await lab.measure("pass", hidden=["truth.txt"], evaluate="python -S evaluate.py")
    assert measured.value == 13


async def test_a_run_that_writes_over_a_tracked_file_is_told_so(scored) -> None:
    cheat = TRAIN + '; open("evaluate.py", "w").write("print(\'loss: 0\')")'
    measured = await scored.measure(cheat, **SCORED)
    assert measured.crash.kind is CrashKind.FROZEN
    assert "`evaluate.py`" in measured.crash.message


async def test_a_tracked_artifact_may_be_written_over(scored) -> None:
    for place in (scored.worktree.lab, scored.frozen):
        (place / "model").write_text("0")
    assert (await scored.measure(TRAIN, **SCORED)).value == 1.0


async def test_a_failing_evaluator_is_told_apart(scored) -> None:
    scored.write(evaluate="raise OSError('no validation set')")
    measured = await scored.measure(TRAIN, **SCORED)
    assert measured.crash.kind is CrashKind.EVALUATOR
    assert "no validation set" in measured.crash.message


async def test_a_process_left_by_training_does_not_reach_prediction(scored) -> None:
    train = (
        TRAIN
        + """
import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        open("alive", "w").write(str(time.time()))
        time.sleep(0.002)
"""
    )
    scored.write(
        predict=PREDICT
        + """
import time
before = open("alive").read() if os.path.exists("alive") else ""
time.sleep(0.05)
assert before == (open("alive").read() if os.path.exists("alive") else "")
"""
    )
    measured = await scored.measure(train, **SCORED)
    assert measured.value == 1.0, measured.crash


async def test_mounts_appear_in_both_checkouts_and_are_read_only(lab) -> None:
    data = lab.root / "data"
    data.mkdir()
    (data / "train.txt").write_text("5")
    outside = lab.root.parent / "cache"
    outside.mkdir()
    (outside / "c.txt").write_text("6")
    lab.write(evaluate='print("loss:", open("data/train.txt").read())')
    measured = await lab.measure(
        f"""
        assert open("data/train.txt").read() == "5"
        assert open("{outside}/c.txt").read() == "6"
        assert open("renamed/c.txt").read() == "6"
        try: open("data/new", "w")
        except OSError: pass
        else: raise SystemExit("written")
        """,
        mounts=["data", str(outside), f"{outside}:renamed"],
        evaluate="python -S evaluate.py",
    )
    assert measured.value == 5, measured.crash


async def test_a_hidden_file_in_a_mount_is_masked_for_the_candidate(lab) -> None:
    data = lab.root / "data"
    (data / "val").mkdir(parents=True)
    (data / "val" / "y").write_text("13")
    lab.write(evaluate='print("loss:", open("data/val/y").read())')
    measured = await lab.measure(
        'import os; assert os.listdir("data/val") == []',
        mounts=["data"],
        hidden=["data/val"],
        evaluate="python -S evaluate.py",
    )
    assert measured.value == 13, measured.crash


async def test_a_missing_mount_is_the_persons_to_mend(lab) -> None:
    with pytest.raises(UserError, match="`data` is not there"):
        lab.bench(mounts=["data"])


async def test_setup_tells_what_it_made_and_it_cannot_be_changed(lab) -> None:
    lab.write(train='open("env/lib")')
    bench = lab.bench(setup="mkdir env && echo 7 > env/lib")
    made = await bench.setup(lab.worktree, job_id="setup-0")
    assert [path.name for path in made] == ["env"]
    lab.write(
        train="""
        print("loss:", open("env/lib").read())
        try: open("env/lib", "w")
        except OSError: pass
        else: raise SystemExit("changed")
        """
    )
    measured = await bench.measure("m", lab.worktree, 1, Slot(0), protected=made)
    assert measured.value == 7, measured.crash


async def test_a_setup_that_fails_is_the_persons_to_mend(lab) -> None:
    with pytest.raises(UserError, match="`setup` failed"):
        await lab.bench(setup="exit 2").setup(lab.worktree, job_id="setup-0")


async def test_an_environment_that_is_mounted_comes_first_on_the_path(lab) -> None:
    own = lab.root / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "python").write_text("#!/bin/sh\necho loss: 42\n")
    (own / "python").chmod(0o755)
    measured = await lab.measure("print('loss: 1')", mounts=[".venv"])
    assert measured.value == 42


async def test_a_lab_that_is_a_folder_of_the_repository_runs_in_it(lab) -> None:
    top = lab.worktree.path
    sub = top / "labs" / "one"
    sub.mkdir(parents=True)
    (top / "shared.txt").write_text("3")
    (sub / "train.py").write_text('print("loss:", open("../../shared.txt").read())')
    checkout = type(lab.worktree)(top, sub)
    measured = await lab.bench().measure("m", checkout, 1, Slot(0))
    assert measured.value == 3, measured.crash


@pytest.mark.parametrize(
    ("leads_to", "kind"), [("two", CrashKind.ARTIFACTS), ("../../../loot", CrashKind.FROZEN)]
)
async def test_a_directory_on_the_way_to_an_artifact_may_not_be_a_link(lab, leads_to, kind) -> None:
    top = lab.worktree.path
    sub = top / "one"
    sub.mkdir()
    loot = lab.root / "loot"
    loot.mkdir()
    (loot / "model").write_text("stolen")
    (sub / "train.py").write_text(
        'import os; open("model", "w").write("mine"); os.rename("../one", "../two");'
        f'os.symlink("{leads_to}", "../one")'
    )
    checkout = type(lab.worktree)(top, sub)
    lab.write(evaluate='print("loss: 1")')
    bench = lab.bench(evaluate="python -S evaluate.py", artifacts=["model"])
    measured = await bench.measure("m", checkout, 1, Slot(0))
    assert measured.crash.kind is kind


def test_a_pattern_without_a_value_group_is_refused(lab) -> None:
    with pytest.raises(UserError, match="no group named `value`"):
        lab.bench(pattern="loss ([0-9.]+)")


def test_the_evaluator_may_use_more_memory_than_a_run_and_not_all_there_is(scored) -> None:
    def trusted(**limits: str) -> set[int | None]:
        job = scored.bench(limits=limits, **SCORED).job("m", scored.worktree, 1, Slot(0))
        return {step.limits.memory for step in job.steps if not step.untrusted}

    assert trusted(memory="1GB") == {4 * 2**30}
    assert trusted(memory="3GB") == {6 * 2**30}
    assert trusted() == {None}


def test_the_worktree_is_named_in_the_job(lab) -> None:
    job = lab.bench().job("m", lab.worktree, 1, Slot(0, cpus=(0,)))
    assert job.worktree == lab.worktree.path
    assert job.cpus == (0,)
    assert isinstance(job.steps[0].cwd, Path)


async def test_what_the_bench_failed_at_is_no_result_and_is_run_again(lab) -> None:
    lab.write(train='print("loss: 0.5")')
    record = JobRecord(lab.home / "jobs", "again")
    record.folder.mkdir(parents=True)
    broken = StepResult(name="run", ending=Ending.BROKEN, message="the sandbox broke")
    result = JobResult(id="again", steps=(broken,))
    (record.folder / "result.json").write_text(result.model_dump_json())
    assert (await lab.bench().measure("again", lab.worktree, 7, Slot(0))).value == 0.5
