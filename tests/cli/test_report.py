"""`orgloop report`, as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Orgloop


def test_a_report_is_a_page_a_file_and_data(orgloop: Orgloop, lab: Path, tmp_path: Path) -> None:
    assert orgloop("report", lab).err.startswith("This lab has not run yet")
    assert orgloop("report", lab, "--json").out == "null\n"
    assert orgloop("run", lab, "--experiments", "2").code == 0

    said = orgloop("report", lab)
    assert said.out.startswith("# tiny, run r1\n") and "| per experiment" in said.out
    assert "- state: finished" in said.out

    data = json.loads(orgloop("report", lab, "--json").out)
    assert data["summary"]["experiments"] == 2
    assert {row["role"] for row in data["roles"]} >= {"pi", "experimenter"}

    written = orgloop("report", lab, "--output", tmp_path / "report.md")
    assert written.out == "" and (tmp_path / "report.md").read_text() == said.out
    refused = orgloop("report", lab, "-o", tmp_path / "none" / "report.md")
    assert refused.code == 2 and "cannot be written" in refused.err
    assert orgloop("report", lab, "--run", "r9").code == 2
