"""A change that was tried before is told so before it costs a run."""

from __future__ import annotations

from collections.abc import Callable

from orgloop.ledger import Ledger

from .conftest import JUDGE_WITHOUT_PERSON, JUDGED, PROGRAM, TinyLab


def stubborn(part: str) -> str:
    return f"engine = Scripted({{'worker': {part}}}, reads_brief=True)"


def test_what_repeats_is_asked_for_something_else(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(
        """\
        def work(request):
            again = "it is not new" in request.brief
            assert not again or "e0001 (discard" in request.brief
            return Line(edits=put(request, B=-2.0 if again else -1.0), note="Try it.")
        engine = Scripted({"worker": work}, reads_brief=True)
        """
    )
    lab.run(experiments=2)
    assert [row.value for row in lab.experiments()] == [-1.0, -2.0]


def test_who_repeats_again_ends_without_a_run(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(stubborn("lambda r: Line(title='A', edits=put(r, B=-1.0))"))
    summary = lab.run(experiments=3)
    first, *others = lab.experiments()
    assert (summary.discarded, summary.crashed) == (3, 0)
    assert [row.reason.partition(" (")[0] for row in others] == ["Repeat of e0001"] * 2
    with lab.ledger() as ledger:
        assert len(ledger.measurements.of("r1", first.id)) == 1
        assert all(not ledger.measurements.of("r1", row.id) for row in others)
        assert all(row.fingerprint is None and row.commit for row in others)


def test_asking_twice_is_charged_twice(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(
        "from orgloop.engines.protocol import Usage\n"
        + stubborn("lambda r: Line(edits=put(r, B=-1.0), usage=Usage(10, 0, 1))")
    )
    lab.run(experiments=2)
    assert [row.tokens for row in lab.experiments()] == [11, 22]


def test_of_two_walks_with_the_same_idea_at_once_the_second_is_told(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(
        stubborn("lambda r: Line(edits=put(r, B=-1.0), delay=0.3)"),
        program=PROGRAM.replace("SLEEP = 0.0", "SLEEP = 0.5"),
    )
    lab.write(
        "org/charter.md",
        (lab.root / "org/charter.md").read_text().replace("lookahead: 0", "lookahead: 1"),
    )
    lab.commit()
    lab.run(experiments=2)
    reasons = sorted(row.reason for row in lab.experiments())
    assert sum("going on now" in reason for reason in reasons) == 1


def test_on_a_newer_incumbent_the_same_change_is_a_retest_and_says_so(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(
        """\
        def work(request):
            if number(request) == 2:
                return Line(title="up", edits=put(request, A=5.0))
            return Line(title="B", edits=put(request, B=-0.5))
        engine = Scripted({"worker": work}, reads_brief=True)
        """
    )
    lab.run(experiments=3)
    rows = lab.experiments()
    assert [row.status for row in rows] == ["discard", "keep", "discard"]
    assert rows[2].value == 4.5
    assert "A retest on a newer incumbent: e0001" in lab.steps("e0003")[0].note


def test_what_ended_since_a_role_failed_may_be_proposed_again(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(
        """\
        def judge(request):
            return Line(fails="out of words") if number(request) == 1 else Line()
        engine = Scripted(
            {"worker": lambda r: Line(edits=put(r, A=1.0)), "judge": judge}, reads_brief=True
        )
        """,
        charter=JUDGED,
        judge=JUDGE_WITHOUT_PERSON,
    )
    lab.run(experiments=2)
    assert [row.status for row in lab.experiments()] == ["discard", "keep"]


def test_engines_that_read_no_brief_keep_their_own_way(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny("engine = Scripted({'worker': lambda r: Line(edits=put(r, B=-1.0))})")
    lab.run(experiments=2)
    with Ledger.read_only(lab.root / ".orgloop" / "lab.db") as ledger:
        assert len(ledger.measurements.of("r1", "e0002")) == 1


def test_whoever_only_begins_a_change_is_not_held_to_it(tiny: Callable[..., TinyLab]) -> None:
    charter = JUDGED.replace(
        "judge -- approve --> bench", "judge -- approve --> second\n    second --> bench"
    )
    lab = tiny(
        """\
        engine = Scripted(
            {
                "worker": lambda r: Line(edits=put(r, B=-1.0)),
                "second": lambda r: Line(edits=put(r, A=-float(number(r)))),
            },
            reads_brief=True,
        )
        """,
        charter=charter,
        judge=JUDGE_WITHOUT_PERSON,
        second="---\nname: second\ndescription: Adds.\ntools: Read, Edit\n---\nAdd.\n",
    )
    lab.run(experiments=2)
    assert [row.value for row in lab.experiments()] == [-2.0, -3.0]


def test_titles_that_look_alike_are_a_warning_to_those_who_follow(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(
        """\
        def work(request):
            n = number(request)
            title = "A smaller context" if n == 1 else "Context, smaller"
            return Line(title=title, edits=put(request, B=-n))
        engine = Scripted(
            {"worker": work, "judge": lambda r: Line(note=r.brief)}, reads_brief=True
        )
        """,
        charter=JUDGED,
        judge=JUDGE_WITHOUT_PERSON,
    )
    lab.run(experiments=2)
    first, second = (lab.steps(id)[1].note for id in ("e0001", "e0002"))
    assert "Titles like this one" not in first
    assert "Titles like this one" in second and "- e0001 (discard" in second
