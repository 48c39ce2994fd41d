"""The run as far as it is settled, understood once and gone on from.

What was understood is a function of the commits alone, in their order: whoever starts from
nothing comes to the same numbers. The grid is laid out, and seeds' shifts are estimated, anew
each time that the noise is known from half as many degrees of freedom again; between, every commit
costs one step of the filter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orgloop.referee.protocol import Reign, Sample
from orgloop.referee.seeds import seed_shifts
from orgloop.referee.tally import Mean, Noise, mean_of

if TYPE_CHECKING:
    from orgloop.referee.posterior import Belief

AGAIN = 1.5
"""How much better the noise must be known for the grid to be laid out anew."""
MARKS = 12
"""How many earlier states are kept to go on from."""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The run's commits in order; an incumbent comes after those that its predecessor beat."""

    groups: list[Sequence[Sample]]
    crowned: list[int]
    """Places of those that became incumbents, in order."""
    claimed: list[bool]
    """Whether each of ``crowned`` was kept as an improvement."""

    @staticmethod
    def of(lineage: Sequence[Reign]) -> Chronicle:
        """Reigns, oldest first, as one list."""
        groups: list[Sequence[Sample]] = []
        crowned: list[int] = []
        for reign in lineage:
            crowned.append(len(groups))
            groups.append(reign.samples)
            groups += reign.refused
        return Chronicle(groups, crowned, [reign.claimed for reign in lineage])

    def standing(self, at: int) -> bool | None:
        """Whether a commit was kept as an improvement, or kept at all (None: it was not)."""
        reign = bisect_left(self.crowned, at)
        if reign < len(self.crowned) and self.crowned[reign] == at:
            return self.claimed[reign]
        return None

    def reigns(self, end: int) -> list[int]:
        """Under which incumbent each of the first ``end`` commits was measured; -1: the first."""
        return [bisect_left(self.crowned, at) - 1 for at in range(end)]

    def shared(self, other: Chronicle) -> int:
        """How many commits both begin with, in the same order and standing."""
        most = min(len(self.groups), len(other.groups))
        if self.groups[:most] != other.groups[:most]:
            most = next(at for at in range(most) if self.groups[at] != other.groups[at])
        ours, theirs = bisect_left(self.crowned, most), bisect_left(other.crowned, most)
        if (self.crowned[:ours], self.claimed[:ours]) == (
            other.crowned[:theirs],
            other.claimed[:theirs],
        ):
            return most
        return next(at for at in range(most) if self.standing(at) is not other.standing(at))


@dataclass(frozen=True, slots=True)
class Settled:
    """What the run's first commits have taught."""

    commits: int = 0
    """How many they are."""
    belief: Belief | None = None
    """None while the noise is not known."""
    shifts: Mapping[int, float] = field(default_factory=dict)
    """What each seed adds to every commit alike, more is better; empty where none is shown."""
    squares: float = 0.0
    freedom: int = 0
    """Noise within commits, shifts taken out as they were known at the time."""
    laid_out: int = 0
    """Degrees of freedom when the grid was laid out."""
    keeps: int = 0
    doubt: float = 0.0
    """Sum over ``keeps`` of the probability that each was no improvement."""
    incumbent: Mean | None = None
    """The latest one's own measurements."""


class Memory:
    """Goes on from the longest beginning that it has seen before. Not for several threads."""

    def __init__(self) -> None:
        self._sign = 1.0
        self._seen = Chronicle([], [], [])
        self._marks: dict[int, Settled] = {}

    def recall(self, chronicle: Chronicle, sign: float) -> Settled:
        """What ``chronicle`` teaches; ``sign`` is -1 where lower is better."""
        known = chronicle.shared(self._seen) if sign == self._sign else 0
        end = len(chronicle.groups)
        start = max((mark for mark in self._marks if mark <= min(known, end)), default=0)
        course = _Course(chronicle, sign, self._marks.get(start, Settled()))
        marks = {mark: state for mark, state in self._marks.items() if mark <= known}
        for at in range(start, end):
            if chronicle.standing(at) is not None:
                marks[at] = course.state
            course.take(at)
        marks[end] = course.state
        if known < len(self._seen.groups) and known == end:
            self._marks[end] = course.state  # an older incumbent was asked about: forget nothing
        else:
            self._seen, self._sign = chronicle, sign
            self._marks = dict(sorted(marks.items())[-MARKS:])
        return course.state


@dataclass(slots=True)
class _Course:
    """Takes commits in, one after the other."""

    chronicle: Chronicle
    sign: float
    state: Settled

    def take(self, at: int) -> None:
        group = self.chronicle.groups[at]
        mean = mean_of(group, self.sign, self.state.shifts)
        state = self.state
        squares, freedom = state.squares + mean.squares, state.freedom + mean.freedom
        if squares > 0 and freedom >= max(state.laid_out * AGAIN, state.laid_out + 1):
            self.state = _anew(self.chronicle, at + 1, self.sign, state)
        else:
            self.state = _next(self.chronicle, at, mean, state, squares, freedom)


def _next(
    chronicle: Chronicle, at: int, mean: Mean, state: Settled, squares: float, freedom: int
) -> Settled:
    """One more commit on the same grid."""
    belief, keeps, doubt = state.belief, state.keeps, state.doubt
    crowned = chronicle.standing(at)
    if crowned is not None and at:
        if crowned:
            keeps += 1
            doubt += _doubt(belief, mean)
        if belief is not None:
            from orgloop.referee.posterior import promoted

            belief = promoted(belief, mean)
    elif at and belief is not None:
        from orgloop.referee.posterior import refused

        belief = refused(belief, mean)
    return Settled(
        commits=at + 1,
        belief=belief,
        shifts=state.shifts,
        squares=squares,
        freedom=freedom,
        laid_out=state.laid_out,
        keeps=keeps,
        doubt=doubt,
        incumbent=mean if crowned is not None else state.incumbent,
    )


def _doubt(belief: Belief | None, mean: Mean) -> float:
    """Probability that what is kept is no improvement, as it is known at the time."""
    if belief is None:
        return 0.0
    from orgloop.referee.posterior import judge

    return 1.0 - judge(belief, mean, min_delta=0.0).p_better


def _anew(chronicle: Chronicle, end: int, sign: float, before: Settled) -> Settled:
    """The first ``end`` commits again, on a grid for the noise as it is known now.

    Taking seeds' shifts out lowers the noise, which sharpens the shifts: three rounds settle it.
    """
    state = _filtered(chronicle, end, sign, {}, before)
    for _ in range(3):
        assert state.belief is not None
        from orgloop.referee.posterior import outlook

        ahead = outlook(state.belief)
        found = seed_shifts(
            chronicle.groups[:end], chronicle.reigns(end), tau=ahead.tau, sigma=ahead.sigma
        )
        if not found:
            return state
        shifts = {seed: sign * shift for seed, shift in found.items()}
        paired = _filtered(chronicle, end, sign, shifts, before)
        if paired.belief is None or paired.squares / paired.freedom >= (
            state.squares / state.freedom
        ):
            return state
        state = paired
    return state


def _filtered(
    chronicle: Chronicle, end: int, sign: float, shifts: Mapping[int, float], before: Settled
) -> Settled:
    """One pass over the first ``end`` commits; the account of ``before`` is kept as it was."""
    from orgloop.referee.posterior import promoted, pruned, refused
    from orgloop.referee.prior import believe_first

    means = [mean_of(group, sign, shifts) for group in chronicle.groups[:end]]
    raw = sum(mean.freedom for mean in means)
    squares, freedom = sum(mean.squares for mean in means), raw - max(len(shifts) - 1, 0)
    if squares == 0 or freedom < 1:
        return Settled(commits=end, shifts=shifts, squares=squares, freedom=freedom)
    belief = believe_first(
        means[0], Noise(squares, freedom), Noise(means[0].squares, means[0].freedom)
    )
    keeps, doubt, incumbent = before.keeps, before.doubt, means[0]
    for at in range(1, end):
        crowned = chronicle.standing(at)
        if crowned is None:
            belief = refused(belief, means[at])
            continue
        if crowned and at == end - 1:
            keeps, doubt = keeps + 1, doubt + _doubt(belief, means[at])
        belief = promoted(belief, means[at])
        incumbent = means[at]
    return Settled(
        commits=end,
        belief=pruned(belief),
        shifts=shifts,
        squares=squares,
        freedom=freedom,
        laid_out=freedom,
        keeps=keeps,
        doubt=doubt,
        incumbent=incumbent,
    )
