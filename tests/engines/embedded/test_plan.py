from orgloop.engines import PastStep
from orgloop.engines.embedded.plan import Plan, named_in, plan_in, read_plan


def said(note: str = "", **data: object) -> PastStep:
    return PastStep("pi", None, note, data)  # type: ignore[arg-type]


def test_a_plan_survives_the_way_through_an_answers_data() -> None:
    plan = Plan(("train.py:LR", "train.py:WIDTH"), "combine", 0.75, {"train.py:LR": -1})
    assert read_plan(plan.data()) == plan
    whole = Plan(("train.py:LR",), "probe", 1.0, {"train.py:LR": 1}, {"train.py:LR": 2e-3})
    assert read_plan(whole.data()) == whole


def test_what_a_mind_wrote_half_right_is_read_as_far_as_it_goes() -> None:
    plan = read_plan({"tunables": ["a", 3], "reach": "far", "direction": {"a": 0.5, "b": "up"}})
    assert plan == Plan(("a",), "probe", 1.0, {"a": 1})


def test_what_is_no_plan_is_none() -> None:
    assert [read_plan(data) for data in (None, 3, "x", {}, {"tunables": "LR"})] == [None] * 5


def test_the_latest_plan_counts() -> None:
    first, second = Plan(("a",), "probe", 1.0), Plan(("b",), "probe", 1.0)
    history = [said(plan=first.data()), said(plan=second.data()), said(plan={"tunables": []})]
    assert plan_in(history) == second
    assert plan_in([]) is None


def test_tunables_named_in_prose_are_found_in_their_order_and_only_as_whole_words() -> None:
    names = {"WIDTH": "w", "LR": "l", "D": "d", "LR_MIN": "m"}
    note = "Double `WIDTH`; then LR. D is a letter; FULL_WIDTH and LR_MINIMUM are others."
    assert named_in([said(note)], names) == ("w", "l")
    assert named_in([said(note), said("Nothing here.")], names) == ("w", "l")
    assert named_in([said("Nothing here.")], names) == ()
