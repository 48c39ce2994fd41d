from __future__ import annotations

import pytest

from orgloop.problems import Problems
from orgloop.task import Task, parse_constraint, parse_task

HEAD = """\
---
name: bytes-lm
metric: val_bpb
goal: minimize
run: python train.py --seed {seed}
"""


def parsed(extra: str, *, warnings: int = 0) -> Task:
    problems = Problems()
    task = parse_task(f"{HEAD}{extra}---\n\nA model.\n", "task.md", problems)
    assert task is not None, list(map(str, problems))
    assert len(problems) == warnings, list(map(str, problems))
    return task


def messages(extra: str) -> list[str]:
    problems = Problems()
    parse_task(f"{HEAD}{extra}---\n\nA model.\n", "task.md", problems)
    return [problem.message for problem in problems]


def test_the_task_of_the_design_parses() -> None:
    task = parsed(
        "predict: python predict.py        # optional\nevaluate: python evaluate.py\n"
        "editable: [train.py]\nlimits: {cpu: 6s, wall: 60s, memory: 2GB}\nslots: 2\n"
        "resources: {cpus: 1, gpus: 0}\nconstraints: {peak_gb: <= 40}\n"
    )

    assert task.limits.cpu == 6.0
    assert task.limits.memory == 2 * 2**30
    assert task.body == "A model."
    assert task.predict == "python predict.py"


def test_org_and_roles_may_be_editable_since_tuning_edits_them() -> None:
    assert parsed("editable: ['org/**', roles/*.md]\n").editable == ("org/**", "roles/*.md")


def test_dollar_braces_of_the_shell_and_doubled_braces_are_no_placeholders() -> None:
    text = "editable: [a.py]\nsetup: echo ${HOME} {{x}} '{}' {1,2}\n"

    assert parsed(text).setup is not None


def test_a_run_that_reads_the_variable_needs_no_placeholder() -> None:
    problems = Problems()
    text = HEAD.replace("{seed}", "$ORGLOOP_SEED") + "editable: [a.py]\n---\n"

    assert parse_task(text, "task.md", problems) is not None
    assert len(problems) == 0


def test_a_mount_may_lie_outside_the_lab() -> None:
    assert parsed("editable: [a.py]\nmounts: [~/.cache/data, /data, .venv]\n").mounts[1] == "/data"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("''", "is empty"),
        ("'/etc/passwd'", "not inside the lab"),
        ("'~/x.py'", "not inside the lab"),
        ("a/../../b.py", "leads out of the lab"),
        ("'a\\b.py'", "backslash"),
        (".git/config", "inside `.git/`"),
        (".orgloop/lab.db", "inside `.orgloop/`"),
        ("task.md", "takes in `task.md`"),
        ("'*'", "takes in `task.md`"),
        ("'t??k.*'", "takes in `task.md`"),
        ("'[a-z]*.md'", "takes in `task.md`"),
        ("./task.md", "takes in `task.md`"),
        (".", "takes in `task.md`"),
    ],
)
def test_an_editable_path_that_cannot_be_is_refused(path: str, said: str) -> None:
    assert any(said in message for message in messages(f"editable: [{path}]\n"))


@pytest.mark.parametrize("path", ["src/**", "'**/*.py'", "src/*.md", "model-*.yaml", "docs"])
def test_an_editable_glob_that_leaves_the_task_alone_is_taken(path: str) -> None:
    assert messages(f"editable: [{path}]\n") == []


def test_what_is_hidden_is_not_editable() -> None:
    assert any("hidden" in said for said in messages("editable: ['**/*.py']\nhidden: [secret]\n"))
    assert messages("editable: [train.py]\nhidden: [secret]\n") == []


def test_constraints_hold_or_do_not() -> None:
    bound = parse_constraint("peak_gb", "<= 40")

    assert bound.holds(40.0)
    assert not bound.holds(40.5)
    assert not bound.holds(float("nan"))
    assert str(bound) == "peak_gb <= 40"


@pytest.mark.parametrize("written", ["40", "<= ", "<= x", "=< 4", "<= nan", "<= 4 5"])
def test_what_is_no_bound_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a bound on `peak_gb`"):
        parse_constraint("peak_gb", written)


def test_an_executor_is_chosen_with_what_it_needs_to_be_told() -> None:
    task = parsed(
        "editable: [a.py]\nexecutor: slurm\nlimits: {wall: 10min}\n"
        "slurm: {partition: 'gpu,short', gpu: a100, time: 2h, memory: 24GB,"
        " setup: [module load cuda], options: {constraint: a100, nice: 100}}\n"
    )
    assert (task.executor, task.slurm.time, task.slurm.memory) == ("slurm", 7200.0, 24 * 2**30)
    assert task.slurm.options == {"constraint": "a100", "nice": 100}
    assert parsed("editable: [a.py]\n").executor == "local"


@pytest.mark.parametrize(
    ("extra", "message", "hint"),
    [
        ("executor: slrum", "There is no executor `slrum`.", "Did you mean `slurm`?"),
        ("slurm: {partition: 'gpu; rm'}", "`gpu; rm` is not a name", ""),
        ("slurm: {options: {time: 5}}", "`time` is not for `options`", "`slurm: {time: ...}`"),
        ("slurm: {options: {gpus: 2}}", "`gpus` is not for `options`", "`resources: {gpus: ...}`"),
        ("slurm: {options: {--nice: 1}}", "`--nice` is not the long name", "as `nice`"),
        ("slurm: {time: 60s}", "Slurm would end a run after 60 s", "longer than `limits.wall`"),
        ("slurm: {setup: [' ']}", "That is not one line of shell.", ""),
        ("slurm: {partitoin: gpu}", "partitoin", "partition"),
        ("ray: {adress: auto}", "adress", "address"),
    ],
)
def test_what_an_executor_cannot_use_is_told(extra: str, message: str, hint: str) -> None:
    problems = Problems()
    parse_task(f"{HEAD}editable: [a.py]\n{extra}\n---\n\nA model.\n", "task.md", problems)
    [problem] = problems
    assert message in problem.message
    assert hint in problem.hint


def test_slurm_may_not_give_a_run_less_memory_than_the_task_does() -> None:
    extra = "editable: [a.py]\nlimits: {memory: 8GB}\nslurm: {memory: 4GB}\n"
    assert messages(extra) == ["Slurm would end a run within `limits.memory`."]
