"""Tuning as a lab of its own: the training code is an organization, a training run a run of it."""

__all__: list[str] = []
