"""What sbatch is asked, without a Slurm: submitit's script, and the command that hands it in."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.bench.elsewhere.queue import Asked, QueueDown, Refused
from orgloop.bench.elsewhere.slurm import SlurmQueue
from orgloop.bench.elsewhere.submission import slurm_submission
from orgloop.task.executor import SlurmSettings
from orgloop.testing.requests import a_task


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that has Slurm's names on it; what `sbatch` does is for the test to say."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("srun", "sbatch", "squeue", "scancel"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def asked(tmp_path: Path, **changes: object) -> Asked:
    values: dict[str, object] = {
        "name": "orgloop-j-a1",
        "folder": tmp_path / "jobs" / "j" / "a1",
        "cpus": 4,
        "gpus": 2,
        "memory": 8 * 2**30,
        "seconds": 1260.0,
    }
    return Asked(**(values | changes))  # type: ignore[arg-type]


def script(settings: SlurmSettings, what: Asked) -> list[str]:
    made = slurm_submission(settings, what)
    return made._make_submission_file_text("COMMAND", "uid").splitlines()


def settings(**keys: object) -> SlurmSettings:
    return a_task(slurm=keys).slurm


def test_a_job_asks_for_what_the_task_says(tmp_path: Path, commands: Path) -> None:
    lines = script(
        settings(
            partition="gpu",
            account="us",
            qos="low",
            gpu="a100",
            setup=["module load cuda"],
            options={"constraint": "nvlink", "nice": 100, "exclusive": True, "contiguous": False},
        ),
        asked(tmp_path),
    )
    for line in (
        "#SBATCH --job-name=orgloop-j-a1",
        "#SBATCH --time=21",
        "#SBATCH --mem=9728M",
        "#SBATCH --nodes=1",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --gpus-per-node=a100:2",
        "#SBATCH --partition=gpu",
        "#SBATCH --account=us",
        "#SBATCH --qos=low",
        "#SBATCH --constraint=nvlink",
        "#SBATCH --nice=100",
        "#SBATCH --exclusive",
        "#SBATCH --no-requeue",
        "module load cuda",
    ):
        assert line in lines, line
    assert not [line for line in lines if "wckey" in line or "contiguous" in line]
    assert [line for line in lines if line.startswith("srun") and "--cpus-per-task=4" in line]


def test_a_task_without_limits_leaves_them_to_the_cluster(tmp_path: Path, commands: Path) -> None:
    lines = script(settings(), asked(tmp_path, gpus=0, memory=None))
    assert not [line for line in lines if "--mem" in line or "--gpus" in line]


def test_what_the_file_says_of_time_and_memory_goes_before_what_follows(
    tmp_path: Path, commands: Path
) -> None:
    lines = script(settings(time="2h", memory="64GB"), asked(tmp_path))
    assert "#SBATCH --time=120" in lines
    assert "#SBATCH --mem=65536M" in lines


def test_sbatch_is_handed_none_of_the_labs_variables(
    tmp_path: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    (commands / "sbatch").write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\necho job 12\n")
    assert SlurmQueue(settings()).submit(asked(tmp_path)) == "12"
    seen = (tmp_path / "seen").read_text()
    assert "sk-secret" not in seen
    assert f"PATH={commands}" in seen


@pytest.mark.parametrize(
    ("said", "raised"),
    [
        ("sbatch: error: invalid partition specified: x", Refused),
        ("sbatch: error: Unable to contact slurm controller (connect failure)", QueueDown),
        ("sbatch: error: Batch job submission failed: Socket timed out on send/recv", QueueDown),
        ("sbatch: error: QOSMaxSubmitJobPerUserLimit", QueueDown),
        ("sbatch: error: Requested node configuration is not available", Refused),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(
    tmp_path: Path, commands: Path, said: str, raised: type[Exception]
) -> None:
    (commands / "sbatch").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    with pytest.raises(raised) as caught:
        SlurmQueue(settings()).submit(asked(tmp_path))
    if raised is Refused:
        assert str(caught.value) == said.partition("error: ")[2]


def test_a_controller_that_does_not_answer_has_lost_no_job(tmp_path: Path, commands: Path) -> None:
    (commands / "squeue").write_text("#!/bin/sh\necho 'slurm_load_jobs error' >&2\nexit 1\n")
    with pytest.raises(QueueDown, match="slurm_load_jobs"):
        SlurmQueue(settings()).look(["12"])


def test_jobs_that_squeue_no_longer_lists_are_left_out(tmp_path: Path, commands: Path) -> None:
    rows = "12|RUNNING|None\\n13|PENDING|Priority\\n14|TIMEOUT|TimeLimit\\n99|RUNNING|None\\n"
    (commands / "squeue").write_text(f"#!/bin/sh\nprintf '{rows}'\n")
    seen = SlurmQueue(settings()).look(["12", "13", "14", "15"])
    assert {handle: (sight.phase.value, sight.why) for handle, sight in seen.items()} == {
        "12": ("running", ""),
        "13": ("waiting", "Priority"),
        "14": ("gone", "TIMEOUT"),
    }
