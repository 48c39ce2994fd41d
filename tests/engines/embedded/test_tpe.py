from dataclasses import replace

import pytest

from orgloop.engines import Engine, Evidence, Outcome, PastStep, Request
from orgloop.engines.embedded import asking
from orgloop.engines.embedded.plan import Plan
from orgloop.engines.embedded.tpe import Tpe
from orgloop.engines.tunables import discover
from orgloop.errors import EngineError
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import FilesInMemory, a_request, a_role, a_task
from orgloop.testing.sample import HOME, sample_evidence, sample_files, sample_trial

LR, WIDTH = "train.py:LEARNING_RATE", "train.py:WIDTH"


class TestTpe(EngineSuite):
    def engine(self) -> Engine:
        return Tpe()


def request(
    evidence: Evidence | None = None, *history: PastStep, seed: int = 0, train: str | None = None
) -> Request:
    return a_request(
        files=sample_files() if train is None else sample_files(train),
        role=a_role("experimenter"),
        evidence=evidence or sample_evidence(),
        history=history,
        seed=seed,
    )


def planned(*keys: str, reach: float = 1.0, **direction: int) -> PastStep:
    ways = {f"train.py:{name}": way for name, way in direction.items()}
    return PastStep("pi", None, "Go.", {"plan": Plan(keys, "probe", reach, ways).data()})


async def test_it_edits_what_it_says_and_nothing_else() -> None:
    asked = request()
    answer = await Tpe().think(asked)
    assert isinstance(asked.files, FilesInMemory)
    after = asked.files.edited(answer.edits)
    assert discover(after, a_task()).values == answer.data["params"]
    changed = {key for key, value in HOME.items() if answer.data["params"][key] != value}  # type: ignore[index,call-overload]
    assert changed == set(answer.data["changed"])  # type: ignore[arg-type]
    assert changed
    assert set(answer.edits) == {"train.py"}
    assert answer.outcome is Outcome.PASS


async def test_the_title_reads_as_a_change() -> None:
    answer = await Tpe().think(request(None, planned(LR, LEARNING_RATE=1)))
    assert answer.title is not None
    assert answer.title.startswith("LEARNING_RATE 0.001 -> 0.00")
    assert answer.note.startswith(answer.title)
    assert "Hypothesis" in answer.note


@pytest.mark.parametrize("seed", range(6))
async def test_a_plan_is_kept_to(seed: int) -> None:
    step = planned(LR, WIDTH, reach=1.0, LEARNING_RATE=-1, WIDTH=1)
    answer = await Tpe().think(request(None, step, seed=seed))
    params = answer.data["params"]
    assert isinstance(params, dict)
    assert set(answer.data["changed"]) <= {LR, WIDTH}  # type: ignore[arg-type]
    assert 2.5e-4 <= params[LR] <= 1e-3
    assert params[WIDTH] in (64, 128)


async def test_the_record_gets_what_it_replaced() -> None:
    answer = await Tpe().think(request(None, planned(LR, LEARNING_RATE=1)))
    assert answer.data["replaced"] == {LR: HOME[LR]}


async def test_a_value_in_the_plan_is_taken_as_it_is() -> None:
    plan = Plan((LR, WIDTH), "combine", 1.0, {LR: 1, WIDTH: 1}, {LR: 1.5e-3, WIDTH: 128})
    answer = await Tpe().think(request(None, PastStep("pi", None, "Go.", {"plan": plan.data()})))
    assert answer.title == "LEARNING_RATE 0.001 -> 0.0015, WIDTH 64 -> 128"


async def test_a_plan_in_prose_is_followed_where_it_names_a_tunable() -> None:
    step = PastStep("pi", None, "Look at `WIDTH` next: the loss is underfitting.", {})
    answer = await Tpe().think(request(None, step))
    assert answer.data["changed"] == [WIDTH]


async def test_a_plan_for_tunables_that_are_gone_is_replaced_by_its_own_choice() -> None:
    answer = await Tpe().think(request(None, planned("train.py:GONE")))
    assert answer.edits


async def test_no_point_is_proposed_twice() -> None:
    tried = []
    for number in range(40):
        asked = request(sample_evidence(*tried), planned(LR, WIDTH), seed=number)
        params = (await Tpe().think(asked)).data["params"]
        assert isinstance(params, dict)
        assert params != HOME
        assert params not in [trial.params for trial in tried]
        status = "running" if number % 3 else "discard"
        value = None if status == "running" else 1.0 + number % 5 / 100
        trial = sample_trial(number, value, status)
        tried.append(replace(trial, params=params))


async def test_sent_back_it_proposes_another_point_on_the_incumbent_and_says_why() -> None:
    first = await Tpe().think(request(None, planned(LR, LEARNING_RATE=1)))
    own = PastStep("experimenter", None, first.note, first.data)
    review = PastStep("reviewer", "revise", "The same change was tried in e0003.\n\nChecked.", {})
    asked = request(None, planned(LR, LEARNING_RATE=1), own, review)
    assert isinstance(asked.base, FilesInMemory)
    asked = replace(asked, files=asked.base.edited(first.edits))
    second = await Tpe().think(asked)
    assert second.data["params"] != first.data["params"]
    assert "Sent back: The same change was tried in e0003." in second.note
    after = asked.base.edited(first.edits).edited(second.edits)
    assert discover(after, a_task()).values == second.data["params"]


async def test_the_same_question_gets_the_same_answer() -> None:
    trials = [sample_trial(n, 1.0 + n / 50, LEARNING_RATE=1e-3 + n * 1e-4) for n in range(1, 9)]
    asked = request(sample_evidence(*trials), seed=5)
    assert await Tpe().think(asked) == await Tpe().think(asked)


async def test_with_evidence_optuna_is_asked_and_its_word_is_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trials = [sample_trial(n, 1.0 - n / 50, LEARNING_RATE=1e-3 + n * 1e-4) for n in range(1, 9)]
    said = {LR: 0.00191}
    monkeypatch.setattr("orgloop.engines.embedded.tpe.ask", lambda *_: said)
    monkeypatch.setattr("orgloop.engines.embedded.tpe._grid", lambda *_: [])
    answer = await Tpe().think(request(sample_evidence(*trials), planned(LR)))
    assert "Optuna's TPE" in answer.note


async def test_when_everything_near_was_tried_it_goes_further_and_then_gives_up() -> None:
    train = "USE_NESTEROV = False\n"
    answer = await Tpe().think(request(Evidence(), train=train))
    assert answer.data["changed"] == ["train.py:USE_NESTEROV"]
    tried = replace(sample_trial(1, 1.1), params={"train.py:USE_NESTEROV": True})
    with pytest.raises(EngineError, match="has been tried") as caught:
        await Tpe().think(request(sample_evidence(tried), train=train))
    assert "tunables:" in caught.value.hint


async def test_a_task_with_nothing_to_tune_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="nothing to tune"):
        await Tpe().think(request(train="pass\n"))


def test_optuna_is_not_asked_before_it_knows_anything() -> None:
    trials = [sample_trial(n, 1.0, LEARNING_RATE=2e-3) for n in range(3)]
    assert asking.ask([], 1.0, trials, "minimize", 0) is None


async def test_a_change_that_an_incumbent_overtook_is_made_again_on_top_of_it() -> None:
    first = await Tpe().think(request(None, planned(LR, LEARNING_RATE=1)))
    mine = PastStep("experimenter", None, first.note, first.data)
    overtaken = await Tpe().think(request(None, planned(LR, LEARNING_RATE=1), mine, seed=5))
    assert overtaken.title == first.title
    assert "made again on the incumbent that overtook it" in overtaken.note
