"""The keys of the screen that is open, with the names by which they can be given other keys."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from orgloop.charter.canvas import text_width
from orgloop_tui.draw.spans import Row, Span, aligned, row
from orgloop_tui.widgets.rows import Rows


class Help(ModalScreen[None]):
    """A list of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss(None)", "Close", id="help.close")
    ]
    DEFAULT_CSS = """
    Help { align: center middle; background: $background 60%; }
    Help > Vertical {
        width: 76; max-width: 96%; height: 80%; border: round $border; padding: 0 1;
        background: $surface; border-title-color: $foreground;
    }
    Help Rows { scrollbar-size-horizontal: 0; }
    """

    def __init__(self, keys: list[tuple[str, str, str]], where: str) -> None:
        """``keys``: each a key, what it does, and the name to rebind it by."""
        super().__init__()
        self._keys, self._where = keys, where

    def compose(self) -> ComposeResult:
        """One list."""
        with Vertical() as window:
            window.border_title = "keys"
            yield Rows(id="keys")

    def on_mount(self) -> None:
        """Write it out."""
        rows: list[Row] = []
        size = max((text_width(key) for key, _, _ in self._keys), default=1)
        for key, does, name in self._keys:
            rows.append(
                row(
                    Span(aligned(key, min(size, 18)), "key bold"),
                    Span(f"  {aligned(does, 30)}"),
                    Span(f"  {name}", "dim"),
                )
            )
        rows += [
            (),
            row(Span("ctrl+p finds what can be done by its name.", "dim")),
            row(Span("Other keys, by the names at the right, are read from", "dim")),
            row(Span(self._where, "dim")),
        ]
        view = self.query_one("#keys", Rows)
        view.put(rows)
        view.focus()
