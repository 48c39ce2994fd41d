from __future__ import annotations

import pytest

from orgloop.org import Org, amended, load_org
from orgloop.testing.requests import a_task

CHARTER = """\
---
name: small
model: embedded
budget: {experiments: 9}
---
```mermaid
flowchart LR
    worker --> judge
    judge -- approve --> bench
    judge -- reject --> discard
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""
META = """\
---
name: meta
description: Amends.
tools: Read, Edit, Write
org: {amends: true, every: 10 experiments}
---
Amend.
"""


def role(name: str, tools: str = "Read", more: str = "") -> str:
    return f"---\nname: {name}\ndescription: A {name}.\ntools: {tools}\n{more}---\nWork.\n"


FILES = {
    "org/charter.md": CHARTER,
    "roles/worker.md": role("worker", "Read, Edit", "org: {embedded: tpe, boldness: 0.2}\n"),
    "roles/judge.md": role("judge", "Read, Bash(git log:*)", "disallowedTools: Write\n"),
    "roles/meta.md": META,
}


def org(**changes: str) -> Org:
    files = {**FILES, **changes}
    loaded, problems = load_org({path: text.encode() for path, text in files.items()}, a_task())
    assert loaded is not None, list(problems)
    return loaded


def amend(person: Org | None = None, **files: str | None) -> tuple[Org | None, list[str]]:
    """The amended organization, and the messages of its problems."""
    current = org()
    given = {path: None if text is None else text.encode() for path, text in files.items()}
    found, problems = amended(current, person or current, given, a_task())
    return found, [one.message for one in problems if one.severity == "error"]


def test_numbers_briefs_and_arrows_may_be_amended() -> None:
    bolder = FILES["roles/worker.md"].replace("0.2", "0.6").replace("Work.", "Work boldly.")
    found, problems = amend(**{"roles/worker.md": bolder})
    assert found is not None and not problems
    assert found.roles["worker"].org.boldness == 0.6


def test_a_role_may_leave_and_a_new_one_join() -> None:
    chart = CHARTER.replace("worker --> judge", "worker --> bench").replace(
        "    judge -- approve --> bench\n    judge -- reject --> discard\n", ""
    )
    found, problems = amend(**{"org/charter.md": chart, "roles/judge.md": None})
    assert found is not None and not problems
    assert "judge" not in found.roles
    joined = CHARTER.replace("worker --> judge", "worker --> theorist --> judge")
    found, problems = amend(**{"org/charter.md": joined, "roles/theorist.md": role("theorist")})
    assert found is not None and not problems


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("task.md", "x", "changes Markdown in `org/` and `roles/`"),
        ("train.py", "x", "changes Markdown in `org/` and `roles/`"),
        ("roles/../task.md", "x", "changes Markdown in `org/` and `roles/`"),
        ("org/charter.md", CHARTER.replace("9}", "99}"), "`budget` is for a person"),
        ("org/charter.md", CHARTER.replace("name: small", "accept: greedy"), "`accept` is for"),
        ("org/charter.md", CHARTER.replace("name: small", "ties: simpler"), "`ties` is for"),
        (
            "org/charter.md",
            CHARTER.replace("name: small", "probation: {chance: 0.51}"),
            "`probation` is for",
        ),
        ("org/charter.md", CHARTER.replace("embedded", "openai:gpt"), "a model that no file"),
        ("roles/judge.md", role("judge", more="model: openai:gpt\n"), "a model that no file"),
        ("roles/judge.md", role("judge", more="org: {embedded: 'a:b'}\n"), "is code that no file"),
        ("roles/judge.md", role("judge", more="org: {seats: 3, people: 1}\n"), "more of people"),
        ("roles/judge.md", role("judge", "Read, Edit"), "take tools away and give none"),
        ("roles/judge.md", role("judge", "Read, Bash"), "take tools away and give none"),
        ("roles/judge.md", role("judge", "Read, Write"), "take tools away and give none"),
        ("roles/judge.md", "---\nname: judge\ndescription: All.\n---\nWork.\n", "give none"),
        ("roles/judge.md", role("judge", more="hooks: {Stop: x}\n"), "`hooks` is for a person"),
        ("roles/judge.md", role("judge", more="permissionMode: plan\n"), "`permissionMode` is"),
        ("roles/judge.md", role("judge", more="mcpServers: [x]\n"), "`mcpServers` is"),
        (
            "roles/second.md",
            META.replace("meta", "second"),
            "No amendment can make a role that amends",
        ),
        ("roles/second.md", role("second", "Read, Bash"), "A new role can have the tools"),
        ("roles/meta.md", None, "cannot be removed by an amendment"),
        ("roles/meta.md", META.replace("10", "1"), "own constraints"),
        ("roles/meta.md", META.replace("Read, Edit, Write", "Read, Edit"), "own constraints"),
        ("roles/meta.md", META, "The amendment changes nothing"),
        ("roles/judge.md", None, "judge"),
    ],
)
def test_what_no_amendment_may_change(path: str, text: str | None, said: str) -> None:
    found, problems = amend(**{path: text})
    assert found is None
    assert any(said in problem for problem in problems), problems


def test_the_brief_of_a_role_that_amends_may_be_rewritten() -> None:
    found, problems = amend(**{"roles/meta.md": META.replace("Amend.", "Amend with care.")})
    assert found is not None and not problems


def test_a_person_is_the_measure_and_not_the_last_amendment() -> None:
    stricter = org(**{"roles/judge.md": role("judge")})
    found, problems = amend(
        stricter, **{"roles/critic.md": role("critic", "Read, Bash(git log:*)")}
    )
    assert found is None
    assert any("A new role can have the tools" in problem for problem in problems)
