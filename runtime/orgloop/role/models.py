"""How a ``model:`` may be written. What it resolves to is the engines' business."""

from __future__ import annotations

from orgloop.problems import nearest

CODING_AGENTS = ("claude-code", "codex", "opencode")
CLAUDE_ALIASES = ("sonnet", "opus", "haiku", "fable")
MODEL_WORDS = ("inherit", "embedded", "human", *CODING_AGENTS, *CLAUDE_ALIASES)


def model_fault(written: str) -> tuple[str, str] | None:
    """What is wrong with a model as written, and a hint; None where it has a known form."""
    if written != written.strip() or not written:
        return f"`{written}` is not a model.", "Remove the spaces around it."
    head, colon, tail = written.partition(":")
    if colon:
        if not head or not tail:
            return f"`{written}` names no model.", "Write `provider:model`."
        if head == "python" and (":" not in tail or "" in tail.split(":")):
            return f"`{written}` names no object.", "Write `python:module:object`."
        return None
    agent, slash, alias = written.partition("/")
    if written in MODEL_WORDS or (slash and alias and agent in CODING_AGENTS):
        return None
    if written.startswith("claude-") and agent not in CODING_AGENTS:
        return None  # a full model id, as Claude Code's own files may name it
    close = nearest(agent, MODEL_WORDS)
    known = f"Did you mean `{close}`? Otherwise" if close else "A"
    model = "a" if close else ""
    return (
        f"`{written}` is not a model that Orgloop knows.",
        f"{known} {model} model of a provider is written `provider:model`.".replace("  ", " "),
    )
