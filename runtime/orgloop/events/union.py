"""All events as one type, and how a stored one is read back."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from orgloop.events.amendment_decided import AmendmentDecided
from orgloop.events.amendment_proposed import AmendmentProposed
from orgloop.events.audit_finished import AuditFinished
from orgloop.events.audit_started import AuditStarted
from orgloop.events.baseline_measured import BaselineMeasured
from orgloop.events.command_answered import CommandAnswered
from orgloop.events.command_received import CommandReceived
from orgloop.events.experiment_finished import ExperimentFinished
from orgloop.events.experiment_overturned import ExperimentOverturned
from orgloop.events.experiment_started import ExperimentStarted
from orgloop.events.experiment_updated import ExperimentUpdated
from orgloop.events.generation_made import GenerationMade
from orgloop.events.incumbent_moved import IncumbentMoved
from orgloop.events.measurement_finished import MeasurementFinished
from orgloop.events.measurement_started import MeasurementStarted
from orgloop.events.message_read import MessageRead
from orgloop.events.message_told import MessageTold
from orgloop.events.notice import Notice
from orgloop.events.problem_cleared import ProblemCleared
from orgloop.events.problem_found import ProblemFound
from orgloop.events.question_answered import QuestionAnswered
from orgloop.events.question_asked import QuestionAsked
from orgloop.events.run_ended import RunEnded
from orgloop.events.run_started import RunStarted
from orgloop.events.run_state_changed import RunStateChanged
from orgloop.events.step_finished import StepFinished
from orgloop.events.step_started import StepStarted
from orgloop.events.unknown import Unknown
from orgloop.events.verdict_given import VerdictGiven

Known = Annotated[
    RunStarted
    | RunEnded
    | RunStateChanged
    | BaselineMeasured
    | ExperimentStarted
    | ExperimentUpdated
    | StepStarted
    | StepFinished
    | MeasurementStarted
    | MeasurementFinished
    | VerdictGiven
    | IncumbentMoved
    | ExperimentFinished
    | ExperimentOverturned
    | GenerationMade
    | ProblemFound
    | ProblemCleared
    | CommandReceived
    | CommandAnswered
    | MessageTold
    | MessageRead
    | QuestionAsked
    | QuestionAnswered
    | AmendmentProposed
    | AmendmentDecided
    | AuditStarted
    | AuditFinished
    | Notice,
    Field(discriminator="kind"),
]
"""Every event that this version writes."""
Event = Known | Unknown
"""Every event that this version can read."""

_ADAPTER: TypeAdapter[Known] = TypeAdapter(Known)


def read(
    id: int, at: float, run: str | None, experiment: str | None, kind: str, body: str
) -> Event:
    """The event of a stored row.

    What this version cannot read, because a newer one wrote it, comes back as
    :class:`~orgloop.events.unknown.Unknown`: a reader never fails for it.
    """
    common = {"id": id, "at": at, "run": run, "experiment": experiment, "kind": kind}
    try:
        fields = json.loads(body)
    except ValueError:
        fields = {"unreadable": body}
    if not isinstance(fields, dict):
        fields = {"unreadable": body}
    try:
        return _ADAPTER.validate_python({**fields, **common})
    except ValidationError:
        return Unknown(id=id, at=at, run=run, experiment=experiment, kind=kind, body=fields)
