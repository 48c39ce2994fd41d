"""The embedded meta-role: amends the organization without a language model."""

__all__: list[str] = []
