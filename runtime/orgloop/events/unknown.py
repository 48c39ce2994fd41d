"""An event that this version of Orgloop does not know."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.events.base import EventBase


class Unknown(EventBase):
    """Written by a newer version: shown by its kind, and otherwise passed over."""

    kind: str
    body: Mapping[str, object] = {}
