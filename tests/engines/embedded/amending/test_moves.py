"""Every amendment that needs no language model checks, says what it does and does just that."""

from __future__ import annotations

from orgloop.engines.embedded.amending.moves import Move, checks, moves
from orgloop.org import Org, load_org
from orgloop.org.files import bundled_files

STANDUP = b"""\
---
name: standup
description: Talks.
tools: Read
org: {embedded: pass, every: 5 experiments}
---
Talk.
"""


def classic(**more: bytes) -> Org:
    org, problems = load_org({**bundled_files(), **more}, None)
    assert org is not None, list(problems)
    return org


def after(org: Org, move: Move) -> Org:
    files = {**org.files, **{path: text for path, text in move.edits.items() if text is not None}}
    for path, content in move.edits.items():
        if content is None:
            del files[path]
    found, problems = load_org(files, None)
    assert found is not None, list(problems)
    return found


def by_key(org: Org) -> dict[str, Move]:
    found = moves(org)
    keys = {move.key: move for move in found}
    assert len(keys) == len(found), "a key is of one move"
    return keys


def test_every_move_on_the_default_organization_checks_and_changes_something() -> None:
    org = classic()
    for move in moves(org):
        assert checks(org, move), move.key
        amended = after(org, move)
        assert amended.files != org.files, move.key
        assert move.title


def test_proposals_go_further_in_every_role_that_makes_them() -> None:
    org = classic()
    move = by_key(org)["bolder:1"]
    assert {role.org.boldness for role in after(org, move).roles.values() if role.may_edit} >= {1.0}


def test_a_role_leaves_the_chart_and_the_directory() -> None:
    org = classic()
    amended = after(org, by_key(org)["drop:reviewer"])
    assert "reviewer" not in amended.charter.flow.nodes
    assert "reviewer" not in amended.employed()
    assert amended.charter.flow.target("experimenter", None) == "bench"


def test_what_a_role_throws_away_goes_to_whoever_can_mend_it_or_to_the_bench() -> None:
    org = classic()
    keys = by_key(org)
    to_bench = after(org, keys["arrow:reviewer/reject>bench"])
    assert to_bench.charter.flow.target("reviewer", "reject") == "bench"
    back = after(org, keys["arrow:reviewer/reject>experimenter"])
    assert back.charter.flow.target("reviewer", "reject") == "experimenter"


def test_one_judge_becomes_a_panel_and_a_panel_one_judge() -> None:
    org = classic()
    three = after(org, by_key(org)["seats:reviewer=3"])
    assert three.roles["reviewer"].org.seats == 3
    assert after(three, by_key(three)["seats:reviewer=1"]).roles["reviewer"].org.seats == 1


def test_meetings_are_held_less_often_or_not_at_all() -> None:
    org = classic(**{"roles/standup.md": STANDUP})
    keys = by_key(org)
    rarer = after(org, keys["rarer:standup=10"]).roles["standup"].org.every
    assert rarer is not None and rarer.experiments == 10
    assert "standup" not in after(org, keys["skip:standup"]).roles


def test_a_move_that_would_leave_no_organization_does_not_check() -> None:
    org = classic()
    assert not checks(org, Move("drop", "drop:pi", "pi", "x", {"roles/pi.md": b"nothing"}))


def test_a_role_that_amends_is_not_its_own_subject() -> None:
    every = bundled_files()["roles/meta.md"].replace(
        b"  # every: 10 experiments", b"  every: 10 experiments\n  #"
    )
    org = classic(**{"roles/meta.md": every})
    assert "meta" in org.employed()
    assert not [move for move in moves(org) if move.role == "meta"]
