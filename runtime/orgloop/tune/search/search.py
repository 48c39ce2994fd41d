"""The search: rounds of amendments, until nothing more is gained or the budget is spent.

Every trial lies in a folder under what it was of, and what is proposed follows from the seed and
from what trials have shown. So a search that was cut off is begun again from the start, finds its
trials there, and goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from orgloop.engines.embedded.amending.weigh import Tried
from orgloop.org import Org, load_org
from orgloop.tune.contender import Contender
from orgloop.tune.search.candidates import Candidate, attempt, checked
from orgloop.tune.search.field import Field
from orgloop.tune.search.halving import ROUND_SEEDS, Round, Terms
from orgloop.tune.search.proposer import EmbeddedProposer, Proposer
from orgloop.tune.search.report import Attempt

PATIENCE = 3
"""Rounds without a keep after which a search is over."""


@dataclass(slots=True)
class Search:
    """One search, going on."""

    start: Contender
    ground: Field
    terms: Terms = field(default_factory=Terms)
    proposer: Proposer = field(default_factory=EmbeddedProposer)
    patience: int = PATIENCE
    on_round: Callable[[int, Sequence[str]], None] = lambda _number, _keys: None
    """Told of each round's number and of what is tried in it."""
    attempts: list[Attempt] = field(default_factory=list)
    ended: str = ""
    rounds: int = 0
    tuned: Contender = field(init=False)
    _person: Org = field(init=False)
    _current: Org = field(init=False)

    def __post_init__(self) -> None:
        org, problems = load_org(self.start.files, self.ground.tasks[0].task)
        problems.raise_errors()
        assert org is not None, "an organization without problems"
        self._person = self._current = org
        self.tuned = self.start

    def run(self) -> bool:
        """Search until :attr:`ended` says why; False where somebody stopped it."""
        idle = 0
        while not self.ended:
            going = self._round()
            if going is None:
                return False
            idle = 0 if going.winner is not None else idle + 1
            if going.spent:
                self.ended = f"The budget of {self.ground.budget.text} is spent."
            elif idle >= self.patience and not self.ended:
                self.ended = f"Nothing was kept in {self.patience} rounds."
        return True

    def _round(self) -> Round | None:
        self.rounds += 1
        going = Round(self.rounds, self.tuned, self.ground, self.terms)
        first = list(
            range(ROUND_SEEDS * self.rounds, ROUND_SEEDS * self.rounds + self.terms.rungs[0])
        )
        # The organization as it stands goes first: what is proposed depends on its record.
        if not self.ground.budget.allows(self.ground.cost(1, len(first))):
            going.spent = True
            return going
        if self.ground.play([self.tuned], first) is None:
            return None
        self.ground.budget.spent -= self.ground.cost(1, len(first))  # the round counts it again
        candidates = self._candidates(going, first)
        if not candidates:
            self.ended = "Every amendment that the meta-role knows was tried."
            return going
        self.on_round(self.rounds, [one.proposal.key for one in candidates])
        if not going.play(candidates):
            return None
        self.attempts += going.attempts
        if going.winner is not None:
            self._current = going.winner.org
            self.tuned = Contender(f"{self.start.name}-tuned", going.winner.contender.files)
        return going

    def _candidates(self, going: Round, seeds: Sequence[int]) -> list[Candidate]:
        """The round's amendments that may be; those that may not are on record."""
        proposals = self.proposer.propose(
            self._current,
            self.ground.record(self.tuned, seeds),
            self._tried(),
            settled=self._settled(),
            count=self.terms.width,
            seed=f"{self.ground.seed}/{self.rounds}",
        )
        found: dict[str, Candidate] = {}
        for proposal in proposals:
            candidate, why = checked(proposal, self._current, self._person, self.ground.tasks)
            if candidate is None:
                self.attempts.append(attempt(going.number, proposal, None, "refused", why))
            else:
                found.setdefault(candidate.contender.digest, candidate)
        return list(found.values())

    def _tried(self) -> list[Tried]:
        """What the trials have decided; who was dropped early may have had bad luck."""
        return [
            Tried(one.key, one.state == "kept")
            for one in self.attempts
            if one.state in ("kept", "lost", "refused")
        ]

    def _settled(self) -> set[str]:
        """Keys of what need not be tried on the organization as it stands now."""
        since = 0
        for number, one in enumerate(self.attempts):
            if one.state == "kept":
                since = number + 1
        return {
            one.key for one in self.attempts[since:] if one.state in ("same", "lost", "refused")
        }
