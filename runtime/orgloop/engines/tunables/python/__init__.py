"""Tunables in Python files: forms and positions by libcst, bindings and proof by ``ast``.

Nothing here is imported before a Python file is scanned; libcst takes a quarter of a second.
"""
