from collections import Counter
from dataclasses import replace

from orgloop.engines import Engine
from orgloop.engines.embedded.lot import Lot
from orgloop.testing.engine_suite import EngineSuite
from orgloop.testing.requests import a_request
from orgloop.testing.sample import sample_files


class TestLot(EngineSuite):
    def engine(self) -> Engine:
        return Lot()


async def test_every_way_gets_its_share_and_the_same_visit_the_same_one() -> None:
    asked = a_request(files=sample_files(), decisions=("tune", "rebuild", "gamble"))
    asked = replace(asked, leads_to={"tune": "tuner", "rebuild": "builder", "gamble": "gambler"})
    drawn = [await Lot().think(replace(asked, seed=seed)) for seed in range(300)]
    counts = Counter(answer.decision for answer in drawn)
    assert set(counts) == set(asked.decisions) and min(counts.values()) > 60
    assert (await Lot().think(asked)).decision == drawn[0].decision
    assert f"`{asked.leads_to[str(drawn[0].decision)]}`, by lot" in drawn[0].note


async def test_where_there_is_one_way_it_is_taken() -> None:
    assert (await Lot().think(a_request(files=sample_files()))).decision is None
