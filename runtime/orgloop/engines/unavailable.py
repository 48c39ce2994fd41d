"""The refusal of a model that cannot think here."""

from __future__ import annotations

from orgloop.errors import EngineError, UserError


class ModelUnavailable(EngineError, UserError):
    """``model:`` names what is not known, or what this machine cannot run (exit code 2)."""
