from __future__ import annotations

from typing import TYPE_CHECKING

from orgloop.ledger.titles import alikeness, title_key

if TYPE_CHECKING:
    from tests.ledger.conftest import Lab


def test_a_title_is_the_set_of_its_words() -> None:
    assert title_key("Dropout of 0.1") == title_key("dropout: 0.1!") == "0.1 dropout"
    assert title_key("the of a") == ""


def test_alikeness_is_the_share_of_words_in_common() -> None:
    assert alikeness(title_key("dropout 0.1"), title_key("dropout 0.2")) == 1 / 3
    assert alikeness("", "") == 0.0


def test_the_same_words_are_found_however_long_ago(lab: Lab) -> None:
    first = lab.discard("A wider first layer", 2.9)
    for number in range(320):
        lab.discard(f"number {number}", 2.9)
    row = lab.ledger.experiments.get("r1", lab.start("First layer, wider"))
    assert row is not None
    assert [one.id for one in lab.ledger.lookalikes.like("r1", row)] == [first]


def test_nearly_the_same_words_are_found_in_what_is_recent_or_in_flight(lab: Lab) -> None:
    done, going = lab.discard("a wider first layer", 2.9), lab.start("wider first layer bias")
    lab.discard("narrower last layer", 2.9)
    row = lab.ledger.experiments.get("r1", lab.start("wider first layer bias init"))
    assert row is not None
    assert [one.id for one in lab.ledger.lookalikes.like("r1", row)] == [going]
    row = lab.ledger.experiments.get("r1", lab.start("wider first layer now"))
    assert row is not None
    found = lab.ledger.lookalikes.like("r1", row)
    assert done in {one.id for one in found} and row.id not in {one.id for one in found}


def test_the_same_change_is_found_whoever_began_first(lab: Lab) -> None:
    one, other = lab.start("one"), lab.start("other")
    for id in (one, other):
        lab.ledger.experiments.update("r1", id, fingerprint="f")
    found = lab.ledger.lookalikes.with_fingerprint("r1", "f", one)
    assert [row.id for row in found] == [other]
