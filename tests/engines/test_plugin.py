import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orgloop.engines.plugin import load_entry_point, load_plugin, missing_parts
from orgloop.errors import EngineError
from orgloop.testing.scripted import Scripted

SOURCE = """
from orgloop.engines.protocol import Answer, Outcome

class Mine:
    label = "mine"
    reads_brief = True
    async def think(self, request):
        return Answer(note="Thought.", outcome=Outcome.PASS)

made = Mine()

def make():
    return Mine()

def cannot():
    raise RuntimeError("no key")

class Half:
    label = "half"

class nested:
    engine = made

number = 3
"""


@pytest.fixture
def module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[str]:
    name = f"plugin_{abs(hash(request.node.nodeid))}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    (tmp_path / f"{name}_broken.py").write_text("1 / 0\n")
    (tmp_path / f"{name}_needs.py").write_text("import a_module_that_nobody_has\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    load_plugin.cache_clear()
    yield name
    for loaded in [loaded for loaded in sys.modules if loaded.startswith(name)]:
        del sys.modules[loaded]


@pytest.mark.parametrize("what", ["Mine", "made", "make", "nested.engine"])
def test_a_class_an_object_a_function_and_a_dotted_name_all_work(module: str, what: str) -> None:
    engine = load_plugin(f"{module}:{what}")
    assert engine.label == "mine"
    assert load_plugin(f"{module}:{what}") is engine


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("{}", "names no object"),
        (":x", "names no object"),
        ("no_such_module_here:x", "no Python module"),
        ("{}:nothing", "no `nothing`"),
        ("{}:cannot", "RuntimeError: no key"),
        ("{}:Half", "lacks `reads_brief`, `async def think`"),
        ("{}:number", "is no engine"),
        ("{}_broken:x", "ZeroDivisionError"),
        ("{}_needs:x", "a_module_that_nobody_has"),
    ],
)
def test_what_cannot_be_loaded_says_why_and_what_to_do(
    module: str, address: str, message: str
) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        load_plugin(address.format(module))
    assert caught.value.hint


def test_an_entry_point_that_nobody_declares_names_the_group() -> None:
    with pytest.raises(EngineError) as caught:
        load_entry_point("nobody-declares-this")
    assert "orgloop.engines" in caught.value.hint


def test_a_scripted_engine_lacks_nothing() -> None:
    assert missing_parts(Scripted()) == []
