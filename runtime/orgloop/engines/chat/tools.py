"""The toolbox as LangChain's tools: names, arguments and what a model is told of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import ParamSpec

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from orgloop.engines.chat.files import Refused
from orgloop.engines.chat.toolbox import RUN_SECONDS, RUN_SECONDS_MOST, Toolbox

P = ParamSpec("P")

_PATH = Field(description="Relative to the lab, with forward slashes.")


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Read(_Arguments):
    path: str = _PATH
    start: int = Field(default=1, description="The first line wanted, counted from 1.")
    lines: int = Field(default=1000, description="How many lines at most.")


class _Grep(_Arguments):
    pattern: str = Field(description="A regular expression of Python's, matched against a line.")
    glob: str = Field(default="", description="Which files, as `src/*.py`; left out: all.")


class _List(_Arguments):
    glob: str = Field(default="", description="Which files, as `src` or `**/*.py`; left out: all.")


class _Edit(_Arguments):
    path: str = _PATH
    old: str = Field(description="The text to replace, exactly as it stands, without line numbers.")
    new: str = Field(description="What stands there instead.")
    all: bool = Field(default=False, description="Replace every occurrence, not only one.")


class _Write(_Arguments):
    path: str = _PATH
    content: str = Field(description="The whole content of the file.")


class _Run(_Arguments):
    command: str = Field(description="For a shell, in the lab's folder.")
    seconds: float = Field(
        default=RUN_SECONDS, description=f"When to end it, {RUN_SECONDS_MOST:g} at most."
    )


_TOLD: dict[str, tuple[type[_Arguments], str]] = {
    "read": (_Read, "Read a text file of the lab; lines come numbered."),
    "grep": (_Grep, "Find lines that match a regular expression in the lab's files."),
    "list": (_List, "List files of the lab with their sizes."),
    "edit": (_Edit, "Replace a text that stands once in an editable file by another."),
    "write": (_Write, "Make an editable file, or replace all of it."),
    "run": (_Run, "Run a shell command in a sandbox: no network, no keys; output is cut."),
}


def chat_tools(toolbox: Toolbox, names: Sequence[str]) -> list[BaseTool]:
    """The tools called ``names``, bound to one desk."""
    calls: dict[str, Callable[..., Awaitable[str]]] = {
        "read": toolbox.read,
        "grep": toolbox.grep,
        "list": toolbox.list_files,
        "edit": toolbox.edit,
        "write": toolbox.write,
        "run": toolbox.run,
    }
    return [
        StructuredTool.from_function(
            coroutine=_refusing(calls[name]),
            name=name,
            description=_TOLD[name][1],
            args_schema=_TOLD[name][0],
        )
        for name in names
    ]


def _refusing(call: Callable[P, Awaitable[str]]) -> Callable[P, Awaitable[str]]:
    """``call``, with what it refuses told to the model."""

    @wraps(call)
    async def told(*args: P.args, **kwargs: P.kwargs) -> str:
        try:
            return await call(*args, **kwargs)
        except Refused as refused:
            return f"Not done: {refused}"

    return told
