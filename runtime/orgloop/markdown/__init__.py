"""Markdown with frontmatter: the one parser, which knows the line of every key."""

from orgloop.markdown.decode import MAX_BYTES, decode
from orgloop.markdown.document import Document
from orgloop.markdown.fences import Fence, fences
from orgloop.markdown.parse import parse
from orgloop.markdown.validate import keys_of, validate

__all__ = [
    "MAX_BYTES",
    "Document",
    "Fence",
    "decode",
    "fences",
    "keys_of",
    "parse",
    "validate",
]
