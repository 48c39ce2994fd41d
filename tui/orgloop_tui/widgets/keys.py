"""The keys of a screen on one row, as many as it has room for; ``?`` has all of them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Footer

# Not in `textual.widgets`, which names the footer alone.
from textual.widgets._footer import FooterKey

from orgloop.charter.canvas import text_width

_BLANKS = 3
"""Around a key and behind what it does."""


class Keys(Footer):
    """A footer that leaves out what it would have to cut."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        """Those that fit, in their order."""
        left = self.app.size.width
        for key in super().compose():
            if isinstance(key, FooterKey):
                size = text_width(key.key_display) + text_width(key.description) + _BLANKS
                if size > left:
                    return
                left -= size
            yield key

    def on_resize(self) -> None:
        """Another width has room for others."""
        self.call_after_refresh(self.recompose)
