"""The embedded meta-role's moves, drawn without replacement."""

from __future__ import annotations

import pytest

import orgloop.tune.search.proposer as proposer_module
from orgloop.engines.embedded.amending.moves import Move, moves
from orgloop.engines.organization import OrgRecord, RoleRecord
from orgloop.org import Org, load_org
from orgloop.tune.contender import Contender
from orgloop.tune.search.proposer import EmbeddedProposer, strides


@pytest.fixture(scope="module")
def org(classic: Contender) -> Org:
    loaded, _ = load_org(classic.files, None)
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def found(org: Org) -> tuple[list[Move], list[Move]]:
    return moves(org), strides(org)


@pytest.fixture(autouse=True)
def _moves_are_found_once(
    found: tuple[list[Move], list[Move]], monkeypatch: pytest.MonkeyPatch
) -> None:
    known, further = found
    monkeypatch.setattr(proposer_module, "moves", lambda _: known)
    monkeypatch.setattr(proposer_module, "strides", lambda _: further)
    monkeypatch.setattr(proposer_module, "checks", lambda *_: True)  # those of this org all do


def proposed(org: Org, record: OrgRecord, seed: str = "1", **more: set[str]) -> list[str]:
    found = EmbeddedProposer().propose(
        org, record, [], settled=more.get("settled", set()), count=4, seed=seed
    )
    return [one.key for one in found]


def test_they_are_different_and_the_same_for_the_same_seed(org: Org) -> None:
    keys = proposed(org, OrgRecord())
    assert len(set(keys)) == 4 and keys == proposed(org, OrgRecord())
    assert len({tuple(proposed(org, OrgRecord(), str(n))) for n in range(8)}) > 1


def test_what_is_settled_or_cannot_show_is_left_out(org: Org) -> None:
    drawn = {key for n in range(60) for key in proposed(org, OrgRecord(), str(n))}
    assert "drop:reviewer" in drawn
    assert not any(key.startswith("lookahead") for key in drawn)
    kept_out = proposed(org, OrgRecord(), settled=drawn)
    assert not drawn & set(kept_out)


def test_a_role_that_ends_much_is_asked_about_first(org: Org) -> None:
    guilty = OrgRecord(experiments=20, roles={"reviewer": RoleRecord("reviewer", 20, ended=18)})

    def share(record: OrgRecord) -> int:
        return sum(proposed(org, record, str(n))[0] == "drop:reviewer" for n in range(100))

    assert share(guilty) > 1.5 * share(OrgRecord())


def test_numbers_go_several_steps_at_once(found: tuple[list[Move], list[Move]]) -> None:
    keys = {one.key: one for one in found[1]}
    assert set(keys) == {"calmer:0.125", "calmer:0.062"}
    assert keys["calmer:0.125"].title.endswith("boldness 0.5 to 0.25, and on to 0.125")
    content = keys["calmer:0.125"].edits["roles/pi.md"]
    assert content is not None and b"boldness: 0.125" in content
