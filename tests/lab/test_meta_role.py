"""A role that amends, thinking with a chat model or with none, in a lab that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orgloop.ledger import AmendmentRow, GenerationRow
from orgloop.org import Org, load_org
from orgloop.repo import LabRepo
from orgloop.testing.api import ApiServer, Asked, Reply, ToolCall, role_answer

from .conftest import TinyLab

Make = Callable[..., TinyLab]

CHARTER = """\
---
name: small
model: python:MINDS:engine
accept: greedy
budget: {experiments: 32}
probation: {chance: 0.8, experiments: 6}
lookahead: 0
---
```mermaid
flowchart LR
    worker --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
META = """\
---
name: meta
description: Amends the organization.
tools: Read, Edit, Write
model: openai:mind
org: {amends: true, every: 2 experiments}
---
Amend it. {{ ledger.organization(800) }}
"""
GATE = """\
---
name: gate
description: Lets nothing through.
tools: Read
---
Judge {{ experiment.title }}.
"""
MINDS = """
engine = Scripted({
    "worker": lambda r: Line(edits=put(r, A=float(number(r)))),
    "gate": Line(decision="reject"),
})
"""
WIRED = """worker --> gate
    gate -- approve --> bench
    gate -- reject --> discard"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    with ApiServer(amending) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        yield server


def amending(asked: Asked) -> Reply:
    """The first time a new role and its arrows; after that, nothing."""
    if "Amendment a1" in asked.text:
        return role_answer(asked, {"note": "I leave it as it is."})
    calls = (
        ToolCall("read", {"path": "org/charter.md"}),
        ToolCall("write", {"path": "roles/gate.md", "content": GATE}),
        ToolCall("edit", {"path": "org/charter.md", "old": "worker --> bench", "new": WIRED}),
    )
    if asked.turn < len(calls):
        return Reply(tool_calls=(calls[asked.turn],))
    return role_answer(asked, {"note": "A gate in front of the bench."})


def record(lab: TinyLab) -> tuple[list[AmendmentRow], list[GenerationRow]]:
    with lab.ledger() as ledger:
        return ledger.amendments.all("r1"), ledger.generations.all("r1")


def generation(lab: TinyLab, row: GenerationRow) -> Org:
    with LabRepo.open(lab.root) as repo:
        org, problems = load_org(repo.read_generation(row.commit), None)
    assert org is not None, list(problems)
    return org


@pytest.mark.slow
def test_a_chat_model_wires_a_new_role_in_and_the_trial_throws_it_out(
    tiny: Make, server: ApiServer
) -> None:
    lab = tiny(MINDS, charter=CHARTER, meta=META)
    for budget in (32, 48, 64, 96):  # how soon a model answers is not the lab's to say
        lab.run(experiments=budget)
        amendments, generations = record(lab)
        if amendments and amendments[0].state != "probation":
            break
    (amendment,) = amendments
    assert amendment.title == "A gate in front of the bench."
    assert amendment.state == "reverted", amendment.why
    assert set(amendment.files) == {"org/charter.md", "roles/gate.md"}
    wired = generation(lab, generations[1])
    assert wired.charter.flow.target("gate", "reject") == "discard"
    gated = [row for row in lab.experiments() if row.generation == 2]
    assert gated, "the new wiring took effect in the lab as it ran"
    for row in gated:
        assert [step.node for step in lab.steps(row.id)][:2] == ["worker", "gate"]
        assert row.status == "discard"
    assert generation(lab, generations[2]).files == generation(lab, generations[0]).files
    assert not (lab.root / "roles/gate.md").exists(), "the checkout is a person's"
    told = server.asked[-1].text
    assert "Amendment a1, reverted (better with probability 0." in told, "the next brief says so"
    assert "- `worker`: " in told


def test_the_bundled_meta_role_amends_without_a_model_once_it_has_a_cadence(tiny: Make) -> None:
    bundled = Path(__file__).parents[2] / "roles" / "meta.md"
    lines = bundled.read_text("utf-8").splitlines(keepends=True)
    text = "".join(
        "  every: 2 experiments\n" if "# every:" in line else line for line in lines
    ).replace("model: inherit", "model: embedded")
    lab = tiny(MINDS, charter=CHARTER.replace("lookahead: 0", "lookahead: 2"), meta=text)
    lab.run(experiments=8)
    amendments, generations = record(lab)
    assert amendments and amendments[0].role == "meta"
    assert str(amendments[0].data["amendment"]).startswith("lookahead:"), "all it could turn"
    assert len(generations) >= 2
