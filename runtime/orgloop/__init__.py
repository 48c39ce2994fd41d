"""Orgloop: a research organization written in Markdown, run as a state machine."""

__version__ = "0.1.0"
