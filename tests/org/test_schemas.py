from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from orgloop.markdown import parse
from orgloop.org.schemas import schemas, write, written
from orgloop.problems import Problems

TOP = Path(__file__).parents[2]
GOOD = TOP / "tests" / "bad_inputs" / "good"


@pytest.mark.parametrize("name", ["task", "charter", "role"])
def test_the_schemas_in_docs_are_what_the_models_say(name: str) -> None:
    path = TOP / "docs" / "schemas" / f"{name}.schema.json"

    assert path.read_text(encoding="utf-8") == written(schemas()[name]), (
        "run `python -m orgloop.org.schemas`"
    )


@pytest.mark.parametrize("name", ["task", "charter", "role"])
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas()[name])


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("task", "limits: {cpu: 6s, memory: 2GB}\nslots: 2"),
        ("charter", "budget: {experiments: 24, hours: 1.5}\nlookahead: 3"),
        ("role", "org: {every: 10 experiments, seats: 3}\nmcpServers: {}\nzebra: 1"),
    ],
)
def test_what_the_models_take_the_schemas_take(name: str, keys: str) -> None:
    path = {"task": "task.md", "charter": "org/charter.md", "role": "roles/pi.md"}[name]
    text = (GOOD / path).read_text().replace("\n---\n", f"\n{keys}\n---\n", 1)
    document = parse(text, path, Problems())
    assert document is not None

    jsonschema.validate(dict(document.keys), schemas()[name])


def test_a_misspelt_key_is_refused_by_the_schema_too() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"acept": "greedy"}, schemas()["charter"])


def test_writing_makes_the_directory_and_one_file_for_each(tmp_path: Path) -> None:
    paths = write(tmp_path / "new")

    assert [path.name for path in paths] == [
        "task.schema.json",
        "charter.schema.json",
        "role.schema.json",
    ]
    assert json.loads(paths[0].read_text())["title"] == "The frontmatter of task.md"
