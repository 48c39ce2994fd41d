"""The tables of keys are what the models say."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from .page import ROOT


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("orgloop_docs_keys", ROOT / "docs/keys.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["task", "charter", "role"])
def test_a_page_holds_the_table_of_today(name: str) -> None:
    keys = generator()
    page = (ROOT / "docs" / keys.PAGES[name]).read_text()
    assert keys.filled_in(page, name) == page, "run `make schemas`"
    assert keys.table(name) in page


def test_the_tables_have_nested_keys_units_and_choices() -> None:
    table = generator().table("task")
    assert "| `limits.wall` | time | `10min` |" in table
    assert "| `limits.disk` | size | `10GB` |" in table
    assert "| `goal` | `minimize`, `maximize` | **required** |" in table
