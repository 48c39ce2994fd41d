"""The tables of keys in docs/, made from the models that check the files.

``python docs/keys.py`` (or ``make schemas``) writes them anew between their markers; a test fails
where a page is not what the models say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from orgloop.org.schemas import schemas
from orgloop.role import KEPT_KEYS

DOCS = Path(__file__).parent
PAGES: Mapping[str, str] = {"task": "task.md", "charter": "charter.md", "role": "roles.md"}
_UNITS = ((2**30, "GB"), (2**20, "MB"), (2**10, "KB"))


def table(name: str) -> str:
    """The table of one kind of file, as Markdown."""
    schema = schemas()[name]
    lines = ["| key | value | default | |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(schema, schema, "", name)]
    return "\n".join(lines)


def filled_in(page: str, name: str) -> str:
    """``page`` with the table of ``name`` between its markers."""
    start, end = f"<!-- keys: {name} (python docs/keys.py) -->", "<!-- end of keys -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{start}\n{table(name)}\n{end}", page)


def _rows(
    schema: Mapping[str, object], root: Mapping[str, object], prefix: str, kind: str
) -> Iterator[tuple[str, str, str, str]]:
    required = schema.get("required", [])
    definitions = root.get("$defs", {})
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    assert isinstance(definitions, dict)
    for key, said in properties.items():
        if kind == "role" and key in KEPT_KEYS:
            continue
        if "$ref" in said:
            inner = definitions[said["$ref"].rpartition("/")[2]]
            yield from _rows(inner, root, f"{prefix}{key}.", kind)
            continue
        value = _value(said)
        default = "**required**" if key in required else _default(said.get("default"), value)
        text = str(said.get("description", "")).replace("|", "\\|")
        yield f"`{prefix}{key}`", value, default, text


def _value(said: Mapping[str, object]) -> str:
    choices = said.get("anyOf", [said])
    assert isinstance(choices, list)
    named = [choice for choice in choices if choice.get("type") != "null"]
    types = {str(choice.get("type")) for choice in named}
    if types == {"number", "string"}:
        return "time"
    if types == {"integer", "string"}:
        return "cadence" if "cadence" in str(said.get("description")) else "size"
    return " or ".join(_one(choice) for choice in named)


def _one(choice: Mapping[str, object]) -> str:
    if isinstance(listed := choice.get("enum"), list):
        return ", ".join(f"`{one}`" for one in listed)
    words = {
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "`true`, `false`",
        "array": "list",
        "object": "mapping",
    }
    return words[str(choice.get("type"))]


def _default(found: object, value: str) -> str:
    if found is None or found in ("", [], {}):
        return ""
    if isinstance(found, bool):
        return f"`{str(found).lower()}`"
    if value == "time" and isinstance(found, float):
        return f"`{found / 60:g}min`"
    if value == "size" and isinstance(found, int):
        unit, name = next(pair for pair in _UNITS if found % pair[0] == 0)
        return f"`{found // unit}{name}`"
    return f"`{found:g}`" if isinstance(found, float) else f"`{found}`"


def main() -> None:
    """Write every table anew."""
    for name, file in PAGES.items():
        path = DOCS / file
        page = path.read_text(encoding="utf-8")
        path.write_text(filled_in(page, name), encoding="utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
