from __future__ import annotations

import pytest

from orgloop.charter import Flow, parse_charter
from orgloop.charter.rewire import redrawn, retargeted, without_role
from orgloop.problems import Problems

CHARTER = """\
---
name: small
budget: {experiments: 9}
---
Prose stays.

```mermaid
flowchart LR
    %% from idea to record
    pi --> worker --> reviewer
    reviewer -- approve --> bench
    reviewer -- revise --> worker
    reviewer -- reject --> discard
    bench -- measured --> keep
    bench -- crashed --> discard
```
More prose.
"""


def flow_of(text: str) -> Flow:
    charter = parse_charter(text, "org/charter.md", Problems())
    assert charter is not None
    return charter.flow


def changed(edges: object, text: str = CHARTER) -> str:
    assert isinstance(edges, tuple)
    found = redrawn(text.encode(), edges)
    assert found is not None
    return found.decode()


def test_work_goes_on_where_a_role_that_is_gone_would_have_sent_it() -> None:
    edges = without_role(flow_of(CHARTER), "reviewer")
    text = changed(edges)
    assert "pi --> worker --> bench" in text
    assert "reviewer" not in text
    assert text == CHARTER.replace("pi --> worker --> reviewer", "pi --> worker --> bench").replace(
        "    reviewer -- approve --> bench\n    reviewer -- revise --> worker\n"
        "    reviewer -- reject --> discard\n",
        "",
    )


def test_a_chart_without_its_first_role_begins_with_the_next() -> None:
    flow = flow_of(changed(without_role(flow_of(CHARTER), "pi")))
    assert flow.entry == "worker"
    assert flow.target("reviewer", "revise") == "worker"


def test_the_first_role_stays_where_only_the_bench_comes_after_it() -> None:
    alone = CHARTER.replace("pi --> worker --> reviewer", "worker --> bench").replace(
        "    reviewer -- approve --> bench\n    reviewer -- revise --> worker\n"
        "    reviewer -- reject --> discard\n",
        "",
    )
    assert without_role(flow_of(alone), "worker") is None


def test_one_arrow_leads_elsewhere_and_all_else_stays_as_written() -> None:
    edges = retargeted(flow_of(CHARTER), "reviewer", "reject", "worker")
    text = changed(edges)
    assert text == CHARTER.replace("reviewer -- reject --> discard", "reviewer -->|reject| worker")
    assert flow_of(text).target("reviewer", "reject") == "worker"


@pytest.mark.parametrize(
    "text",
    [
        CHARTER.replace("\n", "\r\n"),
        "No charter.",
        CHARTER.replace(
            "    bench -- measured", '    reviewer["The reviewer"]\n    bench -- measured'
        ),
    ],
)
def test_what_would_not_say_just_these_arrows_is_not_redrawn(text: str) -> None:
    edges = without_role(flow_of(CHARTER), "reviewer")
    assert edges is not None
    assert redrawn(text.encode(), edges) is None
