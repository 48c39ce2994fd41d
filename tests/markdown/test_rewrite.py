from __future__ import annotations

import pytest

from orgloop.markdown.rewrite import Plain, with_keys

ROLE = """\
---
name: pi   # who
description: "Plans."
org: {embedded: scout, boldness: 0.2}
# a remark
tools: Read, Grep
---
The body --- with a line

---
of its own.
"""


def changed(changes: dict[tuple[str, ...], Plain], text: str = ROLE) -> str:
    found = with_keys(text.encode(), changes)
    assert found is not None
    return found.decode()


def test_a_key_changes_and_nothing_else_does() -> None:
    assert changed({("org", "boldness"): 0.5}) == ROLE.replace("0.2", "0.5")


def test_a_key_that_was_not_there_is_added_where_it_belongs() -> None:
    assert "org: {embedded: scout, boldness: 0.2, seats: 3}\n" in changed({("org", "seats"): 3})
    bare = "---\nname: pi\n---\nBody.\n"
    assert changed({("org", "seats"): 3}, bare) == "---\nname: pi\norg: {seats: 3}\n---\nBody.\n"


def test_none_takes_a_key_away_and_may_find_it_gone() -> None:
    assert "boldness" not in changed({("org", "boldness"): None})
    bare = "---\nname: pi\n---\nBody.\n"
    assert changed({("org", "seats"): None}, bare) == bare


@pytest.mark.parametrize(
    "content",
    [
        b"No frontmatter.\n",
        b"---\nname: [\n---\nBroken.\n",
        b"---\r\nname: pi\r\n---\r\nOther line ends.\r\n",
        b"---\n- a list\n---\nBody.\n",
        b"---\norg: text\n---\nNot a mapping.\n",
        b"---\nname: \xff\n---\nNo text.\n",
    ],
)
def test_what_cannot_be_rewritten_is_left_alone(content: bytes) -> None:
    assert with_keys(content, {("org", "seats"): 3}) is None
