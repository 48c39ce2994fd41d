"""``task.md``: what a lab improves, how it is run and scored, and what may be changed."""

from orgloop.task.constraint import Constraint, parse_constraint
from orgloop.task.model import Goal, Limits, Resources, SandboxPolicy, Task, TaskFrontmatter
from orgloop.task.parse import parse_task

__all__ = [
    "Constraint",
    "Goal",
    "Limits",
    "Resources",
    "SandboxPolicy",
    "Task",
    "TaskFrontmatter",
    "parse_constraint",
    "parse_task",
]
