"""What is remembered from one ruling to the next changes nothing but the time it takes."""

from __future__ import annotations

import numpy as np

from orgloop.referee import Case, Reign, Sample, referee_for
from orgloop.referee.memory import Chronicle, Memory

RNG = np.random.default_rng(7)


def commit(level: float, n: int) -> tuple[Sample, ...]:
    return tuple(Sample(seed, level + float(RNG.normal(0, 0.5))) for seed in range(n))


def run_of(reigns: int, beaten: int) -> list[Reign]:
    return [
        Reign(commit(1.0 * r, 3), tuple(commit(r - 1.0, 1 + b % 3) for b in range(beaten)))
        for r in range(reigns)
    ]


def prefix(lineage: list[Reign], reigns: int, refused: int) -> list[Reign]:
    last = lineage[reigns - 1]
    return [*lineage[: reigns - 1], Reign(last.samples, last.refused[:refused], last.claimed)]


def case_of(lineage: list[Reign]) -> Case:
    candidate = tuple(Sample(seed, len(lineage) + 0.1 * seed) for seed in range(2))
    return Case("maximize", candidate, lineage[-1].samples, lineage=lineage)


LINEAGE = run_of(4, 9)
VISITS = [
    *((reigns, refused) for reigns in (1, 2, 3, 4) for refused in range(10)),
    (2, 9), (4, 9), (1, 3), (4, 2), (4, 9),
]  # fmt: skip


def test_going_on_from_what_was_seen_rules_as_starting_afresh_does() -> None:
    lasting = referee_for("significant")
    for visit in VISITS:
        case = case_of(prefix(LINEAGE, *visit))
        assert lasting.rule(case) == referee_for("significant").rule(case)


def test_a_candidate_refused_late_on_an_older_incumbent_is_taken_in_where_it_belongs() -> None:
    lasting = referee_for("significant")
    early = prefix(LINEAGE, 3, 4)
    first = lasting.rule(case_of(early))
    late = [Reign(early[0].samples, (*early[0].refused, commit(3.0, 2))), *early[1:]]
    then = lasting.rule(case_of(late))
    assert then == referee_for("significant").rule(case_of(late))
    assert then.value != first.value
    assert lasting.rule(case_of(early)) == first


def test_a_run_of_another_direction_is_not_taken_for_the_same() -> None:
    lasting = referee_for("significant")
    case = case_of(LINEAGE)
    up = lasting.rule(case)
    down = lasting.rule(Case("minimize", case.candidate, case.incumbent, lineage=LINEAGE))
    assert lasting.rule(case) == up
    assert down == referee_for("significant").rule(
        Case("minimize", case.candidate, case.incumbent, lineage=LINEAGE)
    )


def test_what_was_not_kept_as_an_improvement_is_no_part_of_the_account() -> None:
    doubtful = commit(0.05, 2)
    before = Reign(commit(0.0, 4), tuple(commit(-1.0, 2) for _ in range(6)))
    claimed = Memory().recall(Chronicle.of([before, Reign(doubtful)]), 1.0)
    other = Memory().recall(Chronicle.of([before, Reign(doubtful, (), claimed=False)]), 1.0)
    assert (claimed.keeps, other.keeps) == (1, 0)
    assert claimed.doubt > 0 == other.doubt
