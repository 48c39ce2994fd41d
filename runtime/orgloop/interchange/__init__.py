"""Roles in the formats of coding agents: Claude Code's subagents, opencode's, and Codex's.

The other way needs no code: a role file's top level is Claude Code's, so its subagents are roles.
"""

from orgloop.interchange.export import TARGETS, Target, exported, write_exported

__all__ = ["TARGETS", "Target", "exported", "write_exported"]
