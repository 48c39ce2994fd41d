"""A role's brief: its body, rendered with what the lab knows at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orgloop.charter.flow import BENCH, CRASHED
from orgloop.graph.context import WalkContext
from orgloop.graph.notices import alike, to_acknowledge
from orgloop.ledger import Case, ExperimentRow, MessageRow, StepRow, render_case
from orgloop.ledger.plain import code, inside_fence, one_line, plain
from orgloop.org import Org
from orgloop.org.brief import charter_brief, decisions, role_brief, task_brief
from orgloop.role import BriefContext, BudgetBrief, ExperimentBrief, NoteBrief, Role, render

CADENCE = "cadence"
"""Where the ledger keeps what roles outside the flow do: in no experiment."""
DIFF_CAP = 12_000
"""Characters of a diff that a brief shows."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a mind reads."""

    text: str = ""
    told: tuple[MessageRow, ...] = ()
    """The messages in it, which its answer has to acknowledge."""


async def brief_for(
    org: Org,
    role: Role,
    experiment: ExperimentRow | None,
    steps: Sequence[StepRow],
    visit: int,
    context: WalkContext,
) -> Brief:
    """Render ``role``'s body, with the messages that this visit is to read.

    ``experiment`` is None for a role outside the flow, which then sees an empty one.
    """
    diff = ""
    if experiment is not None and experiment.commit is not None:
        commit, base = experiment.commit, experiment.base
        diff = await context.offload.git(lambda: context.repo.diff(base, commit, cap=DIFF_CAP))

    def work() -> Brief:
        ledger, task = context.ledger, context.task
        where = experiment.id if experiment is not None else CADENCE
        told = ledger.messages.hold(role.name, context.run, where, visit)
        left = context.budget.left()
        text = render(
            role,
            BriefContext(
                task=task_brief(task),
                charter=charter_brief(org.charter),
                role=role_brief(role),
                experiment=_experiment_brief(experiment, steps, visit, diff, context),
                ledger=context.digest.asked_by(experiment.id) if experiment else context.digest,
                inbox=tuple(f"{one.name}: {one.text}" for one in told),
                budget=BudgetBrief(left.experiments, left.hours, left.text),
                decisions=decisions(org.charter, role.name),
            ),
        )
        notices = [to_acknowledge(told, text)] if told else []
        if experiment is not None and experiment.title:
            notices.append(alike(ledger.lookalikes.like(context.run, experiment)))
        return Brief("\n\n".join([text.rstrip("\n"), *filter(None, notices)]) + "\n", tuple(told))

    return await context.offload.ledger(work)


def _experiment_brief(
    experiment: ExperimentRow | None,
    steps: Sequence[StepRow],
    visit: int,
    diff: str,
    context: WalkContext,
) -> ExperimentBrief:
    if experiment is None:
        return ExperimentBrief(id="", visits=visit)
    measurements = context.ledger.measurements.of(context.run, experiment.id)
    task = context.task
    case = Case(experiment, tuple(steps), tuple(measurements), task.metric, task.self_reported)
    return ExperimentBrief(
        id=experiment.id,
        title=one_line(experiment.title, 200),
        base=experiment.base,
        case=render_case(case, for_role=True),
        diff=inside_fence(diff),
        notes=tuple(NoteBrief(step.node, _note(step), step.decision) for step in steps),
        visits=visit,
    )


def _note(step: StepRow) -> str:
    """What a role said; of a crash, whose words are the run's own, as a span of code."""
    crashed = step.node == BENCH and step.decision == CRASHED
    return code(step.note, 500) if crashed else plain(step.note)
