"""A preflight that finds what would stop a run, and changes nothing."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from orgloop.bench.sandbox.plain import Plain
from orgloop.cli import main
from orgloop.doctor import Examination, Finding, examine
from orgloop.doctor import sandbox as boxing
from orgloop.lab.lock import LabLock
from orgloop.lab.options import RunOptions
from orgloop.problems import Problem

TRAIN = """\
import random, sys
RATE = 0.1
seed = int(sys.argv[sys.argv.index("--seed") + 1])
print(f"loss: {RATE + random.Random(seed).gauss(0, 0.001):.6f}")
"""
TASK = """\
---
name: tiny
metric: loss
goal: minimize
run: python -S -E train.py --seed {seed}
editable: [train.py]
limits: {wall: 30s}
slots: 1
---
Make it small.
"""
MIND = """\
from orgloop.engines.protocol import Answer
from orgloop.errors import EngineError

class Mind:
    label, reads_brief, fails = "mind", True, False
    async def think(self, request):
        return Answer(note="Here.")
    async def probe(self):
        if self.fails:
            raise EngineError("The key was refused.", hint="Set MIND_KEY.")
        return "It answers."

engine = Mind()
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = tmp_path / "lab"
    root.mkdir()
    (root / "train.py").write_text(TRAIN)
    (root / "task.md").write_text(TASK)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    return root


@pytest.fixture
def mind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The name of a module with an engine that can be tried."""
    name = f"mind_{abs(hash(request.node.nodeid))}"
    (tmp_path / "minds").mkdir()
    (tmp_path / "minds" / f"{name}.py").write_text(MIND)
    monkeypatch.syspath_prepend(str(tmp_path / "minds"))
    return name


def git(path: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=path, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def unboxed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the sandbox out, which has its own test: it takes a second."""

    async def nothing(*_: object):  # type: ignore[no-untyped-def]
        return
        yield

    # The package's own `examine` is the function: the module is asked for by its name.
    module = importlib.import_module("orgloop.doctor.examine")
    monkeypatch.setattr(module, "sandbox_findings", nothing)


def by_name(found: Examination) -> dict[str, Finding]:
    return {finding.what: finding for finding in found.findings}


async def test_a_lab_that_is_whole_is_ready_and_is_left_as_it_was(lab: Path) -> None:
    found = await examine(lab)
    names = by_name(found)
    assert found.ready, [one for one in found.findings if one.state == "missing"]
    assert {names[what].state for what in ("network", "files and keys", "limits")} == {"ok"}
    assert names["baseline"].said.startswith("loss 0.") and names["again"].state == "ok"
    assert names["experimenter"].said == "embedded: tpe (the charter)."
    assert names["models"].said.startswith("No tokens")
    assert not (lab / ".orgloop").exists() and git(lab, "status", "--porcelain") == ""


@pytest.mark.usefixtures("unboxed")
async def test_a_baseline_that_does_not_run_is_found_with_its_last_words(lab: Path) -> None:
    (lab / "train.py").write_text("raise SystemExit('no data here')\n")
    git(lab, "commit", "-qam", "broken")
    baseline = by_name(await examine(lab))["baseline"]
    assert baseline.state == "missing" and "no data here" in baseline.fix


@pytest.mark.usefixtures("unboxed")
async def test_a_seed_that_does_not_fix_the_number_is_told(lab: Path) -> None:
    (lab / "train.py").write_text(TRAIN.replace("Random(seed)", "SystemRandom()"))
    git(lab, "commit", "-qam", "noisy")
    found = await examine(lab)
    again = by_name(found)["again"]
    assert again.state == "warning" and "the second time" in again.said and found.ready


@pytest.mark.usefixtures("unboxed")
async def test_what_is_not_committed_is_found_before_a_run_refuses_it(lab: Path) -> None:
    (lab / "train.py").write_text(TRAIN + "# changed\n")
    start = by_name(await examine(lab, quick=True))["start"]
    assert start.state == "missing" and "`train.py`" in start.said


@pytest.mark.usefixtures("unboxed")
async def test_a_lab_that_runs_is_not_disturbed(lab: Path) -> None:
    (lab / ".orgloop").mkdir()
    lock = LabLock(lab / ".orgloop")
    try:
        found = await examine(lab)
    finally:
        lock.release()
    baseline = by_name(found)["baseline"]
    assert baseline.state == "skipped" and "running" in baseline.said


@pytest.mark.usefixtures("unboxed")
async def test_files_that_do_not_check_are_told_and_no_more_is_asked(lab: Path) -> None:
    (lab / "task.md").write_text(TASK.replace("goal: minimize", "goal: better"))
    found = await examine(lab)
    assert not found.ready and "orgloop check" in by_name(found)["files"].fix
    assert "baseline" not in by_name(found)


async def test_a_package_that_is_not_installed_is_missing_before_the_baseline(lab: Path) -> None:
    task = (lab / "task.md").read_text()
    (lab / "task.md").write_text(task.replace("slots: 1", "sandbox: {packages: [torchh]}"))
    found = by_name(await examine(lab, offline=True, quick=True))["packages"]
    assert found.state == "missing" and "`torchh`" in found.said


@pytest.mark.usefixtures("unboxed")
async def test_without_a_lab_the_machine_alone_is_looked_at(tmp_path: Path) -> None:
    found = await examine(tmp_path)
    assert found.ready and by_name(found)["files"].state == "skipped"


@pytest.mark.usefixtures("unboxed")
async def test_an_engine_is_tried_once_and_its_refusal_is_passed_on(lab: Path, mind: str) -> None:
    model = f"python:{mind}:engine"
    options = RunOptions(model=model, usd=2.0)
    tried = [
        one for one in (await examine(lab, options=options, quick=True)).findings
        if one.what == model
    ]  # fmt: skip
    assert [(one.state, one.said) for one in tried] == [("ok", "It answers.")]

    offline = by_name(await examine(lab, options=options, quick=True, offline=True))[model]
    assert offline.state == "skipped" and "not loaded" in offline.said

    __import__(mind).Mind.fails = True
    found = await examine(lab, options=options, quick=True)
    refused = by_name(found)[model]
    assert not found.ready and (refused.said, refused.fix) == (
        "The key was refused.",
        "Set MIND_KEY.",
    )


@pytest.mark.usefixtures("unboxed")
async def test_a_model_that_nobody_knows_is_missing_with_a_suggestion(lab: Path) -> None:
    found = await examine(lab, options=RunOptions(model="embeded"), quick=True)
    assert not found.ready and "embedded" in by_name(found)["pi"].fix


@pytest.mark.usefixtures("unboxed")
async def test_what_one_model_lacks_is_told_once_for_all_its_roles(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = Problem(path="roles/pi.md", message="It needs a key.", hint="export KEY=...")
    module = importlib.import_module("orgloop.doctor.minds")
    monkeypatch.setattr(module, "model_problems", lambda *_, **__: [lacks])
    found = await examine(lab, options=RunOptions(model="openai:gpt-x"), quick=True)
    told = [one for one in found.findings if one.said == "It needs a key."]
    assert [(one.what, one.fix) for one in told] == [("openai:gpt-x", "export KEY=...")]
    assert by_name(found)["critic"].state == "missing"


@pytest.mark.usefixtures("unboxed")
async def test_a_record_of_another_version_does_not_keep_it_from_looking(lab: Path) -> None:
    (lab / ".orgloop").mkdir()
    (lab / ".orgloop" / "lab.db").write_text("no database")
    assert by_name(await examine(lab, quick=True))["files"].state == "ok"


@pytest.mark.usefixtures("unboxed")
async def test_a_run_without_a_limit_is_warned_of(lab: Path, mind: str) -> None:
    (lab / "org").mkdir()
    chart = (
        "flowchart LR\n  a --> bench\n  bench -- measured --> keep\n  bench -- crashed --> discard"
    )
    (lab / "org" / "charter.md").write_text(f"---\nname: endless\n---\n```mermaid\n{chart}\n```\n")
    (lab / "roles").mkdir()
    (lab / "roles" / "a.md").write_text("---\nname: a\ndescription: A.\n---\nDo it.\n")
    names = by_name(
        await examine(lab, options=RunOptions(model=f"python:{mind}:engine"), quick=True)
    )
    assert names["budget"].state == "warning" and "No limit" in names["budget"].said
    assert names["models"].state == "warning" and "1 answer," in names["models"].said


async def test_a_box_that_leaks_is_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is checked is that the sandbox holds: here it claims to, and does not."""

    class Boastful(Plain):
        sealed = True

    monkeypatch.setattr(boxing, "find_sandbox", Boastful)
    monkeypatch.setattr("orgloop.bench.local.find_sandbox", Plain)
    monkeypatch.setenv("SOME_API_KEY", "secret")
    found = {one.what: one.state async for one in boxing.sandbox_findings(None)}
    assert found["network"] == "missing" and found["files and keys"] == "missing"


def test_the_command_prints_a_page_or_data_and_says_by_its_status(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run = _command(monkeypatch, capsys)
    code, out = run("doctor", str(lab), "--quick")
    assert code == 0 and out.rstrip().splitlines()[-1].startswith("Ready to run.")
    assert max(len(line) for line in out.splitlines()) <= 80
    code, out = run("doctor", str(lab), "--quick", "--model", "embeded", "--json")
    assert code == 1
    assert {"missing", "ok"} <= {finding["state"] for finding in json.loads(out)["findings"]}


def _command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[object, str]]:
    def run(*arguments: str) -> tuple[object, str]:
        monkeypatch.setattr("sys.argv", ["orgloop", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    return run
