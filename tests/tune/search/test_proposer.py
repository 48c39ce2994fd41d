"""The embedded meta-role's moves, drawn without replacement."""

from __future__ import annotations

import pytest

import orgloop.tune.search.proposer as proposer_module
from orgloop.engines.embedded.amending.moves import moves
from orgloop.engines.organization import OrgRecord, RoleRecord
from orgloop.org import Org, load_org
from orgloop.tune.contender import Contender
from orgloop.tune.search.proposer import EmbeddedProposer


@pytest.fixture(scope="module")
def org(classic: Contender) -> Org:
    loaded, _ = load_org(classic.files, None)
    assert loaded is not None
    return loaded


@pytest.fixture(autouse=True)
def _moves_are_found_once(org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    known = moves(org)
    monkeypatch.setattr(proposer_module, "moves", lambda _: known)


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

    assert share(guilty) > 2 * share(OrgRecord())
