"""What an engine is asked: the request for one visit of one role."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from orgloop.charter.flow import STATIONS
from orgloop.engines.organization import OrgRecord
from orgloop.engines.protocol import Engine, Evidence, Json, PastStep, Request, Trial, Verdict
from orgloop.errors import LedgerError
from orgloop.graph.brief import CADENCE, Brief, brief_for
from orgloop.graph.context import WalkContext
from orgloop.graph.inquiry import Inquiry
from orgloop.graph.org_record import org_record
from orgloop.graph.ruling import incumbent_now
from orgloop.graph.state import WalkState
from orgloop.ledger import ExperimentRow, MessageRow, StepRow
from orgloop.org import Org
from orgloop.repo import CommitFiles
from orgloop.role import Role


@dataclass(frozen=True, slots=True)
class Known:
    """What the lab knows of a walk when it comes to a role."""

    experiment: ExperimentRow
    steps: Sequence[StepRow]
    """Finished ones, oldest first."""
    evidence: Evidence
    base: CommitFiles
    files: CommitFiles


def gather(state: WalkState, context: WalkContext) -> Known:
    """Everything that a request needs, read on the ledger's thread.

    Reading git is safe on any thread, and what is read here is mostly remembered.
    """
    ledger, run, experiment = context.ledger, context.run, state["experiment"]
    row = ledger.experiments.get(run, experiment)
    if row is None:
        raise LedgerError(f"Experiment {experiment} of run {run} is not in the ledger.")
    steps = [step for step in ledger.steps.of(run, experiment) if step.finished is not None]
    twin = None
    if row.fingerprint is not None:
        earlier = ledger.experiments.by_fingerprint(run, row.fingerprint, experiment)
        if earlier is None and row.params:
            earlier = ledger.experiments.by_params(run, row.params, experiment)
        twin = None if earlier is None else earlier.id
    hidden = context.task.hidden
    return Known(
        row,
        steps,
        _evidence(context, experiment=experiment, verdict=_verdict(steps), twin=twin),
        context.repo.commit_files(state["base"], hidden),
        context.repo.commit_files(state["commit"], hidden),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what the runtime has to know of it."""

    request: Request
    told: Sequence[MessageRow]
    """Messages in its brief."""
    inquiry: Inquiry


async def build_request(
    org: Org,
    role: Role,
    engine: Engine,
    known: Known,
    visit: int,
    commit: str,
    context: WalkContext,
) -> Asked:
    """The request to ``role`` at this visit, on the walk's ``commit``."""
    experiment, steps = known.experiment, known.steps
    brief = Brief()
    if engine.reads_brief or role.org.people:
        brief = await brief_for(org, role, experiment, steps, visit, context)
    most = org.charter.questions
    inquiry = Inquiry(context, experiment.id, role.name, visit, commit=commit, most=most)
    request = Request(
        experiment=experiment.id,
        role=role,
        task=context.task,
        brief=brief.text,
        decisions=org.charter.flow.labels(role.name),
        base=known.base,
        files=known.files,
        history=[_past(step) for step in steps if step.node not in STATIONS],
        evidence=known.evidence,
        seed=draw_seed(context.run_seed, experiment.id, role.name, visit),
        leads_to={
            edge.label: edge.target
            for edge in org.charter.flow.out(role.name)
            if edge.label is not None
        },
        people=inquiry,
    )
    return Asked(request, brief.told, inquiry)


async def build_cadence_request(
    org: Org, role: Role, engine: Engine, turn: int, context: WalkContext
) -> tuple[Asked, str]:
    """What a role outside the flow may know when its ``turn`` has come, and the commit it sees.

    That is the incumbent's, or, for a role that amends, the commit of the generation that stands.
    """

    def work() -> tuple[Evidence, OrgRecord | None, str]:
        known = _evidence(context, experiment=None, verdict=None, twin=None)
        if not role.org.amends:
            return known, None, incumbent_now(context).commit
        standing = context.ledger.generations.standing(context.run)
        if standing is None:
            raise LedgerError(f"Run {context.run} has no generation.")
        return known, org_record(context), standing.commit

    evidence, record, commit = await context.offload.ledger(work)

    def read() -> CommitFiles:
        if role.org.amends:
            return context.repo.generation_files(commit)
        return context.repo.commit_files(commit, context.task.hidden)

    files = await context.offload.git(read)
    brief = Brief()
    if engine.reads_brief:
        brief = await brief_for(org, role, None, (), turn, context)
    most = org.charter.questions
    inquiry = Inquiry(context, CADENCE, role.name, turn, commit=commit, most=most)
    request = Request(
        experiment=f"{role.name}-{turn}",
        role=role,
        task=context.task,
        brief=brief.text,
        decisions=(),
        base=files,
        files=files,
        evidence=evidence,
        seed=draw_seed(context.run_seed, CADENCE, role.name, turn),
        organization=record,
        people=inquiry,
    )
    return Asked(request, brief.told, inquiry), commit


def draw_seed(run_seed: int, experiment: str, node: str, visit: int) -> int:
    """A seed for an engine that draws; no use to anyone who wants to guess the bench's seeds."""
    text = f"{run_seed}/draw/{experiment}/{node}/{visit}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _evidence(
    context: WalkContext, *, experiment: str | None, verdict: Verdict | None, twin: str | None
) -> Evidence:
    found = context.ledger.evidence(context.run, context.task.goal)
    return Evidence(
        trials=[
            Trial(
                trial.experiment,
                _json(trial.params),
                trial.value,
                trial.status,
                trial.reason,
                _json(trial.replaced),
            )
            for trial in found.trials
            if trial.experiment != experiment
        ],
        incumbent_value=found.incumbent_value,
        baseline_value=found.baseline_value,
        noise_sd=found.noise_sd,
        finished=found.finished,
        streak=found.streak,
        planned=context.budget.limits.experiments,
        verdict=verdict,
        twin=twin,
    )


def _past(step: StepRow) -> PastStep:
    return PastStep(step.node, step.decision, step.note, _json(step.data))


def _json(found: Mapping[str, object]) -> Mapping[str, Json]:
    """What the ledger gives back came out of ``json.loads``, which the checker cannot know."""
    return cast("Mapping[str, Json]", found)


def _verdict(steps: Sequence[StepRow]) -> Verdict | None:
    """What the referee said at the last visit to the bench."""
    for step in reversed(steps):
        ruling = step.data.get("ruling") if step.node == "bench" else None
        if isinstance(ruling, dict):
            value, stderr = ruling["value"], ruling["stderr"]
            return Verdict(
                str(ruling["call"]),
                value,
                stderr,
                str(ruling["why"]),
                ruling.get("gain"),
                ruling.get("gain_stderr"),
            )
    return None
