from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.cli.log import log_command
from orgloop.cli.show import show_command
from orgloop.errors import LedgerError, NotALab, UserError
from orgloop.lab.lock import LabLock
from orgloop.ledger import Ledger, MeasurementRow, ledger_path

BASE = "ab" * 20
GOOD, BAD = "0123456789" * 4, "fedcba9876" * 4
TASK = {"name": "bytes-lm", "metric": "val_bpb", "goal": "minimize", "evaluate": "x"}


def _measure(ledger: Ledger, id: str, commit: str, value: float | None, log: str = "") -> None:
    name = ledger.measurements.next_id("r1", id)
    ledger.measurements.begin(
        MeasurementRow("r1", name, id, commit, 0, "search", "running", 1.0, log=log or None)
    )
    ledger.measurements.finish(
        name,
        value=value,
        crash=None if value else {"kind": "exception", "message": "no"},
        peak_bytes=3 * 2**29,
        metrics={},
    )


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "task.md").write_text("---\nname: x\n---\n")
    with Ledger.open(ledger_path(tmp_path)) as ledger:
        ledger.runs.create(baseline_commit=BASE, task=TASK)
        _measure(ledger, "baseline", BASE, 2.7)
        ledger.incumbents.promote("r1", commit=BASE, experiment="baseline", value=2.7, stderr=0.01)
        first = ledger.experiments.start("r1", 1, BASE).id
        ledger.experiments.update("r1", first, title="Wider\tlayer\x1b[31m", commit=GOOD)
        (tmp_path / "out.log").write_bytes(b"step 1\rstep 2\r\x1b[1mval_bpb: 2.6\xff\n")
        _measure(ledger, first, GOOD, 2.61, log="out.log")
        _measure(ledger, first, GOOD, 2.63)
        ledger.experiments.keep("r1", first, commit=GOOD, value=2.62, stderr=0.01, gain=0.08)
        second = ledger.experiments.start("r1", 1, GOOD).id
        ledger.experiments.update("r1", second, title="Boom", commit=BAD)
        _measure(ledger, second, BAD, None)
        ledger.experiments.finish("r1", second, "crash", "exception: no")
        refused = ledger.experiments.start("r1", 1, GOOD).id
        ledger.experiments.finish("r1", refused, "discard", "out of scope")
        ledger.experiments.start("r1", 1, GOOD)
    return tmp_path


def test_the_table_shows_values_with_their_uncertainty(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert log_command(lab) == 0
    shown = capsys.readouterr().out
    assert "bytes-lm · r1 · val_bpb, lower is better · " in shown
    assert "2.620 ± 0.010" in shown and "Wider layer" in shown and "\x1b" not in shown
    assert "3 experiments: 1 kept, 1 discarded, 1 crashed; 1 in flight." in shown
    assert "Best 2.620 ± 0.010 (e0001, 0123456)" in shown


def test_a_run_whose_process_is_gone_is_not_called_running(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = LabLock(ledger_path(lab).parent)
    log_command(lab)
    assert "lower is better · running" in capsys.readouterr().out
    lock.release()
    log_command(lab)
    assert "lower is better · interrupted; `orgloop run` goes on" in capsys.readouterr().out


def test_a_limit_shows_the_latest_and_counts_the_rest(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_command(lab, limit=1)
    shown = capsys.readouterr().out
    assert "e0003" in shown and "e0002" not in shown and "2 earlier ones" in shown


def test_json_is_an_array_with_the_promised_fields(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_command(lab, as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == ["e0001", "e0002", "e0003"]
    promised = [
        "id", "status", "commit", "base", "value", "measurements", "generation", "title",
        "tokens", "wall_s",
    ]  # fmt: skip
    assert list(rows[0])[: len(promised)] == promised
    assert rows[0]["measurements"] == [2.61, 2.63] and rows[0]["base"] == BASE
    assert rows[1]["status"] == "crash" and rows[1]["measurements"] == []
    log_command(lab, as_json=True, limit=1)
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == ["e0003"]


def test_tsv_is_autoresearchs_results_file(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_command(lab, as_tsv=True)
    said = capsys.readouterr()
    assert "Left out: 1 proposal turned down before a run." in said.err
    assert said.out.splitlines() == [
        "commit\tval_bpb\tmemory_gb\tstatus\tdescription",
        "abababa\t2.700000\t1.5\tkeep\tbaseline",
        "0123456\t2.620000\t1.5\tkeep\tWider layer",
        "fedcba9\t0.000000\t0.0\tcrash\tBoom",
    ]


def test_a_lab_that_has_not_run_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "task.md").write_text("")
    assert log_command(tmp_path) == 0
    assert "has not run yet" in capsys.readouterr().err
    assert log_command(tmp_path, as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == []
    with pytest.raises(UserError, match="no experiments yet"):
        show_command(tmp_path, "1")
    assert not (tmp_path / ".orgloop").exists()


def test_a_directory_that_is_no_lab_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotALab, match=r"no task\.md"):
        log_command(tmp_path)


def test_a_run_that_is_not_there_is_told_with_those_that_are(lab: Path) -> None:
    with pytest.raises(UserError, match="no run `r9`") as caught:
        log_command(lab, run="r9")
    assert "`r1`" in caught.value.hint
    assert log_command(lab, run="1") == 0


def test_a_damaged_ledger_is_told(lab: Path) -> None:
    ledger_path(lab).write_bytes(b"garbage" * 1000)
    with pytest.raises(LedgerError, match="damaged"):
        log_command(lab)


@pytest.mark.parametrize("asked", ["e0001", "1", "E0001", "0001", "01234", GOOD])
def test_an_experiment_is_found_by_id_number_or_commit(
    lab: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    assert show_command(lab, asked) == 0
    assert capsys.readouterr().out.startswith("# e0001: Wider layer\n")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("77", "nearest is `e0004`"), ("e0000", "nearest is `e0001`"), ("xyz", "`e0001` to `e0004`")],
)
def test_an_unknown_experiment_is_told_with_the_nearest(lab: Path, asked: str, hint: str) -> None:
    with pytest.raises(UserError, match="no experiment") as caught:
        show_command(lab, asked)
    assert hint in caught.value.hint and caught.value.exit_code == 2


def test_the_change_comes_from_the_differ(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_command(lab, "1", differ=lambda run, row: f"+{row.commit}\n") == 0
    assert f"```diff\n+{GOOD}\n```" in capsys.readouterr().out
    show_command(lab, "1", diff=True, differ=lambda run, row: "+a\x1b[2J\n-b\n")
    assert capsys.readouterr().out == "+a\n-b\n"
    show_command(lab, "1", diff=True)
    assert "changed nothing" in capsys.readouterr().err


def test_the_log_is_printed_without_escapes(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_command(lab, "1", log=True)
    assert capsys.readouterr().out == "step 1\nstep 2\nval_bpb: 2.6\ufffd\n"
    show_command(lab, "3", log=True)
    assert "No output of e0003" in capsys.readouterr().err
    (lab / "out.log").unlink()
    with pytest.raises(UserError, match="cannot be read"):
        show_command(lab, "1", log=True)


def test_show_json_is_everything_on_record(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    show_command(lab, "1", as_json=True, differ=lambda run, row: "+x")
    data = json.loads(capsys.readouterr().out)
    assert data["id"] == "e0001" and data["diff"] == "+x" and data["metric"] == "val_bpb"
    assert [row["value"] for row in data["measurements"]] == [2.61, 2.63]


def test_reading_a_log_imports_nothing_heavy(lab: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from orgloop.cli.log import log_command\nfrom orgloop.cli.show import show_command\n"
        f"log_command(Path({str(lab)!r}))\nshow_command(Path({str(lab)!r}), '1')\n"
        "heavy = {'pydantic', 'rich', 'langgraph', 'optuna', 'git', 'textual', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


def test_output_that_cannot_show_a_character_replaces_it(lab: Path) -> None:
    script = (
        "from pathlib import Path\nfrom orgloop.cli.log import log_command\n"
        f"log_command(Path({str(lab)!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii"},
    )
    assert b"2.620 ? 0.010" in done.stdout


def test_a_keep_for_less_code_is_marked_and_gains_have_their_error(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(ledger_path(lab)) as ledger:
        row = ledger.experiments.start("r1", 1, BASE)
        ledger.experiments.judge(
            "r1", row.id, call="simpler", value=2.7, stderr=0.01, gain=-0.001, gain_stderr=0.004,
            p_better=0.4, why="as good",
        )  # fmt: skip
        ledger.experiments.keep(
            "r1", row.id, commit="c" * 40, value=2.7, stderr=0.01, gain=-0.001, conceded=0.0076
        )
    log_command(lab)
    shown = capsys.readouterr().out
    line = next(line for line in shown.splitlines() if line.startswith(row.id))
    assert "keep=" in line
    assert "-0.0010 ± 0.0040" in line
    assert "= kept for having less code, and no improvement, conceding at most 0.0076" in shown
    log_command(lab, as_json=True)
    found = json.loads(capsys.readouterr().out)[-1]
    assert (found["gain_stderr"], found["conceded"]) == (0.004, 0.0076)
    show_command(lab, row.id)
    page = capsys.readouterr().out
    assert "gain -0.0010 ± 0.0040 on the incumbent" in page
    assert "it may cost 0.0076 at most" in page
