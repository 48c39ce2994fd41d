from __future__ import annotations

import pytest

from orgloop.engines.chat.resets import reset_of

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Fri, 15 Jan 2027 08:01:00 GMT"}, 60),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}, 360),
        (
            {
                "anthropic-ratelimit-requests-remaining": "3",
                "anthropic-ratelimit-requests-reset": "2027-01-15T09:00:00Z",
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:00:45Z",
            },
            45,
        ),
        ({"anthropic-ratelimit-unified-reset": str(int(NOW) + 7200)}, 7200),
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e99"}, None),
        ({"x-ratelimit-remaining-tokens": "9", "x-ratelimit-reset-tokens": "6m"}, None),
    ],
)
def test_when_a_limit_resets_is_read_from_what_the_server_says(
    headers: dict[str, str], seconds: float | None
) -> None:
    found = reset_of(headers, NOW)
    assert found == (None if seconds is None else pytest.approx(NOW + seconds))
