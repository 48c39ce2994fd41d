"""Coding agents: Claude Code, Codex and OpenCode, headless and boxed, at the role's desk."""
