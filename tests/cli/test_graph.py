from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from orgloop.cli.graph import graph_command
from orgloop.problems import ProblemsFound

GOOD = Path(__file__).parents[1] / "bad_inputs" / "good"


def test_the_chart_is_printed_as_mermaid_and_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert graph_command(GOOD, False) == 0
    out = capsys.readouterr().out
    assert out.startswith("flowchart LR\n    pi --> experimenter\n")
    assert "│ pi │───▶│ experimenter │" in out
    assert "  critic -- replicate --> bench\n" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_json_is_the_chart_as_nodes_and_edges(capsys: pytest.CaptureFixture[str]) -> None:
    assert graph_command(GOOD, True) == 0
    chart = json.loads(capsys.readouterr().out)
    assert chart["entry"] == "pi"
    assert {"id": "bench", "text": "bench", "kind": "station", "line": 10} in chart["nodes"]
    assert {
        "source": "reviewer",
        "label": "approve",
        "target": "bench",
        "line": 10,
    } in chart["edges"]


def test_a_lab_that_does_not_check_has_no_chart_to_show(tmp_path: Path) -> None:
    root = Path(shutil.copytree(GOOD, tmp_path / "lab"))
    chart = root / "org/charter.md"
    chart.write_text(chart.read_text().replace("critic", "critc"))

    with pytest.raises(ProblemsFound):
        graph_command(root, False)
