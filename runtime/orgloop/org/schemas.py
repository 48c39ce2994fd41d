"""JSON Schemas of the three frontmatters, so that editors complete and check them.

``python -m orgloop.org.schemas [DIR]`` writes them, to ``docs/schemas`` where no directory is
named. A test fails where the files there are not what the models say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from orgloop.charter import CharterFrontmatter
from orgloop.role import KEPT_KEYS, RoleFrontmatter
from orgloop.task import TaskFrontmatter

_FILES: Mapping[str, tuple[type[BaseModel], str]] = {
    "task": (TaskFrontmatter, "The frontmatter of task.md"),
    "charter": (CharterFrontmatter, "The frontmatter of org/charter.md"),
    "role": (RoleFrontmatter, "The frontmatter of roles/<name>.md"),
}
_KEPT = {
    "description": "A key of Claude Code's, kept as written and of no effect in Orgloop.",
}


def schemas() -> dict[str, dict[str, object]]:
    """The schemas by the name of their file, without its suffix."""
    return {name: _schema(name, model, title) for name, (model, title) in _FILES.items()}


def written(schema: Mapping[str, object]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path) -> tuple[Path, ...]:
    """Write every schema into ``directory``; says which files."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in schemas().items():
        path = directory / f"{name}.schema.json"
        path.write_text(written(schema), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _schema(name: str, model: type[BaseModel], title: str) -> dict[str, object]:
    generated = model.model_json_schema(by_alias=True, mode="validation")
    properties = dict(generated.pop("properties"))
    if name == "role":
        properties |= {key: dict(_KEPT) for key in KEPT_KEYS}
    generated.pop("title", None)
    generated.pop("description", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **generated,
        "properties": properties,
    }


if __name__ == "__main__":
    for path in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schemas")):
        sys.stdout.write(f"{path}\n")
