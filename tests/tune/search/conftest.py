"""Searches on paper: what an organization is worth is made up, and nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from orgloop.engines.organization import OrgRecord
from orgloop.tune.contender import Contender, contender
from orgloop.tune.pool import Pool
from orgloop.tune.search.budget import SearchBudget
from orgloop.tune.search.field import Field, Scores
from orgloop.tune.tasks import TrialTask

Worth = Callable[[Contender, int], float]


@dataclass(frozen=True, slots=True)
class Paper(Field):
    """A field whose results are ``worth`` of an organization and the number of a seed."""

    worth: Worth = lambda _org, _seed: 1.0

    def play(self, orgs: Sequence[Contender], seeds: Sequence[int]) -> Scores | None:
        self.budget.spent += self.cost(len(orgs), len(seeds))
        return {
            org.digest: [[self.worth(org, number) for number in seeds] for _ in self.tasks]
            for org in orgs
        }

    def record(self, org: Contender, seeds: Sequence[int]) -> OrgRecord:
        return OrgRecord()


@pytest.fixture(scope="session")
def classic() -> Contender:
    return contender("classic", Path("/nowhere"))


@pytest.fixture
def paper(bowl: TrialTask, tmp_path: Path) -> Callable[..., Paper]:
    def make(worth: Worth, *, trials: int = 10_000) -> Paper:
        return Paper(
            (bowl,), 4, 7, tmp_path, Pool(1), SearchBudget(trials), lambda _: None, worth=worth
        )

    return make
