"""Named endpoints: servers of the person's own, by the environment.

``openai@workstation:...`` is asked at ``$ORGLOOP_ENDPOINT_WORKSTATION``, with the key in
``$ORGLOOP_ENDPOINT_WORKSTATION_KEY`` if there is one. The provider's own key never goes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PREFIX = "ORGLOOP_ENDPOINT_"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a named endpoint is."""

    url: str
    key: str
    """What is sent as its key; servers that need none take anything."""


def variable(name: str) -> str:
    """The environment variable that holds the address of the endpoint called ``name``."""
    return _PREFIX + name.upper().replace("-", "_")


def endpoint(name: str, env: Mapping[str, str]) -> Endpoint | None:
    """The endpoint called ``name``; None where the environment has no address for it."""
    url = env.get(variable(name), "").strip()
    if not url:
        return None
    return Endpoint(url, env.get(f"{variable(name)}_KEY", "").strip() or "none")
