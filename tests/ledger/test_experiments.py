from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab

BASE = "b" * 40


def test_ids_count_up_within_a_run(lab: Lab) -> None:
    assert [lab.start() for _ in range(3)] == ["e0001", "e0002", "e0003"]
    other = lab.ledger.runs.create(baseline_commit=BASE, task={})
    assert lab.ledger.experiments.start(other.id, 1, BASE).id == "e0001"


def test_an_experiment_is_finished_once(lab: Lab) -> None:
    id = lab.start("x")
    experiments = lab.ledger.experiments
    assert experiments.finish("r1", id, "discard", "no gain", value=2.8)
    last = lab.ledger.tail.newest()
    assert not experiments.finish("r1", id, "crash", "again")
    assert not experiments.keep("r1", id, commit="c", value=1.0, stderr=None, gain=1.0)
    row = experiments.get("r1", id)
    assert row is not None and (row.status, row.reason, row.value) == ("discard", "no gain", 2.8)
    assert lab.ledger.tail.newest() == last
    assert lab.ledger.runs.counts("r1").finished == 1
    assert len(lab.ledger.incumbents.all("r1")) == 1


def test_a_keep_moves_the_incumbent_in_the_same_transaction(lab: Lab) -> None:
    id = lab.keep("better", 2.6)
    head = lab.ledger.incumbents.current("r1")
    assert head is not None
    assert (head.number, head.experiment, head.value) == (1, id, 2.6)
    kinds = [event.kind for event in lab.ledger.tail.last(2)]
    assert kinds == ["experiment_finished", "incumbent_moved"]


def test_keep_is_no_status_for_finish(lab: Lab) -> None:
    with pytest.raises(ValueError, match="its own method"):
        lab.ledger.experiments.finish("r1", lab.start(), "keep")


def test_counts_follow_every_end(lab: Lab) -> None:
    lab.keep("a", 2.6)
    lab.discard("b")
    lab.crash("c")
    lab.start("d")
    counts = lab.ledger.experiments.counts("r1")
    assert (counts.kept, counts.discarded, counts.crashed) == (1, 1, 1)
    assert (counts.started, counts.finished, counts.running, counts.streak) == (4, 3, 1, 2)
    lab.keep("e", 2.5)
    assert lab.ledger.experiments.counts("r1").streak == 0


def test_an_update_changes_only_what_is_given(lab: Lab) -> None:
    id = lab.start("first")
    lab.ledger.experiments.update("r1", id, params={"train.py:LR": 0.1}, fingerprint="f")
    lab.ledger.experiments.update("r1", id, base="d" * 40)
    row = lab.ledger.experiments.get("r1", id)
    assert row is not None
    assert (row.title, row.base, row.fingerprint) == ("first", "d" * 40, "f")
    assert row.params == {"train.py:LR": 0.1}


def test_a_repeat_is_found_by_fingerprint_and_by_parameters(lab: Lab) -> None:
    experiments = lab.ledger.experiments
    first, second = lab.start("a"), lab.start("b")
    for id in (first, second):
        experiments.update("r1", id, fingerprint="same")
    experiments.update("r1", first, params={"a": 1, "b": 2.5})
    found = experiments.by_fingerprint("r1", "same", second)
    assert found is not None and found.id == first
    assert experiments.by_fingerprint("r1", "same", first) is None
    twin = experiments.by_params("r1", {"b": 2.5, "a": 1}, second)
    assert twin is not None and twin.id == first
    assert experiments.by_params("r1", {"a": 1}, second) is None


def test_a_repeat_of_a_later_experiment_is_one_only_once_that_is_on_the_bench(lab: Lab) -> None:
    experiments = lab.ledger.experiments
    slow, quick = lab.start("slow"), lab.start("quick")
    for id in (slow, quick):
        experiments.update("r1", id, fingerprint="same", params={"a": 1})
    assert experiments.by_fingerprint("r1", "same", slow) is None
    lab.measure(quick, 2.5)
    twin = experiments.by_fingerprint("r1", "same", slow)
    assert twin is not None and twin.id == quick
    twin = experiments.by_params("r1", {"a": 1}, slow)
    assert twin is not None and twin.id == quick


def test_recent_is_in_the_order_of_finishing(lab: Lab) -> None:
    first, second = lab.start("a"), lab.start("b")
    for id in (second, first):
        lab.ledger.experiments.finish("r1", id, "discard")
    assert [row.id for row in lab.ledger.experiments.recent("r1")] == [first, second]
    assert [row.id for row in lab.ledger.experiments.finished("r1")] == [second, first]


def test_ids_past_9999_keep_their_order(lab: Lab) -> None:
    with lab.ledger.transaction():
        lab.ledger._database.write("UPDATE totals SET started = 9998 WHERE run = 'r1'")
    ids = [lab.start() for _ in range(3)]
    assert ids == ["e9999", "e10000", "e10001"]
    assert [row.id for row in lab.ledger.experiments.running("r1")] == ids
    row = lab.ledger.experiments.get("r1", "e10000")
    assert row is not None and row.number == 10_000


@pytest.mark.parametrize("id", ["", "e", "7", "baseline", "e-1", "e²", "e0007x", "e" + "9" * 40])
def test_what_is_no_id_finds_nothing(lab: Lab, id: str) -> None:
    assert lab.ledger.experiments.get("r1", id) is None


def test_the_last_thinkers_words_become_the_lesson(lab: Lab) -> None:
    id = lab.start("a")
    lab.step(id, "pi", "Try it.")
    lab.step(id, "critic", "\n## Wider does not help.\nMore below.")
    lab.ledger.experiments.finish("r1", id, "discard")
    row = lab.ledger.experiments.get("r1", id)
    assert row is not None and row.lesson == "Wider does not help."


def test_effects_are_the_latest_first_gains(lab: Lab) -> None:
    for gain in (0.1, -0.2, 0.3):
        id = lab.start("x")
        lab.ledger.experiments.first_effect("r1", id, gain)
        lab.ledger.experiments.first_effect("r1", id, 9.0)  # the first one stays
        lab.ledger.experiments.finish("r1", id, "discard")
    lab.crash("none")
    assert lab.ledger.experiments.effects("r1", 2) == [0.3, -0.2]


def test_text_that_is_not_unicode_is_stored_without_complaint(lab: Lab) -> None:
    id = lab.start("bad \ud800 title")
    lab.step(id, "pi", "note \udfff")
    lab.ledger.experiments.judge("r1", id, call="worse", why="\ud801")
    lab.ledger.experiments.finish("r1", id, "crash", "reason \ud800")
    lab.ledger.experiments.update("r1", id, params={"k\ud800": float("nan")})
    row = lab.ledger.experiments.get("r1", id)
    assert row is not None and "?" in row.title and "?" in row.reason
    assert row.params == {"k?": None}


def test_keeps_for_having_less_code_are_counted_apart_with_what_they_concede(lab: Lab) -> None:
    experiments = lab.ledger.experiments
    for cost in (0.004, 0.0):
        id = lab.start("shorter")
        experiments.keep(
            "r1", id, commit=f"c{cost}", value=2.7, stderr=0.01, gain=-0.001, conceded=cost
        )
        row = experiments.get("r1", id)
        assert row is not None and row.conceded == cost
    lab.keep("better", 2.6)
    counts = lab.ledger.runs.counts("r1")
    assert (counts.kept, counts.simplified, counts.conceded) == (3, 2, 0.004)
