from orgloop.engines import Engine
from orgloop.engines.embedded.passing import Passing
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request, a_role


class TestPassing(EngineSuite):
    def engine(self) -> Engine:
        return Passing()


async def test_it_takes_the_first_arrow_and_says_that_nobody_thought() -> None:
    request = a_request(files={}, role=a_role("theorist"), decisions=("go", "stop"))
    answer = await Passing().think(request)
    assert answer.decision == "go"
    assert answer.note.startswith("Nobody thought here: `theorist`")
