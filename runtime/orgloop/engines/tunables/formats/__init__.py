"""Tunables in configuration files: YAML, TOML and JSON, each with the bytes of every value."""
