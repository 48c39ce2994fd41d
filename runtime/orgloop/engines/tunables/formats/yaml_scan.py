"""YAML with the bytes of every scalar, from ruamel.yaml's own marks.

Numbers are read alike under YAML 1.1 and 1.2: decimal only, and what is written back carries
the point and the signed exponent without which PyYAML takes ``3e-4`` for text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from orgloop.engines.tunables.candidate import RefusedFileError, Scan, Value
from orgloop.engines.tunables.decoded import Decoded, decode
from orgloop.engines.tunables.formats.leaves import Leaf, candidates
from orgloop.engines.tunables.formats.numbers import read_number

_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_NOTHING = ("", "~", "null", "Null", "NULL")


def scan_yaml(data: bytes) -> Scan:
    """Every scalar of a YAML file of one document; raises :class:`RefusedFileError`."""
    source = decode(data, "yaml")
    try:
        root: object = YAML(typ="safe", pure=True).compose(source.text)
    except (YAMLError, RecursionError, ValueError) as error:
        told = str(getattr(error, "problem", None) or error).splitlines()
        raise RefusedFileError(f"it is not one valid YAML document ({told[0]})") from None
    if not isinstance(root, Node):
        return Scan()
    seen: set[int] = set()
    return Scan(candidates(source, _leaves(source, root, (), seen), comments=True))


def _leaves(
    source: Decoded, node: Node, path: tuple[str, ...], seen: set[int], *, in_list: bool = False
) -> Iterator[Leaf]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value != "<<":
                yield from _leaves(source, value, (*path, str(key.value)), seen)
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield from _leaves(source, value, (*path, str(index)), seen, in_list=True)
    elif isinstance(node, ScalarNode):
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        text = source.text[start:end]
        value = _scalar(node, text)
        if value is None:
            return
        if not source.text.isascii():
            start = len(source.text[:start].encode("utf-8"))
            end = start + len(text.encode("utf-8"))
        yield Leaf(path, start, end, value, in_list)


def _scalar(node: ScalarNode, text: str) -> Value | None:
    told = str(node.value)  # differs from the text where an anchor or a tag stands before it
    if node.style in ("'", '"'):
        return told if text[1:-1] == told else None
    if node.style is not None or text != told or text in _NOTHING:
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if "_" not in text and (number := read_number(text)) is not None:
        return number
    return text if re.fullmatch(r"[A-Za-z][\w./-]*", text) else None
