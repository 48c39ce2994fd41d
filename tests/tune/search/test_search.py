"""Rounds of amendments: who stays, who goes, and when it is over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pytest

from orgloop.engines.embedded.amending.weigh import Tried
from orgloop.engines.organization import OrgRecord
from orgloop.org import Org
from orgloop.org.files import CHARTER
from orgloop.tune.contender import Contender
from orgloop.tune.search.halving import Terms
from orgloop.tune.search.proposer import Proposal
from orgloop.tune.search.search import Search

from .conftest import Paper

Make = Callable[..., Paper]
WIDE = Terms(width=40, rungs=(1, 1), final=(4,))
TERMS = Terms(width=3, rungs=(1, 1), final=(4,))


def states(search: Search) -> dict[str, str]:
    return {one.key: one.state for one in search.attempts}


def noise(org: Contender, seed: int) -> float:
    """Small, of the organization's own, and the same again."""
    return ((int(org.digest, 16) + seed * 7919) % 97) / 9700


def test_what_is_better_is_kept_and_built_upon(paper: Make, classic: Contender) -> None:
    def worth(org: Contender, seed: int) -> float:
        return 2.0 - ("roles/reviewer.md" in org.files) + noise(org, seed) / 100

    search = Search(classic, paper(worth), WIDE, patience=1)
    assert search.run()
    assert "roles/reviewer.md" not in search.tuned.files
    kept = next(one for one in search.attempts if one.key == "drop:reviewer")
    assert kept.chance is not None and kept.chance > 0.99
    assert kept.gap is not None and kept.gap.mean == pytest.approx(1.0, abs=0.01)
    assert search.tuned.name == "classic-tuned"


def test_the_same_search_tries_the_same(paper: Make, classic: Contender) -> None:
    first, again = (Search(classic, paper(noise), TERMS, patience=1) for _ in range(2))
    assert first.run() and again.run()
    assert first.attempts == again.attempts and len(first.attempts) >= 3


def test_a_search_without_a_keep_ends_with_what_it_began_with(
    paper: Make, classic: Contender
) -> None:
    search = Search(classic, paper(lambda org, _: -len(org.files[CHARTER])), TERMS, patience=2)
    search.proposer = Given(*(charter(f"c{n}", "c" * n) for n in range(1, 4)))
    assert search.run()
    assert search.ended == "Nothing was kept in 2 rounds."
    assert search.tuned == classic
    assert set(states(search).values()) == {"dropped"}


def test_a_finalist_that_was_only_lucky_is_lost(paper: Make, classic: Contender) -> None:
    def worth(org: Contender, seed: int) -> float:
        lucky = seed % 1000 < 2  # the seeds of the halving
        return noise(org, seed) + (org.digest != classic.digest and lucky)

    search = Search(classic, paper(worth), TERMS, Given(charter("c1", "lucky")), patience=1)
    assert search.run()
    assert states(search) == {"c1": "lost"}
    (one,) = search.attempts
    assert one.gap is not None and abs(one.gap.mean) < 0.02, "by seeds that it was not chosen by"
    assert "90% were asked for" in one.reason


def test_what_makes_no_difference_is_not_tried_again(paper: Make, classic: Contender) -> None:
    given = Given(charter("c1", "same"))
    search = Search(classic, paper(lambda _org, seed: 1.0 + seed), TERMS, given)
    assert search.run()
    assert states(search) == {"c1": "same"}
    assert search.ended == "Every amendment that the meta-role knows was tried."
    assert given.settled[-1] == {"c1"}


def test_where_nothing_moves_nothing_is_settled(paper: Make, classic: Contender) -> None:
    given = Given(charter("c1", "zero"))
    search = Search(classic, paper(lambda _org, _seed: 0.0), TERMS, given, patience=2)
    assert search.run()
    assert [one.state for one in search.attempts] == ["dropped", "dropped"]


def test_an_amendment_that_may_not_be_is_refused_and_on_record(
    paper: Make, classic: Contender
) -> None:
    laxer = classic.files[CHARTER].replace(b"accept: significant", b"accept: greedy")
    given = Given(
        Proposal("greedy", "Accept anything", "", {CHARTER: laxer}),
        Proposal("task", "Another goal", "", {"task.md": b"---\n---\n"}),
    )
    search = Search(classic, paper(noise), TERMS, given)
    assert search.run()
    assert states(search) == {"greedy": "refused", "task": "refused"}
    assert "`accept` is for a person to change" in search.attempts[0].reason
    assert search.tuned == classic and search.attempts[0].digest == ""


def test_the_budget_ends_it_before_a_step_that_it_does_not_cover(
    paper: Make, classic: Contender
) -> None:
    ground = paper(lambda org, seed: len(org.files[CHARTER]) + seed, trials=5)
    search = Search(classic, ground, TERMS, Given(charter("c1", "xx"), charter("c2", "x")))
    assert search.run()
    assert ground.budget.spent == 5, "three in the first step, two in the second"
    assert states(search) == {"c1": "open", "c2": "dropped"}
    assert search.ended == "The budget of 5 trials is spent."
    assert search.tuned == classic


class Given:
    """Proposes what it was given, whatever the record says, without what is settled."""

    def __init__(self, *proposals: Proposal) -> None:
        self._proposals = proposals
        self.settled: list[set[str]] = []

    def propose(
        self,
        org: Org,
        record: OrgRecord,
        tried: Sequence[Tried],
        *,
        settled: Collection[str],
        count: int,
        seed: str,
    ) -> list[Proposal]:
        self.settled.append(set(settled))
        return [one for one in self._proposals if one.key not in settled][:count]


def charter(key: str, words: str) -> Proposal:
    """An amendment that adds these words to the bundled charter."""
    from orgloop.org.files import bundled_files

    content = bundled_files()[CHARTER] + f"\n{words}\n".encode()
    return Proposal(key, f"Say {words}", "it was given", {CHARTER: content})
