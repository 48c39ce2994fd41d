from dataclasses import replace

import pytest

from orgloop.engines import Answer, Engine, Outcome, PastStep, Request
from orgloop.engines.embedded.rules import Rules
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role, a_task
from orgloop.testing.sample import TRAIN, sample_evidence, sample_files


class TestRules(EngineSuite):
    def engine(self) -> Engine:
        return Rules()


def commit(**edits: bytes | str | None) -> Request:
    named = {
        {"train": "train.py", "config": "config.yaml"}[name]: (
            data.encode() if isinstance(data, str) else data
        )
        for name, data in edits.items()
    }
    base = sample_files()
    return a_request(
        files=base,
        now=base.edited(named),
        role=a_role("reviewer"),
        task=a_task(editable=("train.py", "config.yaml")),
        evidence=sample_evidence(),
    )


async def reviewed(request: Request) -> Answer:
    return await Rules().think(request)


async def test_a_small_change_of_a_constant_passes_and_the_note_says_what_was_checked() -> None:
    answer = await reviewed(commit(train=TRAIN.replace("1e-3", "2e-3")))
    assert answer.outcome is Outcome.PASS
    assert "2 changed lines in 1 file" in answer.note
    assert "nobody judged the idea" in answer.note


async def test_no_change_at_all_is_sent_back() -> None:
    assert (await reviewed(commit())).outcome is Outcome.REVISE


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"train": "def f(:\n"}, "`train.py` line 1"),
        ({"train": "LR = 1\nLR = = 2\n"}, "`train.py` line 2"),
        ({"train": b"LR = '\x00'\n"}, "`train.py`"),
        ({"config": "a: [1\n"}, "`config.yaml` line"),
        ({"config": b"\xff\xfe"}, "not UTF-8"),
    ],
)
async def test_what_does_not_parse_is_sent_back_with_its_line(
    edits: dict[str, bytes | str], said: str
) -> None:
    answer = await reviewed(commit(**edits))
    assert answer.outcome is Outcome.REVISE
    assert said in answer.note.splitlines()[0]


async def test_a_duplicate_is_sent_back_once_and_then_refused() -> None:
    request = commit(train=TRAIN.replace("64", "128"))
    request = replace(request, evidence=replace(request.evidence, twin="e0003"))
    first = await reviewed(request)
    assert first.outcome is Outcome.REVISE
    assert "e0003" in first.note
    again = replace(request, history=[PastStep("reviewer", "revise", first.note, first.data)])
    assert (await reviewed(again)).outcome is Outcome.FAIL


async def test_a_review_that_passed_before_is_no_strike() -> None:
    request = commit(train=TRAIN.replace("64", "128"))
    passed = await reviewed(request)
    request = replace(
        request,
        history=[PastStep("reviewer", "approve", passed.note, passed.data)],
        evidence=replace(request.evidence, twin="e0003"),
    )
    assert (await reviewed(request)).outcome is Outcome.REVISE


async def test_more_than_one_hypothesis_is_sent_back() -> None:
    answer = await reviewed(commit(train=TRAIN + "".join(f"x{n} = {n}\n" for n in range(500))))
    assert answer.outcome is Outcome.REVISE
    assert "500 changed lines" in answer.note


async def test_moving_lines_about_is_not_a_large_change() -> None:
    lines = [f"x{n} = {n}\n" for n in range(900)]
    base = sample_files("".join(lines))
    request = replace(
        commit(), base=base, files=base.edited({"train.py": "".join(lines[::-1]).encode()})
    )
    assert (await reviewed(request)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SEED = 42\n", "SEED = 137\n"),
        ("rng = np.random.default_rng(0)\n", "rng = np.random.default_rng(1)\n"),
        ("torch.manual_seed(42)\n", "torch.manual_seed(137)\n"),
        ("TIME_BUDGET = 60 * 5\n", "TIME_BUDGET = 60 * 50\n"),
        ("p.add_argument('--seed', default=1)\n", "p.add_argument('--seed', default=2)\n"),
        ("def main(seed=1): ...\n", "def main(seed=2): ...\n"),
        ("config = {'eval_batches': 10}\n", "config = {'eval_batches': 1}\n"),
        ("train(seed=1)\n", "train(seed=3)\n"),
        ("VAL_SIZE = 1000\n", "VAL_SIZE = 10\n"),
    ],
)
async def test_a_seed_a_budget_or_the_judging_is_refused_at_once(before: str, after: str) -> None:
    base = sample_files(before)
    request = replace(commit(), base=base, files=base.edited({"train.py": after.encode()}))
    answer = await reviewed(request)
    assert answer.outcome is Outcome.FAIL
    assert "`train.py`" in answer.note.splitlines()[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("valid = 3\n", "valid = 4\n"),
        ("start_time = time.time()\n", "start_time = time.monotonic()\n"),
        ("LR = 1\n", "LR = 1\nSEED_SCALE = 2\n"),
        ("memory_size = 16\n", "memory_size = 32\n"),
    ],
)
async def test_ordinary_names_are_let_be(before: str, after: str) -> None:
    base = sample_files(before)
    request = replace(commit(), base=base, files=base.edited({"train.py": after.encode()}))
    assert (await reviewed(request)).outcome is Outcome.PASS


async def test_a_seed_that_the_task_lets_be_tuned_is_no_objection() -> None:
    request = commit(train=TRAIN.replace("SEED = 7", "SEED = 8"))
    task = a_task(tunables=("SEED",))
    assert (await reviewed(replace(request, task=task))).outcome is Outcome.PASS


@pytest.mark.parametrize("value", ["-1e-3", "5.0"])
async def test_a_value_that_must_be_a_slip_is_sent_back(value: str) -> None:
    answer = await reviewed(commit(train=TRAIN.replace("1e-3", value)))
    assert answer.outcome is Outcome.REVISE
    assert "`LEARNING_RATE` went from 0.001 to" in answer.note


async def test_a_deleted_file_is_a_change() -> None:
    assert (await reviewed(commit(train=None))).outcome is Outcome.PASS
