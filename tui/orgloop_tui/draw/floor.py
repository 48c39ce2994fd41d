"""The floor: the org chart, with the experiments standing where they are now.

The chart's own drawing (:mod:`orgloop.charter.draw`) where there is room for its boxes; else a
strip of names from left to right with the experiments below them; else a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from orgloop.charter import STATIONS, Edge, Flow
from orgloop.charter.canvas import cut, text_width
from orgloop.charter.draw import Drawing, draw
from orgloop.charter.layers import layers
from orgloop_tui.draw.chips import Standings, chip, inside, is_running, standings
from orgloop_tui.draw.spans import Row, Span, fit, pad, row, width
from orgloop_tui.model.frame import Chart, Frame

_INNER = 9
"""Cells in a box at least: an id with its mark, and how many more."""
_ROOMS = (3, 2, 1)
_ARROW = " ─▶ "


def floor(frame: Frame, cells: int, rows: int) -> list[Row]:
    """The picture in ``cells`` by ``rows``; fewer rows where it needs fewer."""
    chart = frame.chart
    if chart is None:
        return [row(Span("The organization does not check: see the problems.", "warning"))]
    stands = standings(frame, tuple(chart.flow.nodes))
    foot = _foot(chart, frame, stands, cells)
    room = rows - len(foot)
    picture = _boxes(chart.flow, stands, cells, room) or _strip(chart.flow, stands, cells, room)
    return [*(picture or _list(chart.flow, stands, cells, room)), *foot][:rows]


def _boxes(flow: Flow, stands: Standings, cells: int, rows: int) -> list[Row] | None:
    """The chart as boxes and arrows, with as much room in them as fits."""
    for room in _ROOMS:
        drawing = _drawing(tuple(flow.nodes.items()), flow.edges, flow.entry, cells, room)
        if drawing.places and len(drawing.lines) <= rows and _whole(drawing):
            return _filled(drawing, stands, room, rows)
    return None


@lru_cache(64)  # the chart is the same at nearly every frame, and only those in it move
def _drawing(
    nodes: tuple[tuple[str, str], ...], edges: tuple[Edge, ...], entry: str, cells: int, room: int
) -> Drawing:
    return draw(Flow(dict(nodes), edges, entry), width=cells, room=room, inner=_INNER)


def _whole(drawing: Drawing) -> bool:
    """Whether no name had to be cut."""
    return all(place.width >= text_width(node) + 4 for node, place in drawing.places.items())


def _filled(drawing: Drawing, stands: Standings, room: int, rows: int) -> list[Row]:
    picture = [_plain(line, drawing, y, stands) for y, line in enumerate(drawing.lines)]
    for node, place in drawing.places.items():
        written = inside(stands, node, place.width - 4, room)
        for step, spans in enumerate(written):
            y = place.y + 2 + step
            picture[y] = _over(picture[y], place.x + 2, spans)
    spare = rows - len(picture)
    if drawing.listed and spare > 1:
        words = [Span("also ", "dim"), *_listed(drawing)]
        picture += _wrapped(words, max(map(width, picture), default=0) or 60)[: spare - 1]
    return picture


def _plain(line: str, drawing: Drawing, y: int, stands: Standings) -> Row:
    """A row of the drawing: boxes bright where somebody stands in them, arrows dim."""
    spans: list[Span] = []
    at = 0
    boxes = sorted(
        (place.x, place.width, node)
        for node, place in drawing.places.items()
        if place.y <= y < place.y + place.height
    )
    for x, size, node in boxes:
        spans.append(Span(_cells(line, at, x), "arrow"))
        busy = bool(stands.at.get(node))
        border = "box busy" if busy else "box station" if node in STATIONS else "box"
        inner = _cells(line, x + 1, x + size - 1)
        if set(inner) <= set("─═"):
            spans.append(Span(_cells(line, x, x + size), border))
        else:
            spans += [
                Span(_cells(line, x, x + 1), border),
                Span(inner, "name bold" if busy else "name"),
                Span(_cells(line, x + size - 1, x + size), border),
            ]
        at = x + size
    spans.append(Span(_cells(line, at, None), "arrow"))
    return tuple(span for span in spans if span.text)


def _cells(line: str, start: int, end: int | None) -> str:
    """The part of a line between two columns of cells."""
    found, at = [], 0
    for character in line:
        if (end is None or at < end) and at >= start:
            found.append(character)
        at += text_width(character)
    text = "".join(found)
    return text if end is None else text + " " * (end - start - text_width(text))


def _over(spans: Row, x: int, new: Row) -> Row:
    """The row with ``new`` written over it from column ``x`` on."""
    size = width(new)
    return (*_part(spans, 0, x), *new, *_part(spans, x + size, None))


def _part(spans: Row, start: int, end: int | None) -> Row:
    found: list[Span] = []
    at = 0
    for span in spans:
        size = text_width(span.text)
        first = max(0, start - at)
        last = size if end is None else min(size, end - at)
        if first < last:
            found.append(Span(_cells(span.text, first, last), span.style))
        at += size
    row_ = tuple(found)
    return row_ if end is None else pad(row_, end - start)


def _listed(drawing: Drawing) -> list[Span]:
    """The arrows that are not drawn, as words."""
    spans: list[Span] = []
    for edge in drawing.listed:
        label = f"{edge.label} " if edge.label is not None else ""
        spans.append(Span(f"{edge.source} {label}→ {edge.target}", "arrow"))
    return spans


def _wrapped(words: Sequence[Span], cells: int) -> list[Row]:
    """The words in as many rows as they take, three blanks between two of them."""
    rows: list[Row] = []
    now: list[Span] = []
    for word in words:
        gap = [Span("   ")] if now and not now[-1].text.endswith(" ") else []
        if now and width([*now, *gap, word]) > cells:
            rows.append(tuple(now))
            now, gap = [Span("     ")], []
        now += [*gap, word]
    return [*rows, tuple(now)] if now else rows


def _strip(flow: Flow, stands: Standings, cells: int, rows: int) -> list[Row] | None:
    """Names from left to right, and below each who stands there."""
    columns = layers(flow)
    sizes = [max(max(map(text_width, column)), _INNER) for column in columns]
    total = sum(sizes) + text_width(_ARROW) * (len(columns) - 1)
    tallest = max(map(len, columns))
    if total > cells or 2 * tallest > rows:
        return None
    room = min(3, max(1, (rows - tallest) // tallest))
    picture: list[Row] = []
    for level in range(tallest):
        names: list[Span] = []
        below: list[list[Span]] = [[] for _ in range(room)]
        for at, (column, size) in enumerate(zip(columns, sizes, strict=True)):
            if at:
                arrow = level == 0
                names.append(Span(_ARROW if arrow else " " * text_width(_ARROW), "arrow"))
                for one in below:
                    one.append(Span(" " * text_width(_ARROW)))
            node = column[level] if level < len(column) else None
            names += fit(row(Span(node, _name_style(node, stands))) if node else (), size)
            held = inside(stands, node, size, room) if node else [fit((), size)] * room
            for one, spans in zip(below, held, strict=True):
                one.extend(spans)
        picture.append(tuple(names))
        picture += [tuple(one) for one in below]
    return picture


def _name_style(node: str, stands: Standings) -> str:
    if stands.at.get(node):
        return "busy bold"
    return "name" if node not in STATIONS else "station"


def _list(flow: Flow, stands: Standings, cells: int, rows: int) -> list[Row]:
    """A node to a row, in the order of the chart."""
    nodes = [node for column in layers(flow) for node in column]
    size = min(max(map(text_width, nodes)), max(6, cells // 3))
    picture = [
        fit(
            (
                Span(cut(node, size), _name_style(node, stands)),
                Span(" " * (size - text_width(cut(node, size)) + 2)),
                *inside(stands, node, max(4, cells - size - 2), 1)[0],
            ),
            cells,
        )
        for node in nodes
    ]
    if len(picture) > rows > 1:
        hidden = len(picture) - rows + 1
        return [*picture[: rows - 1], row(Span(f"and {hidden} more", "dim"))]
    return picture


def _foot(chart: Chart, frame: Frame, stands: Standings, cells: int) -> list[Row]:
    """Who is between two nodes, and the roles outside the flow."""
    spans: list[Span] = []
    between = [line for line in stands.between if is_running(line)]
    if between:
        spans.append(Span("on the way ", "dim"))
        for line in between[:4]:
            spans += [chip(line), Span(" ")]
        if len(between) > 4:
            spans.append(Span(f"+{len(between) - 4} ", "dim"))
    for name, every in chart.cadence:
        at_work = name in frame.outside
        spans += [
            Span(name, "busy bold" if at_work else "name"),
            Span(" at work  " if at_work else f" every {every}  ", "dim"),
        ]
    return [fit(tuple(spans), cells)] if spans else []
