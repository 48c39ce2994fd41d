"""The loop one level up: an organization is what is edited, and its progress what is measured."""
