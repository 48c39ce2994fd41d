from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from orgloop.engines.agents.limits import reset_time

BERLIN, UTC = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
NOW = datetime(2026, 11, 25, 22, 30, tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize(
    ("said", "when"),
    [
        (
            "You've hit your session limit · resets 2am (Europe/Berlin)",
            datetime(2026, 11, 26, 2, tzinfo=BERLIN),
        ),
        (
            "You've hit your session limit · resets 11:45pm (Europe/Berlin)",
            datetime(2026, 11, 25, 23, 45, tzinfo=BERLIN),
        ),
        ("5-hour limit reached ∙ resets 4:15pm (UTC)", datetime(2026, 11, 26, 16, 15, tzinfo=UTC)),
        (
            "You've hit your weekly limit · resets Dec 3 at 2pm (Europe/Berlin)",
            datetime(2026, 12, 3, 14, tzinfo=BERLIN),
        ),
        (
            "Weekly limit reached ∙ resets Jan 2, 5pm (Europe/Berlin)",
            datetime(2027, 1, 2, 17, tzinfo=BERLIN),
        ),
        (
            "Claude AI usage limit reached|1764212400",
            datetime.fromtimestamp(1764212400, UTC),
        ),
        (
            "You’ve hit your usage limit. Try again at Nov 27th, 2026 3:04 AM (UTC).",
            datetime(2026, 11, 27, 3, 4, tzinfo=UTC),
        ),
    ],
)
def test_a_time_that_is_named_is_read(said: str, when: datetime) -> None:
    assert reset_time(said, NOW) == when.timestamp()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("Upgrade to Pro or try again in 3 days 4 hours 21 minutes.", 3 * 86400 + 4 * 3600 + 1260),
        ("Rate limit reached for gpt-5. Please try again in 1.898s.", 1.898),
        ("Please try again in 250ms.", 0.25),
        ("limit resets in 1h 5m", 3900),
        ("try again in 2 hours and 10 minutes", 7800),
    ],
)
def test_a_span_that_is_named_counts_from_now(said: str, seconds: float) -> None:
    assert reset_time(said, NOW) == pytest.approx(NOW + seconds)


def test_a_time_without_a_zone_is_this_machines() -> None:
    found = reset_time("visit the page or try again at 3:13 PM.", NOW)
    assert found is not None
    local = datetime.fromtimestamp(found)
    assert (local.hour, local.minute) == (15, 13)
    assert NOW < found <= NOW + 86400


@pytest.mark.parametrize(
    "said", ["Overloaded", "resets at 99pm", "try again later", "resets Feb 31 at 2pm", ""]
)
def test_what_names_no_time_has_none(said: str) -> None:
    assert reset_time(said, NOW) is None
