"""Small windows over a screen: one asks for words, one asks whether, one answers for a role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from orgloop_tui.widgets.rows import VIM

_CSS = """
    {name} {{ align: center middle; background: $background 60%; }}
    {name} > Vertical {{
        width: 90%; max-width: 90; height: auto; max-height: 90%;
        border: round $border; padding: 0 1; background: $surface;
        border-title-color: $foreground;
    }}
    {name} Static {{ color: $foreground 70%; }}
    {name} Input {{ height: 1; padding: 0 1; margin: 1 0; background: $panel; }}
    {name} Input, {name} Input:focus {{ border: none; }}
"""


class Words(ModalScreen[str | None]):
    """Asks for a line of text; None where the person would rather not.

    What may be left ``empty`` is sent as an empty text.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it", id="dialog.leave")
    ]
    DEFAULT_CSS = _CSS.format(name="Words")

    def __init__(self, title: str, about: str, *, value: str = "", empty: bool = False) -> None:
        super().__init__()
        self._title, self._about, self._value = title, about, value
        self._empty = empty

    def compose(self) -> ComposeResult:
        """A sentence and a line to write on."""
        with Vertical() as window:
            window.border_title = self._title.replace("[", r"\[")
            yield Static(Text(self._about))
            yield Input(value=self._value)
            yield Static("Enter to send, Escape to leave it.")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send it, where it says something."""
        text = event.value.strip()
        self.dismiss(text if text or self._empty else None)


class Sure(ModalScreen[bool | None]):
    """Asks whether; ``y`` or Enter is yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "Yes", id="dialog.yes"),
        Binding("n,escape", "dismiss(False)", "No", id="dialog.no"),
    ]
    DEFAULT_CSS = _CSS.format(name="Sure")

    def __init__(self, title: str, about: str) -> None:
        super().__init__()
        self._title, self._about = title, about

    def compose(self) -> ComposeResult:
        """A question."""
        with Vertical() as window:
            window.border_title = self._title.replace("[", r"\[")
            yield Static(Text(self._about))
            yield Static("\ny yes, n no")


class _Brief(VerticalScroll, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = VIM
    DEFAULT_CSS = "_Brief { height: 1fr; }"


class Answer(ModalScreen[tuple[str | None, str] | None]):
    """A question to a person: the page to answer by, what can be decided, and a note."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it", id="dialog.leave")
    ]
    DEFAULT_CSS = (
        _CSS.format(name="Answer")
        + """
    Answer > Vertical { height: 90%; max-width: 110; }
    Answer OptionList { height: auto; max-height: 6; padding: 0; margin: 1 0 0 0; }
    Answer OptionList, Answer OptionList:focus { border: none; }
    Answer Markdown { padding: 0; }
    """
    )

    def __init__(self, title: str, page: str, decisions: Sequence[str]) -> None:
        super().__init__()
        self._title, self._page, self._decisions = title, page, tuple(decisions)
        self._decision: str | None = None

    def compose(self) -> ComposeResult:
        """The page above what can be said."""
        from textual.widgets import Markdown  # takes a while to import, and is seldom needed

        with Vertical() as window:
            window.border_title = self._title.replace("[", r"\[")
            with _Brief():
                yield Markdown(self._page, open_links=False)
            if self._decisions:
                yield OptionList(*(Text(label) for label in self._decisions))
            yield Input(placeholder="a note: why, or what to try")
            if self._decisions:
                yield Static("Enter chooses, then Enter at the note sends. Escape leaves it open.")
            else:
                yield Static("Enter sends. Escape leaves it open.")

    def on_mount(self) -> None:
        """The keys go to the decisions first."""
        self.query_one(OptionList if self._decisions else Input).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Decide, and write the note."""
        self._decision = self._decisions[event.option_index]
        field = self.query_one(Input)
        field.placeholder = f"{self._decision}: a note (may be empty)"
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send it, once it is decided."""
        if self._decisions and self._decision is None:
            self.query_one(OptionList).focus()
            return
        if self._decisions or event.value.strip():
            self.dismiss((self._decision, event.value.strip()))
