"""What the record says tilts the draw, and never decides alone."""

from __future__ import annotations

import random
from collections import Counter

from orgloop.engines.embedded.amending.moves import Move
from orgloop.engines.embedded.amending.weigh import Tried, draw, weigh
from orgloop.engines.organization import OrgRecord, RoleRecord

BOLDER = Move("bolder", "bolder:1", "", "Bolder", {})
CALMER = Move("calmer", "calmer:0.2", "", "Calmer", {})
DROP = Move("drop", "drop:judge", "judge", "Without the judge", {})
MOVES = (BOLDER, CALMER, DROP)
TIMID = (0.01, -0.9, 1.1, -0.2, 0.4, -0.7)


def weights(record: OrgRecord | None = None, *tried: Tried) -> dict[str, float]:
    return {one.move.kind: one.weight for one in weigh(MOVES, tried, record)}


def test_changes_lost_in_the_noise_ask_for_bolder_ones() -> None:
    timid = weights(OrgRecord(experiments=6, measured=6, effects=TIMID, noise_sd=1.0))
    assert timid["bolder"] > 5 * timid["calmer"]
    said = weigh(MOVES, (), OrgRecord(experiments=6, effects=TIMID, noise_sd=1.0))[0]
    assert "the noise by 1" in said.why


def test_changes_that_are_nearly_all_worse_ask_for_calmer_ones() -> None:
    wild = tuple(-10.0 - one for one in range(12))
    found = weights(OrgRecord(experiments=12, measured=12, effects=wild, noise_sd=0.1))
    assert found["calmer"] > found["bolder"]


def test_a_role_that_ends_many_unmeasured_is_asked_whether_it_should() -> None:
    def with_ended(ended: int) -> float:
        roles = {"judge": RoleRecord("judge", visits=20, ended=ended)}
        return weights(OrgRecord(experiments=20, roles=roles))["drop"]

    assert with_ended(15) > with_ended(5) > with_ended(0)


def test_a_visit_longer_than_the_bench_counts_against_a_role() -> None:
    def taking(mean_s: float) -> float:
        roles = {"judge": RoleRecord("judge", visits=20, mean_s=mean_s)}
        return weights(OrgRecord(experiments=20, bench_s=10.0, roles=roles))["drop"]

    assert taking(30.0) > taking(1.0)


def test_what_was_reverted_is_hardly_tried_again_and_its_kind_less() -> None:
    once = weights(None, Tried("drop:judge", stayed=False))
    other = weights(None, Tried("drop:critic", stayed=False))
    assert once["drop"] < 0.05 * other["drop"] < 0.05 * weights()["drop"]
    assert weights(None, Tried("drop:critic", stayed=True))["drop"] > weights()["drop"]


def test_every_move_is_drawn_sometimes() -> None:
    rng = random.Random(1)
    drawn = Counter(
        one.move.kind for _ in range(400) if (one := draw(weigh(MOVES, (), None), rng)) is not None
    )
    assert set(drawn) == {"bolder", "calmer", "drop"}
    assert drawn["bolder"] > drawn["calmer"]
    assert draw([], rng) is None
