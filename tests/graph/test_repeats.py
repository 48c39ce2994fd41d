"""What counts as the same question asked twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orgloop.graph.repeats import is_last_hand, is_repeat
from orgloop.ledger import ExperimentRow
from orgloop.org import Org
from orgloop.org.load import load_org
from orgloop.testing.requests import a_task

ROW = ExperimentRow("r1", "e0001", 1, "old", 0.0, "discard", reason="no gain", value=1.0)
HERE = {"new"}


@pytest.mark.parametrize(
    ("row", "repeat"),
    [
        (replace(ROW, status="running"), True),
        (replace(ROW, base="new"), True),
        (replace(ROW, base="new", status="keep"), True),
        (replace(ROW, status="crash"), True),
        (replace(ROW, gain=-1.0, verdict={"gain_stderr": 0.4}), True),
        (replace(ROW, gain=-1.0, verdict={"gain_stderr": 0.6}), False),
        (replace(ROW, gain=0.1, verdict={"gain_stderr": 0.01}), False),
        (ROW, False),
        (replace(ROW, base="new", reason="`critic` failed: no answer"), False),
    ],
)
def test_a_change_is_a_repeat_where_it_would_tell_nothing(row: ExperimentRow, repeat: bool) -> None:
    assert is_repeat(row, HERE) is repeat


def org(chart: str, **tools: str) -> Org:
    files = {
        "org/charter.md": f"---\nname: x\n---\n```mermaid\nflowchart LR\n{chart}```\n".encode()
    }
    for name, has in tools.items():
        files[f"roles/{name}.md"] = (
            f"---\nname: {name}\ndescription: Does.\ntools: {has}\n---\nDo.\n".encode()
        )
    found, problems = load_org(files, a_task())
    assert found is not None, list(problems)
    return found


ENDS = "    bench -- measured --> keep\n    bench -- crashed --> discard\n"


def test_who_edits_last_before_the_bench_is_held_to_it() -> None:
    chart = "    a --> b --> c\n    c -- yes --> bench\n    c -- again --> a\n" + ENDS
    lab = org(chart, a="Read, Edit", b="Read, Edit", c="Read")
    last = {name: is_last_hand(lab, lab.roles[name]) for name in "abc"}
    assert last == {"a": False, "b": True, "c": True}
