import pytest

from orgloop.engines import Answer, Engine, Outcome
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request
from orgloop.testing.scripted import Scripted


class TestScripted(EngineSuite):
    def engine(self) -> Engine:
        return Scripted()


ASKED = a_request(files={"train.py": "LR = 1\n"}, decisions=("yes", "no"))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(note=" \n"), "a note says something"),
        (Answer(note="Good.", decision="maybe"), "none of"),
        (Answer(note="Good."), "decide"),
        (Answer(note="Good.", decision="yes", edits={"../x": b""}), "inside the lab"),
        (Answer(note="Good.", decision="yes", edits={"/etc/x": b""}), "inside the lab"),
        (Answer(note="Good.", decision="yes", title="a\nb"), "one line"),
    ],
)
def test_the_suite_says_what_is_wrong_with_an_answer(answer: Answer, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        EngineSuite().check(ASKED, answer)


def test_the_suite_takes_a_good_answer() -> None:
    EngineSuite().check(ASKED, Answer(note="Good.", outcome=Outcome.PASS, data={"plan": {"a": 1}}))
