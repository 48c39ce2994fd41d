"""YAML to plain data and the line of every key, with no surprise and no recursion.

ruamel.yaml parses into events; the data is built here, so that duplicate keys, keys that are no
text, anchors and tags are problems with a line. YAML 1.2: ``on`` and ``yes`` are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from orgloop.markdown.scalars import NotPlainError, scalar
from orgloop.problems import Problems

MAX_CHARACTERS = 32 * 1024
MAX_DEPTH = 20
_COLLECTION_TAGS = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a frontmatter holds, and the line of each key."""

    keys: Mapping[str, object]
    lines: Mapping[tuple[str, ...], int]


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being filled."""

    into: dict[str, object] | list[object]
    path: tuple[str, ...] | None
    """Where it stands; None for the list that holds the frontmatter itself."""
    key: str | None = None
    key_line: int = 1
    skip: bool = False
    """Its key was refused: read to its end and dropped."""


@dataclass(slots=True)
class _RefusedError(Exception):
    message: str
    line: int
    hint: str = ""


def read_yaml(text: str, path: str, problems: Problems) -> Loaded | None:
    """Plain data of a frontmatter whose first character is on line 1; None with an error."""
    if len(text) > MAX_CHARACTERS:
        problems.error(
            path,
            f"The frontmatter is {len(text) // 1024} KB long; {MAX_CHARACTERS // 1024} KB are read "
            "at most.",
            line=1,
            hint="Long text belongs below the second `---`.",
        )
        return None
    for position, character in enumerate(text):
        if not _printable(character):
            problems.error(
                path,
                f"The frontmatter holds the control character U+{ord(character):04X}.",
                line=text.count("\n", 0, position) + 1,
                hint="Remove it.",
            )
            return None
    try:
        return _Builder(text, path, problems).build()
    except _RefusedError as refused:
        problems.error(path, refused.message, line=refused.line, hint=refused.hint)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else _line(text, mark.index)
        what = " ".join(part for part in (error.context, error.problem) if part)
        tab = "\t" in text.split("\n")[line - 1]
        hint = "YAML is indented with spaces, never with tabs." if tab else _yaml_hint(what)
        problems.error(path, f"The frontmatter is not YAML: {what}.", line=line, hint=hint)
    except YAMLError as error:
        problems.error(path, f"The frontmatter is not YAML: {error}.", line=1)
    return None


def _line(text: str, index: int) -> int:
    return min(text.count("\n", 0, index) + 1, text.rstrip("\n").count("\n") + 1)


def _printable(character: str) -> bool:
    code = ord(character)
    return (
        code in (0x9, 0xA)
        or 0x20 <= code <= 0x7E
        or 0xA0 <= code <= 0xD7FF
        or (0xE000 <= code <= 0xFFFD and code != 0xFEFF)
        or code >= 0x10000
    ) and code not in (0x2028, 0x2029)


def _yaml_hint(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "Text with `: ` in it goes in quotes."
    if "cannot start any token" in what or "expected alphabetic" in what:
        return "Text that begins with `@`, `` ` ``, `*`, `&`, `%` or `!` goes in quotes."
    return "A line is `key: value`; text with special characters goes in quotes."


@dataclass(slots=True)
class _Builder:
    text: str
    path: str
    problems: Problems
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def build(self) -> Loaded:
        root: list[object] = []
        stack = [_Open(root, None)]
        documents = 0
        for event in YAML(typ="safe", pure=True).parse(self.text):
            documents += isinstance(event, DocumentStartEvent)
            if documents > 1:
                raise _RefusedError(
                    "The frontmatter holds a second YAML document.", self._at(event)
                )
            self._take(event, stack)
        keys = root[0] if root else None
        if keys is None:
            keys = {}
        if not isinstance(keys, dict):
            what = "a list" if isinstance(keys, list) else "a single value"
            raise _RefusedError(
                f"The frontmatter is {what}, not keys with values.", 2, "Write `key: value` lines."
            )
        return Loaded(keys, self.lines)

    def _at(self, event: Event) -> int:
        return _line(self.text, event.start_mark.index)

    def _take(self, event: Event, stack: list[_Open]) -> None:
        if isinstance(event, AliasEvent):
            raise _RefusedError(
                f"`*{event.anchor}` refers to another part of the file, which is not read here.",
                self._at(event),
                "Write the value out; text that begins with `*` goes in quotes.",
            )
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, ScalarEvent):
            self._scalar(event, stack[-1])
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            if len(stack) > MAX_DEPTH:
                raise _RefusedError(f"Values are nested over {MAX_DEPTH} deep.", self._at(event))
            opened: dict[str, object] | list[object] = (
                {} if isinstance(event, MappingStartEvent) else []
            )
            if event.tag not in _COLLECTION_TAGS:
                raise _RefusedError(
                    f"The tag `{event.tag}` is not read here.", self._at(event), "Remove it."
                )
            top = stack[-1]
            if isinstance(top.into, dict) and top.key is None:
                raise _RefusedError(
                    "A key is a list or a mapping, where it must be text.",
                    self._at(event),
                    "Text with `{`, `[` or `?` in front goes in quotes.",
                )
            path, skip = self._add(opened, top, event)
            stack.append(_Open(opened, path, skip=skip))

    def _scalar(self, event: ScalarEvent, top: _Open) -> None:
        if isinstance(top.into, dict) and top.key is None:
            if event.value == "<<" and event.style is None:
                raise _RefusedError("The merge key `<<` is not read here.", self._at(event))
            # Whatever a key looks like, it is the text that was written: `on`, `1`, `null`.
            top.key, top.key_line = event.value, self._at(event)
            return
        try:
            value = scalar(event.value, plain=event.style is None, tag=event.tag)
        except NotPlainError as error:
            raise _RefusedError(str(error), self._at(event), "Put text in quotes.") from error
        self._add(value, top, event)

    def _add(self, value: object, top: _Open, event: Event) -> tuple[tuple[str, ...], bool]:
        """Put a value where the open collection wants it; says where, and whether it is dropped."""
        if isinstance(top.into, list):
            place = () if top.path is None else (*top.path, str(len(top.into)))
            top.into.append(value)
            if place and not top.skip:
                self.lines[place] = self._at(event)
            return place, top.skip
        key, top.key = top.key or "", None
        place = (*(top.path or ()), key)
        line = top.key_line
        if key in top.into and not top.skip:
            self.problems.error(
                self.path,
                f"`{key}` is written twice; the first is on line {self.lines[place]}.",
                line=line,
                key=".".join(place),
                hint="Keep one of them.",
            )
            return place, True
        top.into[key] = value
        if not top.skip:
            self.lines[place] = line
        return place, top.skip
