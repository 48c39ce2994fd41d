"""What all screens share: they are told of each new frame, and they know the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from orgloop_tui.model.frame import Frame

if TYPE_CHECKING:
    from orgloop_tui.app import WatchApp


class Watching(Screen[None]):
    """A screen that follows the run."""

    @property
    def watch_app(self) -> WatchApp:
        """The app, by its own type."""
        return cast("WatchApp", self.app)

    def on_mount(self) -> None:
        """Show what is known already."""
        if self.watch_app.frame is not None:
            self.show_frame(self.watch_app.frame)

    def show_frame(self, frame: Frame) -> None:
        """A new look at the lab."""
