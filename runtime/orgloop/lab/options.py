"""What the command line says over what the files say."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orgloop.errors import UserError


class RunOptions(BaseModel):
    """The options of `orgloop run`. They are kept with the run, so that it resumes under them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    org: str | None = None
    """A directory with `org/` and `roles/`, or a template's name, in place of the lab's own."""
    model: str | None = None
    slots: int | None = Field(default=None, ge=1)
    experiments: int | None = Field(default=None, ge=1)
    hours: float | None = Field(default=None, gt=0)
    tokens: int | None = Field(default=None, ge=1)
    usd: float | None = Field(default=None, gt=0)
    seed: int | None = Field(default=None, ge=0)
    lookahead: int | None = Field(default=None, ge=0)
    """Walks in flight ahead of the slots, where the charter leaves that to measured latencies."""
    trackio: str | None = None
    """The trackio project that metrics go to."""
    executor: str | None = None
    """Where measurements run, in place of what task.md says."""

    def over(self, earlier: RunOptions) -> RunOptions:
        """These options, and the earlier ones where these say nothing."""
        given = self.model_dump(exclude_none=True)
        return earlier.model_copy(update=given)


def options_from(**given: object) -> RunOptions:
    """Options as the command line gives them; raises UserError for a value that cannot be.

    A directory is kept by its absolute path: the run is resumed from wherever a person stands.
    """
    try:
        options = RunOptions.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UserError(f"--{name} cannot be {first['input']!r}: {first['msg']}.") from None
    if options.org is not None and (Path(options.org) / "org" / "charter.md").is_file():
        return options.model_copy(update={"org": str(Path(options.org).resolve())})
    return options
