"""Walks that wait for a person are nowhere."""

from __future__ import annotations

from orgloop.graph.traffic import Traffic


def test_a_parked_walk_counts_nowhere_and_comes_back_where_it_was() -> None:
    traffic, thought, concluded = Traffic(), [], []
    traffic.on_thought, traffic.on_concluded = thought.append, concluded.append
    traffic.begin("e0001")
    traffic.park("e0001")
    traffic.end("e0001")
    assert (traffic.upstream, traffic.parked, traffic.only_parked) == (0, 1, True)
    traffic.begin("e0001")
    assert (traffic.upstream, traffic.parked, traffic.only_parked) == (1, 0, False)
    traffic.arrive("e0001")
    traffic.leave("e0001")
    traffic.park("e0001")
    assert (traffic.past_bench, traffic.parked) == (0, 1)
    traffic.begin("e0001")
    assert (traffic.upstream, traffic.past_bench) == (0, 1)
    traffic.end("e0001")
    assert len(thought) == len(concluded) == 1


def test_the_time_that_a_walk_waits_is_nobodys_latency(monkeypatch: object) -> None:
    traffic, thought = Traffic(), []
    traffic.on_thought = thought.append
    traffic.begin("e0001")
    traffic.park("e0001")
    upstream, seconds = traffic._parked["e0001"]
    traffic._parked["e0001"] = (upstream, seconds + 5.0)
    traffic.begin("e0001")
    traffic.arrive("e0001")
    assert 5.0 <= thought[0] < 6.0


def test_slot_time_is_told_once_for_a_walk_that_was_parked() -> None:
    traffic, told = Traffic(), []
    traffic.on_benched = told.append
    traffic.begin("e0001")
    traffic.held_slot("e0001", 2.0)
    traffic.park("e0001")
    traffic.end("e0001")
    traffic.begin("e0001")
    traffic.held_slot("e0001", 3.0)
    traffic.end("e0001")
    assert told == [5.0]
