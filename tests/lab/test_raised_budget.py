"""A person raises the budget of a run that goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.ledger.verbs import BUDGET, STOP

from .asking import Person, measuring, row_of
from .conftest import TinyLab
from .test_money import CRITIC, FAST, MIND

Make = Callable[..., TinyLab]
SLOW = """
def worker(request):
    return Line(edits=put(request, A=float(number(request)), SLEEP=1.0 * (number(request) == 2)))

engine = Scripted({"worker": worker})
"""


def test_a_run_goes_on_to_the_larger_budget_and_so_does_the_next_session(tiny: Make) -> None:
    lab = tiny(SLOW)
    person = Person(lab)

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0002"))
        assert person.refused(BUDGET, usd=5.0) == (
            "This run has no budget of dollars, so there is nothing to raise. "
            "To bound it, stop it and start it again with `orgloop run --usd`."
        )
        assert "is 2 experiments already" in person.refused(BUDGET, experiments=2)
        assert "That is no budget." in person.refused(BUDGET, slots=3)
        asked = person.ask(BUDGET, experiments=3)
        assert asked.answer == "The budget is raised to 3 experiments: 1 experiment left."

    assert person.while_(act, experiments=2).experiments == 3
    again = lab.run()
    assert (again.experiments, again.reason) == (3, "The budget of experiments is used up.")


PAID = ("input_tokens=900", "input_tokens=6800 if number(request) == 3 else 900")
SLEEPS = (
    "A=float(number(request))",
    "A=float(number(request)), SLEEP=600.0 * (number(request) == 4)",
)
"""The third's answers are dear, and the fourth stays on the bench."""
DEAR = MIND.replace(*PAID).replace(*SLEEPS)


@pytest.mark.slow
def test_a_walk_that_could_not_be_paid_for_goes_on_once_it_can(tiny: Make) -> None:
    minds = DEAR.replace("COST", "None").replace("LABEL", "mind")
    lab = tiny(minds, charter=FAST, critic=CRITIC)
    lab.write("task.md", (lab.root / "task.md").read_text().replace("slots: 1", "slots: 2"))
    lab.commit()
    person = Person(lab)
    assert lab.run(experiments=2).tokens == 4000

    def act() -> None:
        person.until(lambda ledger: measuring(ledger, "e0004"))
        person.until(lambda ledger: ledger.steps.get("r1", "e0003", "critic", 1))
        assert row_of(lab, "e0003").status == "running"
        person.ask(BUDGET, tokens=30_000)
        person.until(lambda ledger: not measuring(ledger, "e0003"))
        person.until(lambda ledger: ledger.experiments.recent("r1", 1)[0].id == "e0003")
        person.ask(STOP, "e0004")

    summary = person.while_(act, experiments=4, tokens=12_000)
    assert (summary.experiments, summary.running) == (4, 0)
    assert row_of(lab, "e0003").status != "running"
    assert summary.tokens == 4000 + 6900 + 1000 + 6900
