"""Edits that are not saved, in a file of the lab's own directory: they outlive the interface."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from orgloop.ledger import ledger_path

_FILE = "drafts.json"


class KeptEdit(BaseModel):
    """One file as it stood in the editor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    base: str
    """What the edits began from."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    edits: dict[str, KeptEdit]


def read_kept(lab: Path) -> dict[str, KeptEdit]:
    """Edits by path; empty where none are kept, or they cannot be read."""
    try:
        return _Kept.model_validate_json(_place(lab).read_bytes()).edits
    except (OSError, ValidationError):
        return {}


def keep(lab: Path, edits: Mapping[str, KeptEdit]) -> None:
    """Keep these edits, and no others. Raises OSError."""
    place = _place(lab)
    if not edits:
        place.unlink(missing_ok=True)
        return
    home = place.parent
    if not home.exists():
        home.mkdir()
        (home / ".gitignore").write_text("*\n", encoding="utf-8")
    draft = place.with_name(f".{_FILE}.{os.getpid()}")
    draft.write_text(_Kept(edits=dict(edits)).model_dump_json(), encoding="utf-8")
    draft.replace(place)


def _place(lab: Path) -> Path:
    return ledger_path(lab).with_name(_FILE)
