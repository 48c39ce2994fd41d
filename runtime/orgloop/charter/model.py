"""The charter: the wiring, the default model, the rule of acceptance and the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from orgloop.charter.flow import Flow

Accept = Literal["significant", "greedy"]
Ties = Literal["discard", "simpler"]


class Budget(BaseModel):
    """What a run may use; whichever is used up first ends it. Left out: not bounded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    experiments: int | None = Field(
        default=None, ge=1, description="Experiments, refused proposals included."
    )
    hours: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Hours on the clock."
    )
    tokens: int | None = Field(default=None, ge=1, description="Tokens through models.")
    usd: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Dollars paid for models."
    )


class Probation(BaseModel):
    """How a change of the organization proves itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chance: float = Field(
        default=0.8,
        gt=0.5,
        lt=1,
        description="Probability of being better that a change needs in order to stay.",
    )
    experiments: int = Field(
        default=20,
        ge=2,
        le=500,
        description="Experiments on each side, at most, in which it has to show it.",
    )
    edits: bool = Field(
        default=False, description="Whether what a person saves is put on probation, too."
    )


class CharterFrontmatter(BaseModel):
    """The keys of ``org/charter.md``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        default="charter", min_length=1, description="What this organization is called."
    )
    description: str = Field(default="", description="What this organization believes, in a line.")
    model: str = Field(
        default="inherit",
        description=(
            "The model of every role that says `model: inherit`. Left out: `$ORGLOOP_MODEL`, "
            "else `embedded`."
        ),
    )
    accept: Accept = Field(
        default="significant",
        description="Who is kept: `significant` asks the statistics, `greedy` any better number.",
    )
    ties: Ties = Field(
        default="discard",
        description=(
            "What becomes of a result that is shown to be as good: `discard`, or `simpler`, which "
            "keeps it if it has less code."
        ),
    )
    budget: Budget = Field(default=Budget(), description="What a run may use.")
    rounds: int = Field(
        default=4, ge=1, description="Visits of one node that an experiment is allowed."
    )
    lookahead: int | None = Field(
        default=None,
        ge=0,
        description="Experiments in flight beyond the slots. Left out: as many as keep them busy.",
    )
    questions: int = Field(
        default=4,
        ge=1,
        description="Questions that wait for people at one time; at so many nothing new begins.",
    )

    probation: Probation = Field(
        default=Probation(), description="How a change of the organization proves itself."
    )


@dataclass(frozen=True, slots=True)
class Charter:
    """A parsed ``org/charter.md``."""

    name: str
    flow: Flow
    description: str = ""
    model: str = "inherit"
    """As written; ``inherit`` where the file names none."""
    accept: Accept = "significant"
    ties: Ties = "discard"
    budget: Budget = field(default_factory=Budget)
    rounds: int = 4
    lookahead: int | None = None
    questions: int = 4
    """How many questions to people are open at one time."""
    probation: Probation = field(default_factory=Probation)
    body: str = ""
    """The prose, without the chart."""
    path: str = "org/charter.md"
    chart_line: int = 1
    """The line of the file on which the chart's block begins."""
    key_lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each key of the frontmatter, dotted."""
