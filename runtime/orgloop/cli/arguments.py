"""Arguments and options that several commands take, in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Lab = Annotated[Path, typer.Argument(help="The lab's directory.", show_default="here")]
LabOption = Annotated[Path, typer.Option("--lab", help="The lab's directory.", show_default="here")]
Run = Annotated[str | None, typer.Option("--run", help="A run's id.", show_default="the latest")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data, one JSON value, to stdout.")]
HERE = Path()
