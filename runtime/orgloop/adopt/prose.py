"""The text below the frontmatter: what roles read of the task, until a person says it better."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from orgloop.adopt.checkout import Trying
from orgloop.adopt.numbers import Found


def body(trying: Trying, found: Found, editable: Sequence[str]) -> str:
    """A few sentences that hold for any repository, and where its own description stands."""
    readme = next(
        (name for name in sorted(trying.tracked) if name.lower() in ("readme.md", "readme.rst")),
        None,
    )
    about = f" What it is about is in `{readme}`." if readme is not None else ""
    source = f" It is read from `{found.source}`." if found.run is not None else ""
    names = " and ".join(f"`{name}`" for name in editable)
    paragraphs = (
        f"The number that counts is `{found.metric}`, which the run itself reports.{source}{about}",
        f"Fair game is everything in {names}. Not fair game: how `{found.metric}` is computed and "
        "reported, the data that it is computed on, and the time that a run takes.",
    )
    return "\n\n".join(
        textwrap.fill(one, 100, break_long_words=False, break_on_hyphens=False)
        for one in paragraphs
    )
