"""YAML as plain data in which every scalar is what the scanner takes it for."""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from orgloop.engines.tunables.formats.numbers import read_number


def plain(text: str) -> object:
    """The document's mappings, lists and scalars; raises ValueError where it is not valid."""
    try:
        root: object = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error
    return _plain(root) if isinstance(root, Node) else None


def _plain(node: Node) -> object:
    if isinstance(node, MappingNode):
        return {f"{i} {_plain(key)}": _plain(value) for i, (key, value) in enumerate(node.value)}
    if isinstance(node, SequenceNode):
        return [_plain(value) for value in node.value]
    assert isinstance(node, ScalarNode)
    told = str(node.value)
    if node.style is not None:
        return told
    if told.lower() in ("true", "false"):
        return told.lower() == "true"
    number = read_number(told)
    return told if number is None else number
