"""The chart for a terminal: boxes in columns from left to right, arrows between neighbours.

An arrow that is not drawn (it leads back, skips a column or would cross another) is listed, so
that nothing is lost. Columns that do not fit side by side go on below, in a further band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orgloop.charter.canvas import DOWN, LEFT, RIGHT, UP, Canvas, cut, text_width, to_ascii
from orgloop.charter.flow import STATIONS, Edge, Flow
from orgloop.charter.layers import layers

_MIN_WIDTH = 24
_INDENT = 4
"""Where a further band begins, behind the head of the arrow that comes into it."""
_HEAD = "▶"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node's box stands: the columns and rows of a terminal, counted from 0."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a chart."""

    lines: tuple[str, ...]
    places: Mapping[str, Place]
    """The box of each node, the border included; empty where nothing but a list fits."""
    listed: tuple[Edge, ...]
    """The arrows that ``lines`` do not show."""

    def listing(self) -> tuple[str, ...]:
        """The arrows that are not drawn, one to a line."""
        return tuple(
            f"{edge.source} -- {edge.label} --> {edge.target}"
            if edge.label is not None
            else f"{edge.source} --> {edge.target}"
            for edge in self.listed
        )


def draw(flow: Flow, *, width: int = 80, room: int = 0, inner: int = 0) -> Drawing:
    """Draw ``flow`` in at most ``width`` columns.

    ``room`` is how many further rows a box has below its name, ``inner`` how many columns it has
    at least: for whoever wants to write into it.
    """
    if width < _MIN_WIDTH:
        return Drawing((), {}, flow.edges)
    columns = layers(flow)
    picture = _Picture(flow, width, room, inner, columns)
    picture.place()
    listed = tuple(edge for edge in flow.edges if not picture.connect(edge))
    return Drawing(picture.canvas.rows(), picture.places, listed)


def drawing_text(drawing: Drawing, *, ascii_only: bool = False) -> str:
    """The picture and, below it, the arrows that are not in it."""
    lines = [*drawing.lines]
    if drawing.listed:
        lines += [*(["", "and:"] if lines else []), *(f"  {line}" for line in drawing.listing())]
    return "\n".join(map(to_ascii, lines) if ascii_only else lines) + "\n"


@dataclass(slots=True)
class _Picture:
    flow: Flow
    width: int
    room: int
    inner: int
    columns: list[list[str]]
    canvas: Canvas = field(default_factory=Canvas)
    places: dict[str, Place] = field(default_factory=dict)
    column_of: dict[str, int] = field(default_factory=dict)
    band_of: dict[int, int] = field(default_factory=dict)
    gutter_end: dict[int, int] = field(default_factory=dict)
    """The last column of cells between a column of boxes and the next."""
    owners: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    """Source and target of the arrow that first took a cell."""

    def place(self) -> None:
        """Put every box where it stands."""
        for index, column in enumerate(self.columns):
            self.column_of.update(dict.fromkeys(column, index))
        top = 0
        for band, indexes in enumerate(self._bands()):
            x, tallest = (_INDENT if band else 0), 0
            for index in indexes:
                column = self.columns[index]
                box = min(self._box_width(column), self.width - x - 1)
                self.band_of[index] = band
                for row, node in enumerate(column):
                    self._box(node, x, top + row * (3 + self.room), box)
                tallest = max(tallest, len(column) * (3 + self.room))
                x += box + self._gutter(index)
                self.gutter_end[index] = x - 1
            top += tallest + 1

    def _bands(self) -> list[list[int]]:
        """Indexes of the columns that stand side by side.

        A break is put where a single arrow crosses it, if that can be had, since only then can it
        be drawn on both sides.
        """
        bands: list[list[int]] = []
        rest = list(range(len(self.columns)))
        while rest:
            indent = _INDENT if bands else 0
            fits = 1
            while fits < len(rest) and self._extent(rest[: fits + 1], indent) <= self.width:
                fits += 1
            while fits < len(rest) and fits > 1 and self._over_width(rest[:fits], indent):
                fits -= 1
            good = [size for size in range(1, fits + 1) if self._crossing(rest[size - 1]) == 1]
            size = fits if fits == len(rest) or not good else good[-1]
            bands.append(rest[:size])
            rest = rest[size:]
        return bands

    def _extent(self, indexes: Sequence[int], indent: int) -> int:
        boxes = sum(self._box_width(self.columns[index]) for index in indexes)
        return indent + boxes + sum(self._gutter(index) for index in indexes[:-1])

    def _over_width(self, indexes: Sequence[int], indent: int) -> bool:
        """Whether the arrows that leave the last of these columns no longer fit behind it."""
        return self._extent(indexes, indent) + self._gutter(indexes[-1]) > self.width

    def _crossing(self, index: int) -> int:
        """How many arrows lead from a column to the next."""
        return sum(
            self.column_of[edge.source] == index and self.column_of[edge.target] == index + 1
            for edge in self.flow.edges
        )

    def _box_width(self, column: Sequence[str]) -> int:
        names = max(text_width(node) for node in column)
        return min(max(names, self.inner) + 4, self.width - 6)

    def _gutter(self, index: int) -> int:
        labels = [
            text_width(edge.label) + 2
            for edge in self.flow.edges
            if edge.label is not None
            and self.column_of[edge.source] == index
            and self.column_of[edge.target] == index + 1
        ]
        trunks = len(self.columns[index])
        return min(max([1, *labels]) + 3 + (trunks if trunks > 1 else 0), self.width // 2)

    def _box(self, node: str, x: int, y: int, width: int) -> None:
        height = 3 + self.room
        self.places[node] = Place(x, y, width, height)
        corners = "╔╗╚╝═║" if node in STATIONS else "╭╮╰╯─│"
        inside = width - 2
        self.canvas.write(x, y, corners[0] + corners[4] * inside + corners[1])
        for row in range(1, height - 1):
            self.canvas.write(x, y + row, corners[5] + " " * inside + corners[5])
        self.canvas.write(x, y + height - 1, corners[2] + corners[4] * inside + corners[3])
        name = cut(node, inside - 2)
        self.canvas.write(x + 1 + (inside - text_width(name)) // 2, y + 1, name)

    def connect(self, edge: Edge) -> bool:
        """Draw an arrow between neighbours; False, and nothing drawn, where that cannot be."""
        source, target = self.column_of[edge.source], self.column_of[edge.target]
        if target != source + 1:
            return False
        path = self._path(edge)
        if path is None:
            return False
        cells, label_at = path
        pair = (edge.source, edge.target)
        label = f" {edge.label} " if edge.label is not None else ""
        taken = {(label_at[0] + step, label_at[1]) for step in range(text_width(label))}
        if label and any(cell in self.owners for cell in taken):
            return False
        for cell in cells:
            owner = self.owners.get(cell)
            if owner is not None and owner[0] != pair[0] and owner[1] != pair[1]:
                return False
            if cell in self.canvas.text and cell not in self._heads():
                return False
        for cell, directions in cells.items():
            self.canvas.join(cell, directions)
            self.owners.setdefault(cell, pair)
        for cell in taken:
            self.owners[cell] = pair
        self.canvas.write(label_at[0], label_at[1], label)
        head = list(cells)[-1]
        self.canvas.write(head[0], head[1], _HEAD)
        return True

    def _heads(self) -> set[tuple[int, int]]:
        return {cell for cell, text in self.canvas.text.items() if text == _HEAD}

    def _path(self, edge: Edge) -> tuple[dict[tuple[int, int], int], tuple[int, int]] | None:
        """The cells of an arrow with their directions, the head last, and where its label goes."""
        start, end = self.places[edge.source], self.places[edge.target]
        column = self.column_of[edge.source]
        first, row = start.x + start.width, start.y + 1
        if self.band_of[column] != self.band_of[column + 1]:
            return self._path_across(edge, first, row)
        last, goal = end.x - 1, end.y + 1
        trunk = (
            first + self.columns[column].index(edge.source)
            if len(self.columns[column]) > 1
            else first
        )
        trunk = min(trunk, last - 1)
        cells: dict[tuple[int, int], int] = {}
        for x in range(first, trunk):
            cells[x, row] = LEFT | RIGHT
        if row == goal:
            cells[trunk, row] = LEFT | RIGHT
        else:
            down = goal > row
            cells[trunk, row] = LEFT | (DOWN if down else UP)
            for y in range(min(row, goal) + 1, max(row, goal)):
                cells[trunk, y] = UP | DOWN
            cells[trunk, goal] = RIGHT | (UP if down else DOWN)
        for x in range(trunk + 1, last + 1):
            cells[x, goal] = LEFT | RIGHT
        width = text_width(edge.label) + 2 if edge.label is not None else 0
        if trunk + 1 + width > last:
            return None
        return cells, (trunk + 1, goal)

    def _path_across(
        self, edge: Edge, first: int, row: int
    ) -> tuple[dict[tuple[int, int], int], tuple[int, int]] | None:
        """Out of one band at its right and into the next at its left, where one arrow does."""
        column = self.column_of[edge.source]
        if self._crossing(column) != 1:
            return None
        last = min(self.gutter_end[column], self.width - 1)
        width = text_width(edge.label) + 2 if edge.label is not None else 0
        if first + 1 + width > last:
            return None
        end = self.places[edge.target]
        cells = {(x, row): LEFT | RIGHT for x in range(first, last + 1)}
        cells.update({(x, end.y + 1): LEFT | RIGHT for x in range(end.x)})
        return cells, (first + 1, row)


__all__ = ["Drawing", "Place", "draw", "drawing_text"]
