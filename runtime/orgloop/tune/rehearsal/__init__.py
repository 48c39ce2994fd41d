"""Replaying a recorded run as a bench: an edited organization is tried without any training."""

__all__: list[str] = []
