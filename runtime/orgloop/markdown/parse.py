"""The one frontmatter parser.

python-frontmatter splits a file; its loading is not used, since it drops what it cannot use: a
list as frontmatter silently becomes ``{}``, the keys ``on``, ``content`` and ``handler`` and
numeric keys raise TypeError, duplicate keys overwrite each other, and no line is kept.
"""

from __future__ import annotations

import re

from frontmatter.default_handlers import YAMLHandler

from orgloop.markdown.decode import decode
from orgloop.markdown.document import Document
from orgloop.markdown.yaml_lines import read_yaml
from orgloop.problems import Problems

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def parse(content: str | bytes, path: str, problems: Problems) -> Document | None:
    """Take a Markdown file apart; None with at least one error where that cannot be done.

    Where the frontmatter has faults but can be read (a key twice, say), they are errors too and
    the document is returned, so that one check finds everything.
    """
    text = decode(content, path, problems)
    if text is None:
        return None
    if not text.strip():
        problems.error(
            path, "The file is empty.", line=1, hint="It begins with `---`, keys, and `---` again."
        )
        return None
    if not _FENCE.match(text):
        _no_frontmatter(text, path, problems)
        return None
    if len(_FENCE.findall(text)) < 2:
        problems.error(
            path,
            "The frontmatter that begins here has no end.",
            line=1,
            hint="Close it with a line that is exactly `---`.",
        )
        return None
    frontmatter, below = YAMLHandler(fm_boundary=_FENCE).split(text)
    # `frontmatter` begins with the line end of the first fence, so its lines count as the file's.
    loaded = read_yaml(frontmatter, path, problems)
    if loaded is None:
        return None
    body = below.removeprefix("\n")
    first = frontmatter.count("\n") + 2
    blank = len(body) - len(body.lstrip("\n"))
    return Document(
        path=path,
        keys=loaded.keys,
        body=body.strip("\n"),
        body_line=first + blank,
        lines=loaded.lines,
    )


def _no_frontmatter(text: str, path: str, problems: Problems) -> None:
    first = next(number for number, line in enumerate(text.split("\n"), 1) if line.strip())
    late = _FENCE.match(text.lstrip())
    what = "does not begin on the first line" if late else "is missing"
    problems.error(
        path,
        f"The frontmatter {what}.",
        line=first,
        hint="The first line of the file must be exactly `---`.",
    )
