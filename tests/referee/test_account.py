"""The run's account of false keeps."""

import pytest

from orgloop.referee import Account


def test_the_first_keep_may_be_as_doubtful_as_the_start_allows() -> None:
    assert Account(share=0.1, start=1.0, floor=0.0).needed(0, 0.0) == pytest.approx(0.8)
    assert Account(share=0.1, start=0.0, floor=0.0).needed(0, 0.0) == pytest.approx(0.9)


def test_certain_keeps_make_room_for_a_doubtful_one_down_to_the_floor() -> None:
    account = Account(share=0.1, start=0.0, floor=0.7)
    assert account.needed(1, 0.0) == pytest.approx(0.8)
    assert account.needed(50, 0.0) == 0.7


def test_doubtful_keeps_raise_what_the_next_one_needs() -> None:
    account = Account(share=0.1, start=1.0)
    assert account.needed(3, 0.4) == pytest.approx(0.9)
    assert account.needed(3, 0.5) == pytest.approx(0.999)


def test_whoever_keeps_only_what_is_asked_stays_within_the_share() -> None:
    account = Account(share=0.1, start=1.0, floor=0.0)
    doubt = 0.0
    for keeps in range(200):
        doubt += 1.0 - account.needed(keeps, doubt)
        assert doubt <= 0.1 * (keeps + 1 + 1.0) + 0.001 * (keeps + 1)
