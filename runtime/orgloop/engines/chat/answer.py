"""The form of an answer: a note, a decision among the labels, a title where one is to be set."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator

from orgloop.engines.protocol import Request

NAME = "answer"
"""What the form is called: a tool's name, where a model answers by calling one."""
TITLE_CHARACTERS = 160


class Form(BaseModel):
    """Your answer for the case file."""

    # Bounds are checked here and not in the schema: providers refuse schemas that state them.
    model_config = ConfigDict(extra="forbid")

    note: str = Field(description="Markdown, as your brief asks. Its first line stands alone.")

    @field_validator("note")
    @classmethod
    def _says_something(cls, note: str) -> str:
        if not note.strip():
            raise ValueError("the note is empty")
        return note.strip()


class Titled(Form):
    """Your answer for the case file."""

    title: str = Field(description="The experiment in one line: what is changed, and to what.")

    @field_validator("title")
    @classmethod
    def _one_line(cls, title: str) -> str:
        text = " ".join(title.split())
        if not text:
            raise ValueError("the title is empty")
        return text if len(text) <= TITLE_CHARACTERS else text[: TITLE_CHARACTERS - 1] + "…"


def sets_title(request: Request) -> bool:
    """Whether the role that is asked sets the hypothesis.

    That is whoever begins the walk and whoever writes the change, until there are numbers.
    """
    if request.role.org.every is not None or request.evidence.verdict is not None:
        return False
    return request.role.may_edit or not request.history


def form_for(request: Request) -> type[Form]:
    """The model of an answer to ``request``."""
    return _form(request.decisions, sets_title(request))


@lru_cache(maxsize=256)
def _form(labels: tuple[str, ...], titled: bool) -> type[Form]:
    base: type[Form] = Titled if titled else Form
    if not labels:
        return create_model(NAME, __base__=base, __doc__=base.__doc__)
    choice = Field(description="One of the labels that you were told of.")
    # A type that is made of what the chart says, which no checker can know.
    fields: dict[str, Any] = {"decision": (Literal[labels], choice)}
    return create_model(NAME, __base__=base, __doc__=base.__doc__, **fields)


def meaning(label: str, target: str) -> str:
    """What choosing ``label`` does, for whoever has to choose."""
    does = _STATIONS.get(target, f"which hands it to the {target}")
    return f"`{label}`, {does}" if target else f"`{label}`"


_STATIONS: Mapping[str, str] = {
    "bench": "which has the bench measure it",
    "keep": "which keeps the change, if the referee agrees",
    "discard": "which ends the experiment and drops the change",
}
