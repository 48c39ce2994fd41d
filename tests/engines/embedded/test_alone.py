"""Optuna alone: all constants at once, from what was measured and nothing else."""

from __future__ import annotations

import pytest

from orgloop.engines import Evidence, Trial
from orgloop.engines.embedded.alone import Alone, draw
from orgloop.engines.tunables import discover
from orgloop.errors import EngineError
from orgloop.testing.requests import FilesInMemory, a_request, a_task

SOURCE = "LR = 1e-3  # 1e-5..1e-1 log\nDEPTH = 4  # 1..8\nKIND = 'a'  # one of: a, b\n"
FILES = FilesInMemory({"train.py": SOURCE})
SPACE = discover(FILES, a_task())


async def test_it_writes_a_point_of_the_whole_space_and_says_so() -> None:
    asked = a_request(files=FILES, evidence=Evidence(incumbent_value=1.0), seed=3)
    said = await Alone().think(asked)
    params = said.data["params"]
    assert isinstance(params, dict) and set(params) == set(SPACE.values)
    written = discover(FILES.edited(said.edits), a_task())
    assert written.values == params
    assert said.title is not None and "LR 0.001 -> " in said.title
    assert await Alone().think(asked) == said, "the same question has the same answer"


async def test_where_there_is_nothing_to_tune_it_says_so() -> None:
    with pytest.raises(EngineError, match="no constant to tune"):
        await Alone().think(a_request(files={"train.py": "print(1)\n"}))


def test_it_goes_where_the_values_were_good() -> None:
    lr = SPACE.tunables[0]
    told = [
        ({**SPACE.values, lr.key: lr.from_unit(at / 20)}, abs(at / 20 - 0.8)) for at in range(20)
    ]
    drawn = [draw(SPACE, told, "minimize", seed)[lr.key] for seed in range(12)]
    near = [lr.to_unit(value) > 0.55 for value in drawn]
    assert sum(near) >= 9


def test_what_is_in_flight_and_what_had_other_constants_is_no_harm() -> None:
    evidence = Evidence(
        trials=[
            Trial("e1", SPACE.values, None, "running"),
            Trial("e2", {"train.py:GONE": 1.0}, 0.5, "discard"),
            Trial("e3", SPACE.values, None, "crash"),
        ],
        incumbent_value=1.0,
    )
    said = Alone()._think(a_request(files=FILES, evidence=evidence, seed=1))
    assert said.edits
