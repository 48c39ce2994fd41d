"""Textual widgets that show rows of spans."""
