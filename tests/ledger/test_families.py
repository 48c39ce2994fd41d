from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from orgloop.ledger import Digest
from orgloop.ledger.families import cause_name, family_name

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_a_family_is_named_by_a_few_places() -> None:
    assert family_name(["b.py:y", "a.py:x", "b.py:y"]) == "a.py:x, b.py:y"
    assert family_name(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("exception: out of memory, 123 MB", "exception: out of memory, # MB"),
        ("No such file /home/ada/lab/x.py", "No such file …"),
        ("shape (3, 4) and (3,5)", "shape (# #) and (#)"),
        ("conv2d failed", "conv2d failed"),
    ],
)
def test_a_cause_is_a_reason_without_what_differs(reason: str, name: str) -> None:
    assert cause_name(reason) == name


def test_forty_failed_learning_rates_are_one_line(lab: Lab) -> None:
    for number in range(40):
        id = lab.start(f"rate {number}")
        lab.ledger.experiments.update("r1", id, places=("train.py:LR",))
        gain = 0.001 if number == 7 else -0.1
        lab.ledger.experiments.finish("r1", id, "discard", "no gain", value=2.9, gain=gain)
    once = lab.start("width")
    lab.ledger.experiments.update("r1", once, places=("train.py:WIDTH",))
    lab.ledger.experiments.finish("r1", once, "discard", "no gain")
    assert Digest(lab.ledger, "r1", "minimize", "val_bpb").families() == (
        "- `train.py:LR`: 40 tried, 0 kept, best +0.001 (e0008), last e0040"
    )


def test_crashes_of_one_cause_are_counted_together(lab: Lab) -> None:
    for number in range(3):
        lab.crash(f"big {number}", reason=f"exception: out of memory, {number} GB")
    lab.crash("odd", reason="exception: shape")
    lines = Digest(lab.ledger, "r1", "minimize", "val_bpb").crashes().splitlines()
    assert lines[0] == "- `exception: out of memory, # GB`: 3 times, last e0003"
    assert lines[1].startswith("- `exception: shape`: 1 time")
    assert lines[2].startswith("- the latest, e0004 odd")
