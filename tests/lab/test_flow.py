"""What the chart means while walks go through it."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import SOLO, TASK, WORKER, TinyLab

Make = Callable[..., TinyLab]

REVIEWED = SOLO.replace(
    "    worker --> bench\n",
    """\
    worker --> reviewer
    reviewer -- approve --> bench
    reviewer -- revise --> worker
    reviewer -- reject --> discard
""",
)
REVIEWER = "---\nname: reviewer\ndescription: Reads.\ntools: Read\n{org}---\nRead it.\n"
WORK = "'worker': lambda r: Line(edits=put(r, A=float(number(r)), B=len(r.history) * 0.25))"


def reviewer(org: str = "") -> str:
    return REVIEWER.replace("{org}", f"org: {org}\n" if org else "")


def test_a_revision_goes_back_and_comes_again(tiny: Make) -> None:
    lab = tiny(
        f"""
        engine = Scripted({{
            {WORK}, 'reviewer': [Line(decision='revise'), Line(decision='approve')]}})
        """,
        charter=REVIEWED,
        reviewer=reviewer(),
    )
    lab.run(experiments=1)
    assert [step.node for step in lab.steps("e0001")] == [
        *("worker", "reviewer", "worker", "reviewer", "bench")
    ]
    assert lab.experiments()[0].value == 1.5


def test_the_first_effect_and_who_set_the_title_are_on_record(tiny: Make) -> None:
    lab = tiny(
        """
        engine = Scripted({'worker': lambda r: Line(
            title=f"A = {number(r)}", edits=put(r, A=float(number(r))))})
        """
    )
    lab.run(experiments=2)
    first, second = lab.experiments()
    assert (first.effect, second.effect) == (first.gain, second.gain)
    assert second.effect == 1.0
    assert [step.data["title"] for step in lab.steps("e0002") if step.node == "worker"] == ["A = 2"]


def test_over_the_cap_on_visits_is_a_discard_with_the_reason(tiny: Make) -> None:
    lab = tiny(
        f"engine = Scripted({{{WORK}, 'reviewer': Line(decision='revise')}})",
        charter=REVIEWED.replace("lookahead: 0", "lookahead: 0\nrounds: 2"),
        reviewer=reviewer(),
    )
    summary = lab.run(experiments=1)
    row = lab.experiments()[0]
    assert (summary.discarded, summary.measurements) == (1, 1)
    assert "was asked 2 times, the charter's limit (`rounds: 2`)" in row.reason


def test_a_decision_that_is_no_arrow_ends_the_experiment(tiny: Make) -> None:
    lab = tiny(
        f"engine = Scripted({{{WORK}, 'reviewer': Line(decision='aprove')}})",
        charter=REVIEWED,
        reviewer=reviewer(),
    )
    lab.run(experiments=1)
    assert "decided `aprove`, which is no arrow of its. Did you mean `approve`?" in (
        lab.experiments()[0].reason
    )


def test_a_panel_decides_by_its_rule_and_every_seat_is_on_record(tiny: Make) -> None:
    lab = tiny(
        f"""
        engine = Scripted({{{WORK}, 'reviewer': lambda r: Line(
            note=f"seat {{r.seat}}", decision='reject' if r.seat == 1 else 'approve')}})
        """,
        charter=REVIEWED,
        reviewer=reviewer("{seats: 3, rule: majority}"),
    )
    lab.run(experiments=1)
    step = next(step for step in lab.steps("e0001") if step.node == "reviewer")
    assert step.decision == "approve"
    assert "**Seat 2** (reject): seat 1" in step.note


def test_a_unanimous_panel_lets_one_member_stop_it(tiny: Make) -> None:
    lab = tiny(
        f"""
        engine = Scripted({{{WORK}, 'reviewer': lambda r: Line(
            decision='reject' if r.seat == 1 else 'approve')}})
        """,
        charter=REVIEWED,
        reviewer=reviewer("{seats: 3, rule: unanimous}"),
    )
    assert lab.run(experiments=1).discarded == 1


def test_a_role_on_a_cadence_is_called_once_for_each_turn(tiny: Make) -> None:
    lab = tiny(
        f"engine = Scripted({{{WORK}, 'librarian': Line(note='What we learned.')}})",
        librarian=(
            "---\nname: librarian\ndescription: Keeps the notebook.\ntools: Read\n"
            "org: {every: 2 experiments}\n---\n{{ ledger.digest() }}\n"
        ),
    )
    lab.run(experiments=4)
    lab.run(experiments=5)
    calls = lab.steps("cadence")
    assert [(step.node, step.visit, step.note) for step in calls] == [
        ("librarian", 1, "What we learned."),
        ("librarian", 2, "What we learned."),
    ]


def test_a_role_by_any_name_works_the_day_it_is_wired(tiny: Make) -> None:
    lab = tiny(
        f"engine = Scripted({{{WORK}, 'statistician': Line(decision='sound')}})",
        charter=SOLO.replace(
            "    bench -- measured --> keep\n",
            "    bench -- measured --> statistician\n"
            "    statistician -- sound --> keep\n    statistician -- unsound --> discard\n",
        ),
        statistician=WORKER.replace("worker", "statistician").replace(", Edit", ""),
    )
    assert lab.run().kept == 4


def test_a_keep_that_the_referee_does_not_support_is_a_discard(tiny: Make) -> None:
    lab = tiny("engine = Scripted({'worker': lambda r: Line(edits=put(r, A=-1.0))})")
    lab.run(experiments=1)
    row = lab.experiments()[0]
    assert row.status == "discard"
    assert row.reason.startswith("The referee does not support a keep")


def test_an_engine_sees_the_brief_with_what_a_person_told_it(tiny: Make) -> None:
    lab = tiny(
        """
        def worker(request):
            return Line(note=request.brief, edits=put(request, A=float(number(request))))

        engine = Scripted({"worker": worker}, reads_brief=True)
        """,
        worker=WORKER.replace(
            "Do it.", "{% for m in inbox %}TOLD {{ m }}{% endfor %} {{ experiment.id }}"
        ),
    )
    lab.run(experiments=1)
    from orgloop.ledger import Ledger

    with Ledger.open(lab.root / ".orgloop" / "lab.db") as ledger:
        ledger.messages.tell("try a smaller context", None)
    lab.run(experiments=3)
    notes = {row.id: lab.steps(row.id)[0].note.strip() for row in lab.experiments()}
    assert (notes["e0001"], notes["e0003"]) == ("e0001", "e0003")
    assert notes["e0002"].startswith("TOLD m1: try a smaller context e0002")


def test_a_critic_that_asks_again_gets_one_more_measurement_each_time(tiny: Make) -> None:
    lab = tiny(
        f"""
        engine = Scripted({{{WORK}, 'critic': [
            Line(decision='replicate'), Line(decision='replicate'), Line(decision='keep')]}})
        """,
        charter=SOLO.replace(
            "    bench -- measured --> keep\n",
            "    bench -- measured --> critic\n    critic -- replicate --> bench\n"
            "    critic -- keep --> keep\n    critic -- discard --> discard\n",
        ),
        critic=reviewer().replace("reviewer", "critic"),
    )
    summary = lab.run(experiments=1)
    assert (summary.kept, summary.measurements) == (1, 1 + 3)


def test_an_answer_that_is_of_no_use_is_paid_for_all_the_same(tiny: Make) -> None:
    lab = tiny(
        """
        from dataclasses import replace
        from orgloop.engines.protocol import Usage

        class Costly(Scripted):
            async def think(self, request):
                return replace(await super().think(request), usage=Usage(7, 0, 3, 0.5))

        engine = Costly({'worker': lambda r: Line(decision='no such arrow')})
        """,
        charter=SOLO.replace(
            "worker --> bench", "worker -- go --> bench\n    worker -- no --> discard"
        ),
    )
    summary = lab.run(experiments=1)
    assert (summary.tokens, summary.cost_usd) == (10, 0.5)
    assert "failed" in lab.experiments()[0].reason


def test_an_engine_that_cannot_be_had_ends_the_walk_and_not_the_run(tiny: Make) -> None:
    lab = tiny(worker=WORKER.replace("tools:", "model: python:no_such_module:engine\ntools:"))
    assert lab.run(experiments=1).discarded == 1
    assert "no_such_module" in lab.experiments()[0].reason


def test_a_role_on_a_cadence_that_raises_anything_costs_only_its_turn(tiny: Make) -> None:
    lab = tiny(
        f"""
        class Broken(Scripted):
            async def think(self, request):
                if request.role.name == 'librarian':
                    raise ValueError('lost the notebook')
                return await super().think(request)

        engine = Broken({{{WORK}}})
        """,
        librarian=(
            "---\nname: librarian\ndescription: Keeps the notebook.\ntools: Read\n"
            "org: {every: 1 experiments}\n---\nKeep it.\n"
        ),
    )
    assert lab.run(experiments=2).kept == 2
    calls = lab.steps("cadence")
    assert [step.visit for step in calls] == [1, 2]
    assert all("ValueError: lost the notebook" in step.error for step in calls)


def test_turns_of_a_cadence_are_not_missed_where_experiments_end_side_by_side(tiny: Make) -> None:
    lab = tiny(
        f"engine = Scripted({{{WORK}, 'librarian': Line(note='What we learned.')}})",
        task=TASK.replace("slots: 1", "slots: 4"),
        charter=SOLO.replace("lookahead: 0", "lookahead: 4"),
        librarian=(
            "---\nname: librarian\ndescription: Keeps the notebook.\ntools: Read\n"
            "org: {every: 6 experiments}\n---\nKeep it.\n"
        ),
    )
    lab.run(experiments=12)
    assert [step.visit for step in lab.steps("cadence")] == [1, 2]
