"""Whole runs: each experiment is a cheat, an honest one stands before, between and behind."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgloop.cli.display import words
from orgloop.cli.log import log_command, log_json
from orgloop.cli.log_table import table
from orgloop.cli.show import as_data
from orgloop.cli.summary import summary_text
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.ledger import Ledger, load_case, render_case
from orgloop.org.brief import task_brief
from orgloop.org.load import load_lab


def honest(w: float) -> str:
    return f'open("model.txt", "w").write("{w}")\nprint("steps: 10")\n'


HEAD = honest(5.625)
RUNS = {
    "prints a number": (HEAD + "print('loss: 0')", "discard", "not better"),
    "rewrites the evaluator": (
        HEAD + "open('evaluate.py', 'w').write('print(\"loss: 0\")')",
        "crash",
        "frozen files: It changed tracked files while it ran: `evaluate.py`.",
    ),
    "fills the memory": (
        "x = []\nwhile True: x.append(bytearray(b'1' * 4_000_000))",
        "crash",
        "out of memory: It used ",
    ),
    "trains on": ("while True: pass", "crash", "cpu limit: It used "),
    "fills the disk": (
        "f = open('big', 'wb')\nwhile True: f.write(bytes(100_000)); f.flush()",
        "crash",
        "disk limit: It wrote more than 20 MB to disk (`limits.disk`).",
    ),
    "links its model to what is hidden": (
        "import os; os.symlink('hidden.txt', 'model.txt')",
        "crash",
        "artifacts: It ended well, but `model.txt` is a link or cannot be read",
    ),
    "calls somebody": (
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "crash",
        "exception: ",
    ),
    "floods its log": (
        "import sys\nfor _ in range(300): sys.stdout.write('x' * 9999)\nraise SystemExit(3)",
        "crash",
        "exit status: It ended with status 3.",
    ),
}
NOT_EDITABLE = "is not one of the editable files"
EDITS = {
    "edits the evaluator": ({"evaluate.py": "print('loss: 0')"}, f"`evaluate.py` {NOT_EDITABLE}"),
    "edits the task": ({"task.md": "---\n---\n"}, f"`task.md` {NOT_EDITABLE}"),
    "edits the organization": ({"org/charter.md": "x"}, f"`org/charter.md` {NOT_EDITABLE}"),
    "adds a module beside it": ({"json.py": "x"}, f"`json.py` {NOT_EDITABLE}"),
    "adds sitecustomize": ({"sitecustomize.py": "x"}, f"`sitecustomize.py` {NOT_EDITABLE}"),
    "adds a .pth": ({"x.pth": "import os"}, f"`x.pth` {NOT_EDITABLE}"),
    "adds a twin by case": ({"Train.py": "x"}, f"`Train.py` {NOT_EDITABLE}"),
    "climbs out": ({"../outside.py": "x"}, "`../outside.py` is not a plain path within the lab"),
    "names a path of the machine": ({"/tmp/x.py": "x"}, "`/tmp/x.py` is not a path within the lab"),
    "steers git": ({".gitattributes": "* filter=x"}, "`.gitattributes` is a file that steers git"),
    "plants a hook": ({".git/hooks/post-checkout": "x"}, "is a file that steers git or Orgloop"),
    "plants a submodule": ({".gitmodules": "[submodule]"}, "`.gitmodules` is a file that steers"),
    "writes into the ledger": ({".orgloop/lab.db": "x"}, "`.orgloop/lab.db` is a file that steers"),
    "a name with a line break": ({"train.py\nx": "x"}, "has a control character in its name"),
    "a name that is disguised": (
        {".g\u200cit/config": "x"},
        "is a file that steers git or Orgloop",
    ),
}


def the_plan() -> list[tuple[str, dict[str, str]]]:
    plan = [("honest, first", {"train.py": honest(5.5)})]
    plan += [(name, {"train.py": code}) for name, (code, _, _) in RUNS.items()]
    plan += [(name, edits) for name, (edits, _) in EDITS.items()]
    return [*plan, ("honest, last", {"train.py": honest(5.25)})]


@pytest.mark.slow
def test_none_is_kept_none_does_harm_and_each_is_reported_as_what_it_was(
    lab_of_cheats, tmp_path, monkeypatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path / "minds"))
    root = lab_of_cheats(the_plan())
    before = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, check=True
    )
    summary = run_lab(root, RunOptions(), on_open=lambda session: None)
    assert (summary.kept, summary.experiments) == (2, len(the_plan()))
    assert (summary.baseline, summary.best) == (1.0, 0.25)
    with Ledger.read_only(root / ".orgloop" / "lab.db") as ledger:
        run = ledger.runs.latest()
        assert run is not None
        shown = {row["title"]: row for row in log_json(ledger, run)}
        printed = "\n".join(table(ledger, run))
        for name, (_, status, said) in RUNS.items():
            row = shown[name]
            assert row["status"] == status, row
            case = load_case(ledger, run, str(row["id"]))
            page = render_case(case)
            if status == "crash":
                assert said in str(row["reason"])
                assert said[:60].replace("`", "'") in page.replace("`", "'")
                assert said[:40] in printed
            else:
                assert row["value"] == 1.0
        for name, (edits, said) in EDITS.items():
            row = shown[name]
            assert row["status"] == "discard"
            assert said in str(row["reason"])
            assert str(row["reason"]).startswith("Not editable: ")
            assert row["measurements"] == []
            assert all(name not in str(row["value"]) for name in edits)
        assert [row["status"] for row in shown.values()].count("keep") == 2
        assert not any(row["self_reported"] for row in shown.values())
    after = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, check=True
    )
    assert before.stdout == after.stdout
    assert not (tmp_path / "outside.py").exists()


def test_without_an_evaluator_every_output_says_that_the_number_is_self_reported(
    lab_of_cheats, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path / "minds"))
    root = lab_of_cheats([("prints a number", {"train.py": "print('loss: 0')"})])
    task = root / "task.md"
    kept = [
        line
        for line in task.read_text().splitlines()
        if not line.startswith(("predict:", "evaluate:", "artifacts:"))
    ]
    task.write_text("\n".join(kept) + "\n")
    (root / "train.py").write_text("print('loss: 1')\n")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "commit", "-qam", "self-reported"], cwd=root, check=True)
    summary = run_lab(root, RunOptions(), on_open=lambda session: None)
    assert summary.best == 0  # the control: this is what an evaluator is for
    assert summary.self_reported
    assert "Self-reported: the number is what the training code printed" in summary_text(
        summary, root
    )
    with Ledger.read_only(root / ".orgloop" / "lab.db") as ledger:
        run = ledger.runs.latest()
        assert "self-reported" in table(ledger, run)[0]
        (row,) = log_json(ledger, run)
        assert row["self_reported"] is True
        experiment = ledger.experiments.get(run.id, "e0001")
        assert as_data(ledger, run, experiment)["self_reported"] is True
        assert "self-reported" in render_case(load_case(ledger, run, "e0001"))
        status = ledger.views.status(run.id)
        assert "self-reported" in words.better(status)
    assert log_command(root, as_tsv=True) == 0
    assert "Self-reported" in capsys.readouterr().err
    lab, _ = load_lab(root)
    assert lab is not None
    assert task_brief(lab.task).self_reported


NOBODY = 65534


def interpreter() -> str:
    """A Python of our version that an ordinary user may run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [os.path.realpath(sys.executable), f"/usr/bin/{version}", f"/usr/local/bin/{version}"]
    for place in places:
        try:
            subprocess.run([place, "-c", "1"], check=True, **as_nobody())
        except (OSError, subprocess.CalledProcessError):
            continue
        return place
    pytest.fail(f"user {NOBODY} can run none of {places}")


def as_nobody() -> dict[str, object]:
    """How a subprocess becomes an ordinary user, if we are not one already."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture
def public_place() -> Iterator[Path]:
    """A directory that anybody may enter: pytest's own are its user's alone."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.slow
def test_a_whole_run_of_cheats_as_an_ordinary_user(lab_of_cheats, public_place) -> None:
    root = lab_of_cheats(the_plan(), public_place)
    (public_place / "home").mkdir()
    python = interpreter()
    task = root / "task.md"
    task.write_text(task.read_text().replace("python -S", f"{Path(python).name} -S"))
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "commit", "-qam", "its python"], cwd=root, check=True)
    if os.geteuid() == 0:
        for path in (public_place, *public_place.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    main = "import sys; from orgloop.cli import main; sys.exit(main())"
    done = subprocess.run(
        [python, "-c", main, "run", str(root), "--json"],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(public_place / "home"),
            "PYTHONPATH": os.pathsep.join([str(public_place / "minds"), *filter(None, sys.path)]),
        },
        cwd=public_place,
        capture_output=True,
        text=True,
        check=False,
        **as_nobody(),
    )
    assert done.returncode == 0, done.stderr
    assert "NOT sandboxed" not in done.stderr
    summary = json.loads(done.stdout)
    assert (summary["kept"], summary["experiments"]) == (2, len(the_plan()))
    assert (summary["baseline"], summary["best"]) == (1.0, 0.25)
    assert (root / ".orgloop" / "lab.db").stat().st_uid != 0
