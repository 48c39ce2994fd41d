"""``orgloop graph``: the org chart, as Mermaid and as a picture for a terminal."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from orgloop.charter import STATIONS, Charter
from orgloop.charter.draw import draw, drawing_text
from orgloop.org import load_lab


def graph_command(lab: Path, as_json: bool, *, org: str | None = None) -> int:
    """Print the chart; returns 0.

    Raises :class:`~orgloop.problems.ProblemsFound` where the lab does not check, and
    :class:`~orgloop.errors.NotALab` where there is none.
    """
    loaded, problems = load_lab(lab, org=org)
    problems.raise_errors()
    assert loaded is not None
    charter = loaded.org.charter
    if as_json:
        sys.stdout.write(json.dumps(chart_data(charter), indent=2, ensure_ascii=False) + "\n")
        return 0
    width = shutil.get_terminal_size((80, 24)).columns
    drawing = draw(charter.flow, width=max(width, 24))
    ascii_only = not _draws_boxes(sys.stdout.encoding)
    sys.stdout.write(
        charter.flow.to_mermaid() + "\n" + drawing_text(drawing, ascii_only=ascii_only)
    )
    cadence = loaded.org.cadence()
    for role in cadence.values():
        sys.stdout.write(f"  {role.name}: every {role.org.every}\n")
    return 0


def chart_data(charter: Charter) -> dict[str, object]:
    """The chart as nodes and edges."""
    flow = charter.flow
    return {
        "name": charter.name,
        "entry": flow.entry,
        "nodes": [
            {
                "id": node,
                "text": text,
                "kind": "station" if node in STATIONS else "role",
                "line": flow.lines.get(node),
            }
            for node, text in flow.nodes.items()
        ],
        "edges": [
            {
                "source": edge.source,
                "label": edge.label,
                "target": edge.target,
                "line": edge.line,
            }
            for edge in flow.edges
        ],
    }


def _draws_boxes(encoding: str | None) -> bool:
    try:
        "╭─▶║".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
