"""What briefs say about the task, the charter and a role: drawn once from what was parsed."""

from __future__ import annotations

from orgloop.charter import Charter
from orgloop.role import CharterBrief, Decision, LimitsBrief, Role, RoleBrief, TaskBrief
from orgloop.task import Task


def task_brief(task: Task) -> TaskBrief:
    """``task`` as bodies see it. Hidden files, mounts and the environment are left out."""
    return TaskBrief(
        name=task.name,
        metric=task.metric,
        goal=task.goal,
        run=task.run,
        editable=task.editable,
        body=task.body,
        limits=LimitsBrief(task.limits.cpu, task.limits.wall, task.limits.memory),
        slots=task.slots,
        min_delta=task.min_delta,
        constraints=tuple(f"{name} {bound}" for name, bound in task.constraints.items()),
        self_reported=task.self_reported,
        packages=task.sandbox.packages,
        network=task.sandbox.network,
    )


def charter_brief(charter: Charter) -> CharterBrief:
    """``charter`` as bodies see it."""
    return CharterBrief(
        name=charter.name,
        description=charter.description,
        accept=charter.accept,
        ties=charter.ties,
        body=charter.body,
        chart=charter.flow.to_mermaid(),
    )


def role_brief(role: Role) -> RoleBrief:
    """``role`` as its own body sees it."""
    return RoleBrief(
        name=role.name,
        description=role.description,
        tools=tuple(sorted(role.tools - role.disallowed)) if role.tools is not None else (),
        may_edit=role.may_edit,
        may_run=role.may_run,
    )


def decisions(charter: Charter, node: str) -> tuple[Decision, ...]:
    """What can be decided at ``node``, and where each decision leads."""
    return tuple(
        Decision(edge.label, edge.target)
        for edge in charter.flow.out(node)
        if edge.label is not None
    )
