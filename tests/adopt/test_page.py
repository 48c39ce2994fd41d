"""What is written reads back as what was meant."""

from __future__ import annotations

import pytest

from orgloop.adopt.page import Page
from orgloop.problems import Problems
from orgloop.task import parse_task


@pytest.mark.parametrize(
    "run",
    [
        "python train.py --seed {seed}",
        "python train.py && tail -n 1 'a b.csv'",
        """python train.py && python -c 'print("v:", open("r.json").read()[1:])'""",
        "sh -c 'echo: # no comment'",
        "X=1 python train.py # comment",
        "[ -d x ] && python train.py",
        "python train.py --name 'it''s: so'",
    ],
)
def test_a_task_reads_back_as_it_was_meant(run: str) -> None:
    page = Page(
        name="on",
        metric="val/loss",
        goal="minimize",
        run=run,
        editable=["src/train.py", "a, b.py", "*.yaml"],
        wall=59.2,
        memory=3 * 2**30 + 1,
        pattern=r"(?i)val\s+\"loss\"[:=]\s*(?P<value>[-+.\d]+)",
        gpus=1,
        mounts=["~/.cache/x", "/a/.venv:.venv", ".venv"],
        env={"UV_OFFLINE": "1"},
        body="It is what it is.",
    )
    problems = Problems()
    task = parse_task(page.text(), "task.md", problems)
    assert task is not None, list(problems)
    assert (task.name, task.run, task.pattern) == ("on", run, page.pattern)
    assert task.editable == tuple(page.editable) and task.mounts == tuple(page.mounts)
    assert task.env == {"UV_OFFLINE": "1"}
    assert (task.limits.wall, task.limits.memory) == (60, 4 * 2**30)
    assert (task.resources.gpus, task.body) == (1, "It is what it is.")
