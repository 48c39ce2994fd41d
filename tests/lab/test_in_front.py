"""Who stands between a new walk and the bench."""

from __future__ import annotations

import pytest

from orgloop.engines.human import Human
from orgloop.engines.protocol import Engine
from orgloop.lab.in_front import person_in_front
from orgloop.org.load import load_org
from orgloop.role import Role
from orgloop.testing.requests import a_task
from orgloop.testing.scripted import Scripted

CHART = """\
---
name: x
---
```mermaid
flowchart LR
    a --> b
    b -- good --> bench
    b -- unsure --> c
    c -- good --> bench
    c -- bad --> discard
    bench -- measured --> d
    bench -- crashed --> discard
    d -- keep --> keep
    d -- discard --> discard
```
"""


@pytest.mark.parametrize(
    ("person", "in_front"), [("a", True), ("b", True), ("c", False), ("d", False)]
)
def test_a_person_counts_where_every_walk_comes_to_them_first(person: str, in_front: bool) -> None:
    files = {"org/charter.md": CHART.encode()}
    for name in "abcd":
        files[f"roles/{name}.md"] = f"---\nname: {name}\ndescription: Does.\n---\nDo.\n".encode()
    org, problems = load_org(files, a_task())
    assert org is not None, list(problems)

    def engine_for(role: Role, _: str | None) -> Engine:
        return Human() if role.name == person else Scripted()

    assert person_in_front(org, engine_for) is in_front
