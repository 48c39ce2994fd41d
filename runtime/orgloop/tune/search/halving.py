"""One round: several amendments at once, few trials for all of them and many for the best.

Successive halving (K. Jamieson, A. Talwalkar, 2016), on paired seeds: every amended organization
plays the same tasks from the same seeds as the one that stands. The half that is behind drops out,
and so does whoever is not ahead of the one that stands. The finalist then plays fresh seeds, and
is judged by those alone: the ones that it was chosen by flatter it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from orgloop.tune.contender import Contender
from orgloop.tune.search.candidates import Candidate, attempt
from orgloop.tune.search.field import Field, gaps
from orgloop.tune.search.report import Attempt, State
from orgloop.tune.statistics import Strata, chance, interval

ROUND_SEEDS = 1_000
"""Numbers of seeds that belong to one round."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Terms:
    """How thoroughly amendments are tried."""

    width: int = 4
    """Amendments of a round."""
    rungs: tuple[int, ...] = (1, 1)
    """Seeds that each step of the halving adds, on every task."""
    final: tuple[int, ...] = (4, 4, 4)
    """Fresh seeds that the finalist is judged by, on every task; after each of these steps the
    question may be settled. Few steps: each is one more chance to be taken in by noise."""
    chance: float = 0.9
    """Probability of being better that it needs. More than a probation asks for: it is the best of
    several, and there are several rounds."""
    hopeless: float = 0.3
    """Probability of being better below which it is given up early."""


@dataclass(slots=True)
class Round:
    """One round of a search, going on."""

    number: int
    incumbent: Contender
    ground: Field
    terms: Terms
    attempts: list[Attempt] = field(default_factory=list)
    winner: Candidate | None = None
    spent: bool = False
    """Whether the budget ended the round."""
    _played: int = 0
    """Seeds."""
    _silent: bool = True
    """Whether the organization as it stands has made no progress: what comes out the same as that
    need not be the same."""

    def play(self, candidates: Sequence[Candidate]) -> bool:
        """Try them, down to a winner or none; False where somebody stopped it."""
        left, seen = list(candidates), {one.contender.digest: self._nothing() for one in candidates}
        for more in self.terms.rungs:
            if not self._affordable(left, more):
                return True
            scores = self.ground.play(
                [self.incumbent, *(c.contender for c in left)], self._next(more)
            )
            if scores is None:
                return False
            for one in left:
                _extend(seen[one.contender.digest], gaps(scores, one.contender, self.incumbent))
            self._silent &= not any(any(row) for row in scores[self.incumbent.digest])
            left = self._halved(left, seen)
            if not left:
                return True
        finalist = left[0]
        for one in left[1:]:
            self._drop(one, seen, "dropped", "behind another one")
        return self._final(finalist)

    def _final(self, finalist: Candidate) -> bool:
        found, likely = self._nothing(), 0.5
        for more in self.terms.final:
            if not self._affordable([finalist], more, found, likely):
                return True
            scores = self.ground.play([self.incumbent, finalist.contender], self._next(more))
            if scores is None:
                return False
            _extend(found, gaps(scores, finalist.contender, self.incumbent))
            likely = chance(found)
            if likely >= self.terms.chance or likely < self.terms.hopeless:
                break
        kept = likely >= self.terms.chance
        said = f"{_percent(likely)} likely to be better, by seeds that it was not chosen by"
        self.attempts.append(
            attempt(
                self.number,
                finalist.proposal,
                finalist,
                "kept" if kept else "lost",
                said if kept else f"{said}; {self.terms.chance:.0%} were asked for",
                trials=_count(found),
                gap=interval(found),
                chance=likely,
            )
        )
        self.winner = finalist if kept else None
        return True

    def _halved(self, left: Sequence[Candidate], seen: Mapping[str, Strata]) -> list[Candidate]:
        """The better half, the best first; the others are on record."""
        mean = {c.contender.digest: _mean(seen[c.contender.digest]) for c in left}
        ranked = sorted(left, key=lambda c: (-mean[c.contender.digest], c.proposal.key))
        stay = (len(left) + 1) // 2
        found = []
        for place, one in enumerate(ranked):
            if _alike(seen[one.contender.digest]) and not self._silent:
                self._drop(one, seen, "same", "every trial came out the same")
            elif mean[one.contender.digest] <= 0:
                self._drop(one, seen, "dropped", "not ahead of the organization as it stood")
            elif place >= stay:
                self._drop(one, seen, "dropped", "behind others")
            else:
                found.append(one)
        return found

    def _drop(self, one: Candidate, seen: Mapping[str, Strata], state: State, reason: str) -> None:
        gap = interval(seen[one.contender.digest]) if self._played else None
        self.attempts.append(
            attempt(self.number, one.proposal, one, state, reason, trials=self._trials, gap=gap)
        )

    def _affordable(
        self,
        left: Sequence[Candidate],
        seeds: int,
        found: Strata | None = None,
        likely: float | None = None,
    ) -> bool:
        """Whether the budget covers a step; where it does not, who is left stays open.

        ``found`` is what a finalist's own seeds have shown.
        """
        if self.ground.budget.allows(self.ground.cost(1 + len(left), seeds)):
            return True
        self.spent = True
        shown = found is not None and _count(found) > 0
        for one in left:
            self.attempts.append(
                attempt(
                    self.number,
                    one.proposal,
                    one,
                    "open",
                    "the budget was spent",
                    trials=self._trials if found is None else _count(found),
                    gap=interval(found) if found is not None and shown else None,
                    chance=likely if shown else None,
                )
            )
        return False

    @property
    def _trials(self) -> int:
        return self._played * len(self.ground.tasks)

    def _next(self, more: int) -> list[int]:
        first = ROUND_SEEDS * self.number + self._played
        self._played += more
        return list(range(first, first + more))

    def _nothing(self) -> list[list[float]]:
        return [[] for _ in self.ground.tasks]


def _percent(probability: float) -> str:
    """Never a certainty."""
    if probability > 0.99:
        return "over 99%"
    return "under 1%" if probability < 0.01 else f"{probability:.0%}"


def _extend(seen: list[list[float]], new: Strata) -> None:
    for row, more in zip(seen, new, strict=True):
        row += more


def _count(strata: Strata) -> int:
    return sum(len(row) for row in strata)


def _mean(strata: Strata) -> float:
    return fmean(fmean(row) for row in strata)


def _alike(strata: Strata) -> bool:
    return all(abs(gap) <= _ROUNDING for row in strata for gap in row)
