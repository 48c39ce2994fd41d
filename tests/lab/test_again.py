"""A person has an experiment measured again: what that may change, and what it may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.ledger import MeasurementRow
from orgloop.ledger.verbs import AGAIN, STOP

from .asking import Person, measuring, row_of
from .conftest import SOLO, TinyLab

Make = Callable[..., TinyLab]
PROGRAM = """\
import sys, time
A = 0.0
WAIT = 0.0
time.sleep(WAIT)
print(f"score: {A + int(sys.argv[-1]) % 1000 / 10000}")
"""
COURSE = """
def worker(request):
    changes = {1: {"A": 5.0}, 2: {"A": 1.0}, 3: {"A": 9.0}, 4: {"WAIT": 600.0}}
    return Line(edits=put(request, **changes[number(request)]), title=f"n{number(request)}")

engine = Scripted({"worker": worker})
"""
SIGNIFICANT = SOLO.replace("accept: greedy", "accept: significant")


def measurements(lab: TinyLab, id: str, kind: str) -> list[MeasurementRow]:
    with lab.ledger() as ledger:
        return [row for row in ledger.measurements.of("r1", id) if row.kind == kind]


@pytest.mark.slow
def test_a_verdict_stands_and_the_incumbents_value_follows(tiny: Make) -> None:
    lab = tiny(COURSE, program=PROGRAM, charter=SIGNIFICANT)
    lab.run(experiments=3)
    person = Person(lab)
    before: list[float | None] = []

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0004"))
        assert row_of(lab, "e0002").status == "discard"
        with lab.ledger() as ledger:
            before.append(ledger.incumbents.all("r1")[-1].value)
            used = {row.seed for row in ledger.measurements.of("r1", "e0002")}
        asked = person.ask(AGAIN, "e0002", times=2)
        assert asked.answer.startswith("e0002 was measured again 2 times: 1.")
        assert asked.answer.endswith("It stays discarded; `orgloop overrule` keeps it.")
        again = measurements(lab, "e0002", "again")
        assert [row.status for row in again] == ["ok", "ok"]
        assert not used & {row.seed for row in again}
        old = person.ask(AGAIN, "e0001")
        assert old.answer.startswith("e0001 was measured again once: 5.")
        head = person.ask(AGAIN, "e0003", times=3)
        assert "On the record it is 9." in head.answer and head.answer.endswith(" now.")
        assert "no number of times" in person.refused(AGAIN, "e0003", times=0)
        person.ask(STOP, "e0004")

    summary = person.while_(act, experiments=4, slots=2)
    second = row_of(lab, "e0002")
    assert (summary.kept, summary.discarded, second.status) == (2, 2, "discard")
    assert not measurements(lab, "e0003", "again")
    assert len(measurements(lab, "e0003", "search")) >= 4
    with lab.ledger() as ledger:
        assert ledger.incumbents.all("r1")[-1].value != before[0]
        assert len(ledger.measurements.values_again("r1")["e0002"]) == 2
        assert len(ledger.measurements.all_values("r1")["e0002"]) == len(
            measurements(lab, "e0002", "search")
        )
    page = (lab.root / ".orgloop" / "cases" / "r1" / "e0002.md").read_text()
    assert "Measured again for a person, 2 in all: mean 1." in page
    assert lab.run(experiments=4).best == pytest.approx(summary.best), "nothing else is read again"


@pytest.mark.slow
def test_in_flight_the_referee_hears_of_it_before_it_rules(tiny: Make) -> None:
    lab = tiny(COURSE.replace('1: {"A": 5.0}', '1: {"A": 5.0, "WAIT": 1.0}'), program=PROGRAM)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0001"))
        asked = person.ask(AGAIN, "e0001", times=2)
        assert asked.answer == "e0001 was measured again before the referee ruled on it."

    assert person.while_(act, experiments=1).kept == 1
    assert len(measurements(lab, "e0001", "search")) == 3


@pytest.mark.slow
def test_one_that_is_over_before_it_comes_to_the_bench_is_not_measured(tiny: Make) -> None:
    minds = """
    engine = Scripted({"worker": lambda r: Line(delay=1.0, decision="drop")})
    """
    charter = SOLO.replace(
        "    worker --> bench\n", "    worker -- go --> bench\n    worker -- drop --> discard\n"
    )
    lab = tiny(minds, charter=charter)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: ledger.steps.get("r1", "e0001", "worker", 1))
        said = person.refused(AGAIN, "e0001")
        assert said.startswith("e0001 was over before the bench had measured it so often.")

    person.while_(act, experiments=2)
