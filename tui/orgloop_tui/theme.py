"""Two calm themes, and the colours of what is drawn, made from whichever theme is chosen."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="orgloop-dark",
    primary="#7fa8d0",
    secondary="#8a93a6",
    accent="#c8a2d4",
    success="#8fc07f",
    warning="#d9b36a",
    error="#d97b78",
    foreground="#d3d7de",
    background="#14171c",
    surface="#171a20",
    panel="#232831",
    dark=True,
    variables={
        "footer-key-foreground": "#7fa8d0",
        "border": "#39404c",
        "scrollbar": "#39404c",
        "scrollbar-background": "#171a20",
        "scrollbar-corner-color": "#171a20",
    },
)
LIGHT = Theme(
    name="orgloop-light",
    primary="#2b6399",
    secondary="#666c78",
    accent="#7b4a92",
    success="#35762f",
    warning="#8f6200",
    error="#b03a36",
    foreground="#26292e",
    background="#fbfaf7",
    surface="#f6f4ef",
    panel="#e9e6df",
    dark=False,
    variables={
        "footer-key-foreground": "#2b6399",
        "border": "#cfcac0",
        "scrollbar": "#cfcac0",
        "scrollbar-background": "#f6f4ef",
        "scrollbar-corner-color": "#f6f4ef",
    },
)
THEMES = (DARK, LIGHT)


class Palette:
    """The style of each name that rows are drawn with."""

    def __init__(self, theme: Theme) -> None:
        system = theme.to_color_system().generate()

        def colour(name: str, otherwise: str) -> Color:
            """A colour of the theme; some are given by a name that is no colour."""
            value = system.get(name, otherwise)
            return Color.parse(value if value.startswith("#") else otherwise)

        ink = colour("foreground", "#d0d0d0" if theme.dark else "#202020")
        ground = colour("background", "#101010" if theme.dark else "#f8f8f8")
        primary, success = colour("primary", "#7fa8d0"), colour("success", "#8fc07f")
        warning, error = colour("warning", "#d9b36a"), colour("error", "#d97b78")
        accent = colour("accent", "#c8a2d4")

        def faded(share: float) -> Style:
            return Style(color=ink.blend(ground, share).rich_color)

        def plain(found: Color) -> Style:
            return Style(color=found.rich_color)

        self._styles: dict[str, Style] = {
            "": Style(),
            "bold": Style(bold=True),
            "dim": faded(0.42),
            "quiet": faded(0.35),
            "arrow": faded(0.5),
            "axis": faded(0.66),
            "box": faded(0.55),
            "station": faded(0.2),
            "name": faded(0.1),
            "title": plain(ink),
            "discarded": faded(0.4),
            "kept": plain(success),
            "good": plain(success),
            "crashed": plain(error),
            "bad": plain(error),
            "overruled": plain(warning),
            "warning": plain(warning),
            "person": plain(accent),
            "busy": plain(primary),
            "standing": plain(primary),
            "best": plain(primary),
            "other": plain(warning),
            "bar": plain(primary),
            "key": plain(primary),
            "band": Style(bgcolor=ground.blend(primary, 0.16).rich_color),
            "head": Style(bgcolor=ground.blend(ink, 0.07).rich_color),
            "cursor": Style(bgcolor=ground.blend(primary, 0.28).rich_color),
            "resting": Style(bgcolor=ground.blend(ink, 0.1).rich_color),
            "added": plain(success),
            "removed": plain(error),
            "added-line": Style(bgcolor=ground.blend(success, 0.12).rich_color),
            "removed-line": Style(bgcolor=ground.blend(error, 0.12).rich_color),
            "context": Style(),
            "hunk": plain(primary),
            "comment": faded(0.45),
            "keyword": plain(accent),
            "string": plain(success),
            "number": plain(warning),
            "defined": plain(primary),
        }
        self._mixed: dict[str, Style] = {}

    def __getitem__(self, names: str) -> Style:
        """The style of names with blanks between; a later one wins over an earlier."""
        found = self._mixed.get(names)
        if found is None:
            found = Style()
            for name in names.split():
                found += self._styles.get(name, Style())
            self._mixed[names] = found
        return found
