"""``task.md`` to a :class:`Task`, with everything that is wrong with it."""

from __future__ import annotations

from orgloop.markdown import parse, validate
from orgloop.problems import Problems
from orgloop.task.check_task import check_task
from orgloop.task.model import Task, TaskFrontmatter


def parse_task(content: str | bytes, path: str, problems: Problems) -> Task | None:
    """The task in ``content``; None with at least one error where it cannot be used."""
    found = Problems()
    document = parse(content, path, found)
    written = validate(TaskFrontmatter, document, found) if document is not None else None
    if document is not None and written is not None:
        check_task(written, document, found)
    problems.extend(found)
    if document is None or written is None or found.blocking:
        return None
    values = {name: getattr(written, name) for name in TaskFrontmatter.model_fields}
    return Task.model_construct(**values, body=document.body)
