"""The editor of role files and charters: colours, and the lines that have problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from orgloop_tui.draw.code import Mark, marks
from orgloop_tui.widgets.drawn import palette_of


class Code(TextArea):
    """A text area that colours what Orgloop's files are made of, with no parser to install."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Files", show=False, priority=True, id="code.leave"),
    ]
    DEFAULT_CSS = """
    Code {
        border: none; border-top: solid $border; padding: 0;
        background: $background; color: $foreground;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1;
        &:focus { border: none; border-top: solid $primary; }
        & .text-area--cursor-line { background: $foreground 5%; }
        & .text-area--gutter { color: $foreground 35%; }
        & .text-area--cursor-gutter { color: $foreground 80%; background: $foreground 5%; }
    }
    """

    class Left(Message):
        """A person is done with the text for now."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            id=id,
            show_line_numbers=True,
            soft_wrap=True,
            tab_behavior="indent",
            highlight_cursor_line=True,
        )
        self.indent_width = 2
        self._marks: list[list[Mark]] = []
        self._marked = ""
        self._faults: Mapping[int, str] = {}

    def on_mount(self) -> None:
        """Paint anew in another theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.notify_style_update())

    def point_out(self, faults: Mapping[int, str]) -> None:
        """Mark lines, counted from 1, by the style of what is wrong there."""
        if faults != self._faults:
            self._faults = dict(faults)
            self.notify_style_update()
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """One line with its colours; Textual paints what this returns."""
        text = super().get_line(line_index)
        if self.text != self._marked:
            self._marked = self.text
            self._marks = marks(self.document.lines)
        palette = palette_of(self.app)
        for mark in self._marks[line_index] if line_index < len(self._marks) else ():
            text.stylize(palette[mark.style], mark.start, mark.end)
        fault = self._faults.get(line_index + 1)
        if fault is not None:
            text.stylize(palette[fault] + Style(underline=True))
        return text

    def action_leave(self) -> None:
        """Back to the list of files."""
        self.post_message(self.Left())
