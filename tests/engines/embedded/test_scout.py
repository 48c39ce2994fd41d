from collections import Counter
from dataclasses import replace

import pytest

from orgloop.engines import Engine, Evidence, Outcome, Request, Trial
from orgloop.engines.embedded.moves import reach_of
from orgloop.engines.embedded.plan import read_plan
from orgloop.engines.embedded.scout import Scout
from orgloop.engines.protocol import Json
from orgloop.errors import EngineError
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role
from orgloop.testing.sample import HOME, sample_evidence, sample_files, sample_trial

LR = "train.py:LEARNING_RATE"


class TestScout(EngineSuite):
    def engine(self) -> Engine:
        return Scout()


def request(evidence: Evidence, seed: int = 0, boldness: float | None = None) -> Request:
    return a_request(
        files=sample_files(),
        role=a_role("pi", boldness=boldness),
        evidence=evidence,
        seed=seed,
    )


def began(
    number: int,
    value: float | None,
    status: str,
    sets: dict[str, Json],
    was: dict[str, Json] | None = None,
) -> Trial:
    """A trial that says what it replaced."""
    replaced = {key: HOME[key] for key in sets} if was is None else was
    return Trial(f"e{number:04}", {**HOME, **sets}, value, status, replaced=replaced)


def changed(trial: Trial) -> set[str]:
    return set(trial.replaced)


async def plans(evidence: Evidence, count: int = 12) -> Counter[str]:
    named: Counter[str] = Counter()
    for seed in range(count):
        plan = read_plan((await Scout().think(request(evidence, seed))).data["plan"])
        assert plan is not None
        named.update(plan.tunables)
    return named


async def test_it_names_tunables_a_direction_and_a_reach_and_passes() -> None:
    answer = await Scout().think(request(sample_evidence()))
    plan = read_plan(answer.data["plan"])
    assert plan is not None
    assert 1 <= len(plan.tunables) <= 3
    assert plan.reach > 0
    assert answer.outcome is Outcome.PASS
    assert answer.title
    assert not answer.edits


async def test_the_same_run_is_planned_the_same_and_others_spread_out() -> None:
    one, same = [await Scout().think(request(sample_evidence(), 3)) for _ in range(2)]
    assert one == same
    runs = [replace(sample_evidence(), baseline_value=1 + n / 100) for n in range(12)]
    notes = {(await Scout().think(request(run))).note for run in runs}
    assert len(notes) > 1


async def test_a_first_plan_is_one_tunable_by_about_a_factor_of_two() -> None:
    for seed in range(12):
        plan = read_plan((await Scout().think(request(sample_evidence(), seed))).data["plan"])
        assert plan is not None
        assert len(plan.tunables) == 1
        assert plan.reach <= 1.3


async def test_walks_in_flight_look_at_different_tunables() -> None:
    flying: list[Trial] = []
    for number in range(1, 5):
        asked = replace(request(sample_evidence(*flying)), experiment=f"e{number:04}")
        plan = read_plan((await Scout().think(asked)).data["plan"])
        assert plan is not None
        assert not {key for trial in flying for key in changed(trial)} & set(plan.tunables)
        flying.append(began(number, None, "running", dict(plan.values)))


async def test_walks_that_begin_together_do_not_ask_the_same() -> None:
    both = []
    for number in (1, 2):
        empty = Trial("e0001", {}, None, "running")
        asked = request(sample_evidence(*([empty] if number == 2 else [])), seed=number)
        answer = await Scout().think(replace(asked, experiment=f"e{number:04}"))
        both.append(read_plan(answer.data["plan"]))
    assert both[0] is not None
    assert both[1] is not None
    assert not set(both[0].tunables) & set(both[1].tunables)


async def test_it_goes_on_the_way_that_a_keep_went_and_never_back() -> None:
    # The incumbent came of 5e-4 -> 1e-3; what was in flight then still has the old value.
    kept = began(1, 1.0, "keep", {}, {LR: 5e-4})
    other = began(2, 1.21, "discard", {LR: 5e-4, "train.py:WIDTH": 128}, {"train.py:WIDTH": 64})
    evidence = replace(sample_evidence(kept, other), baseline_value=1.2)
    asked = [request(evidence, seed) for seed in range(12)]
    plans = [read_plan((await Scout().think(one)).data["plan"]) for one in asked]
    further = [plan for plan in plans if plan is not None and LR in plan.tunables]
    assert len(further) >= 6
    assert {plan.direction[LR] for plan in further} == {1}
    assert {plan.move for plan in further} == {"continue"}
    answer = await Scout().think(asked[0])
    assert "e0001 took `LEARNING_RATE` 0.0005 -> 0.001 (+0.2), which was kept" in answer.note


async def test_a_loss_points_the_other_way_and_says_so() -> None:
    lost = began(1, 1.06, "discard", {LR: 2e-3})
    others = [
        began(2 + n, 1.05 + n / 100, "discard", {key: value})
        for n, (key, value) in enumerate(
            [
                ("train.py:WIDTH", 32),
                ("train.py:WIDTH", 128),
                ("train.py:DEPTH", 3),
                ("train.py:DEPTH", 5),
                ("train.py:USE_NESTEROV", True),
                ("train.py:WEIGHT_DECAY", 0.02),
                ("train.py:WEIGHT_DECAY", 0.005),
            ]
        )
    ]
    answer = await Scout().think(request(sample_evidence(lost, *others)))
    assert answer.title is not None
    assert answer.title.startswith("Does LEARNING_RATE want to be smaller instead?")
    assert "e0001 took `LEARNING_RATE` 0.001 -> 0.002 (-0.06)" in answer.note


async def test_it_leaves_alone_what_was_tried_on_both_sides_and_lost() -> None:
    lost = [
        sample_trial(n, 1.3, LEARNING_RATE=value)
        for n, value in enumerate((5e-4, 7e-4, 1.4e-3, 2e-3))
    ]
    named = await plans(sample_evidence(*lost))
    assert named[LR] < max(named.values()) / 2


async def test_near_misses_are_taken_together() -> None:
    misses = [
        sample_trial(1, 0.96, LEARNING_RATE=1.5e-3),
        sample_trial(2, 0.965, WEIGHT_DECAY=0.02),
        sample_trial(3, 1.2, WIDTH=128),
        sample_trial(4, 1.2, WIDTH=32),
        sample_trial(5, 1.2, DEPTH=5),
        sample_trial(6, 1.2, DEPTH=3),
        sample_trial(7, 1.3, USE_NESTEROV=True),
    ]
    answer = await Scout().think(request(sample_evidence(*misses)))
    plan = read_plan(answer.data["plan"])
    assert plan is not None
    assert set(plan.tunables) == {LR, "train.py:WEIGHT_DECAY"}
    assert plan.move == "combine"
    assert "1.5e-3" in answer.note or "0.0015" in answer.note


async def test_the_note_says_what_was_tried_what_was_not_and_what_is_expected() -> None:
    tried = [sample_trial(1, 0.96, LEARNING_RATE=1.5e-3), sample_trial(2, None, "running", DEPTH=5)]
    answer = await Scout().think(request(sample_evidence(*tried)))
    assert "`LEARNING_RATE` (now 0.001) has been tried once: 0.0015 +0.04 (e0001)." in answer.note
    assert "Expected gain in loss" in answer.note
    assert "e0002" in answer.note


async def test_a_plateau_makes_it_bolder_and_so_does_the_role() -> None:
    assert reach_of(None, 0) == reach_of(0.5, 0) < reach_of(1.0, 0)
    assert reach_of(None, 0) == reach_of(None, 3) < reach_of(None, 8) < reach_of(None, 50)

    async def reach(boldness: float) -> float:
        asked = [request(sample_evidence(), seed, boldness) for seed in range(6)]
        found = [read_plan((await Scout().think(one)).data["plan"]) for one in asked]
        return sum(plan.reach for plan in found if plan is not None)

    assert await reach(0.1) < await reach(1.0)


async def test_a_task_with_nothing_to_tune_is_an_engine_error() -> None:
    asked = replace(request(sample_evidence()), base=sample_files("pass\n"))
    with pytest.raises(EngineError, match="nothing to tune"):
        await Scout().think(asked)
