"""The embedded meta-role: on its own organization, and on one that is being trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orgloop.engines.embedded.amending.meta import AMENDMENT, Meta
from orgloop.engines.embedded.amending.moves import moves, on_the_bench
from orgloop.engines.organization import OrgRecord, PastAmendment, RoleRecord
from orgloop.engines.protocol import Answer, Evidence, Outcome, Request, Trial
from orgloop.errors import EngineError
from orgloop.org import load_org
from orgloop.org.files import bundled_files
from orgloop.testing.requests import a_request, a_task

FILES = bundled_files()


def own(record: OrgRecord | None = None, seed: int = 0) -> Request:
    return replace(a_request(files=FILES, seed=seed), organization=record or OrgRecord())


def outer(seed: int = 0, evidence: Evidence | None = None) -> Request:
    files = {f"candidate/{path}": content for path, content in FILES.items()}
    task = a_task(editable=("candidate/org/*.md", "candidate/roles/*.md"))
    return a_request(files=files, task=task, seed=seed, evidence=evidence)


async def think(request: Request) -> Answer:
    return await Meta().think(request)


async def test_it_amends_the_organization_that_it_belongs_to() -> None:
    answer = await think(own())
    assert answer.edits and all(path.startswith(("org/", "roles/")) for path in answer.edits)
    amended = {**FILES, **{path: text for path, text in answer.edits.items() if text}}
    org, problems = load_org(amended, None)
    assert org is not None, list(problems)
    assert answer.data[AMENDMENT] and answer.title
    assert "Drawn by weight from:" in answer.note


async def test_it_amends_one_that_is_being_trained_where_that_lies() -> None:
    answer = await think(outer())
    assert answer.edits and all(path.startswith("candidate/") for path in answer.edits)
    assert answer.data["params"] == {AMENDMENT: answer.data[AMENDMENT]}


def test_as_an_experiment_it_takes_larger_steps_and_none_that_cannot_show() -> None:
    org, _ = load_org(FILES, None)
    assert org is not None
    keys = {move.key for move in on_the_bench(org)}
    assert {"calmer:0.25", "calmer:0.125", "calmer:0.062", "drop:reviewer"} <= keys
    assert not any(key.startswith("lookahead") for key in keys)
    assert any(move.kind == "lookahead" for move in moves(org))


async def test_the_same_seed_makes_the_same_amendment() -> None:
    assert await think(own(seed=3)) == await think(own(seed=3))
    drawn = {(await think(own(seed=seed))).data[AMENDMENT] for seed in range(8)}
    assert len(drawn) > 3


async def test_it_says_what_in_the_record_speaks_for_it() -> None:
    roles = {"reviewer": RoleRecord("reviewer", visits=40, ended=39)}
    record = OrgRecord(experiments=40, measured=1, roles=roles)
    notes = [(await think(own(record, seed))).note for seed in range(6)]
    assert any("`reviewer` ended 98% of the experiments" in note for note in notes)
    assert all("Of the last 40 experiments 1 were measured" in note for note in notes)


async def test_what_is_running_elsewhere_is_not_proposed_again() -> None:
    first = str((await think(outer(seed=5))).data[AMENDMENT])
    running = Trial("e0009", {AMENDMENT: first}, None, "running")
    again = await think(outer(seed=5, evidence=Evidence(trials=(running,))))
    assert again.data[AMENDMENT] != first


async def test_walks_that_ask_at_the_same_moment_are_given_different_amendments() -> None:
    engine = Meta()
    ids = [f"e{number:04}" for number in range(1, 6)]
    begun = Evidence(trials=tuple(Trial(id, {}, None, "running") for id in ids))
    walks = [replace(outer(seed=5, evidence=begun), experiment=id) for id in ids]
    first = [(await engine.think(walk)).data[AMENDMENT] for walk in walks]
    assert len(set(first)) == 5
    again = (await engine.think(walks[0])).data[AMENDMENT]
    assert again not in first[1:], "one that is asked again may have its own"


async def test_what_was_measured_since_the_last_keep_is_not_measured_again() -> None:
    keys: list[str] = []
    engine = Meta()
    while True:
        trials = tuple(
            Trial(f"e{number:04}", {AMENDMENT: key}, 1.0, "discard")
            for number, key in enumerate(keys)
        )
        evidence = Evidence(trials=trials, streak=len(trials))
        answer = await engine.think(outer(seed=len(keys), evidence=evidence))
        if AMENDMENT not in answer.data:
            break
        keys.append(str(answer.data[AMENDMENT]))
    assert len(keys) == len(set(keys)) > 8
    assert answer.outcome is Outcome.FAIL and not answer.edits
    kept = replace(evidence, streak=1)
    assert AMENDMENT in (await engine.think(outer(evidence=kept))).data, "on a new incumbent"


async def test_what_was_reverted_makes_room_for_something_else() -> None:
    first = str((await think(own(seed=5))).data[AMENDMENT])
    past = (PastAmendment(first, "x", "reverted", 0.1),)
    drawn = [
        (await think(own(OrgRecord(amendments=past), seed))).data[AMENDMENT] for seed in range(8)
    ]
    assert drawn.count(first) <= 1


async def test_without_an_organization_among_the_files_it_says_so() -> None:
    with pytest.raises(EngineError, match="no organization among the files"):
        await think(a_request(files={"train.py": "LR = 1\n"}))
    with pytest.raises(EngineError, match="does not check"):
        await think(replace(a_request(files={"org/charter.md": "x"}), organization=OrgRecord()))
