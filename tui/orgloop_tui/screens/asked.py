"""A question that must be answered before anything else is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class Choice(NamedTuple):
    """One answer: the key that gives it, and what it does in words."""

    key: str
    label: str
    answer: str


class Asked(ModalScreen[str]):
    """Answers with a choice's ``answer``; Escape answers with an empty text."""

    DEFAULT_CSS = """
    Asked {
        align: center middle; background: $background 60%;
        & > Vertical {
            width: 70; max-width: 90%; height: auto; max-height: 90%; padding: 0 1;
            background: $surface; border: round $border;
        }
        Static { height: auto; }
        #said { margin-bottom: 1; }
        Input { margin-bottom: 1; height: 1; padding: 0 1; background: $panel; }
        Input, Input:focus { border: none; }
    }
    """

    def __init__(self, said: str, choices: Sequence[Choice], *, field: str | None = None) -> None:
        """``field`` asks for words as well, which Enter answers with; it says what they are."""
        super().__init__()
        self._said = said
        self._choices = [*choices, Choice("escape", "Go back", "")]
        self._field = field

    def compose(self) -> ComposeResult:
        """The question, and a line for each answer."""
        with Vertical():
            yield Static(self._said, id="said", markup=False)
            if self._field is not None:
                yield Input(placeholder=self._field)
            size = max(len(choice.key) for choice in self._choices)
            lines = [f"{choice.key:>{size}}  {choice.label}" for choice in self._choices]
            yield Static("\n".join(lines), id="choices", markup=False)

    def on_key(self, event: Key) -> None:
        """Answer, where the key is one of a choice."""
        for choice in self._choices:
            if event.key == choice.key:
                event.stop()
                event.prevent_default()
                self.dismiss(choice.answer)
                return

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the words."""
        self.dismiss(event.value.strip())
