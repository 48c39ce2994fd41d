"""What happens in a lab, as typed values: one to a file, told apart by ``kind``.

The ledger writes them in the transaction of the change that they tell of, and whoever watches a
run reads them back in order. The names here load on first use, so that a command which only reads
the ledger (`log`, `show`) does not pay for importing pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgloop.events.amendment_decided import AmendmentDecided
    from orgloop.events.amendment_proposed import AmendmentProposed
    from orgloop.events.audit_finished import AuditFinished
    from orgloop.events.audit_started import AuditStarted
    from orgloop.events.base import EventBase
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
    from orgloop.events.union import Event, Known, read
    from orgloop.events.unknown import Unknown
    from orgloop.events.verdict_given import VerdictGiven

_HOME = {
    "AmendmentDecided": "amendment_decided",
    "AmendmentProposed": "amendment_proposed",
    "AuditFinished": "audit_finished",
    "AuditStarted": "audit_started",
    "BaselineMeasured": "baseline_measured",
    "CommandAnswered": "command_answered",
    "CommandReceived": "command_received",
    "Event": "union",
    "EventBase": "base",
    "ExperimentFinished": "experiment_finished",
    "ExperimentOverturned": "experiment_overturned",
    "ExperimentStarted": "experiment_started",
    "ExperimentUpdated": "experiment_updated",
    "GenerationMade": "generation_made",
    "IncumbentMoved": "incumbent_moved",
    "Known": "union",
    "MeasurementFinished": "measurement_finished",
    "MeasurementStarted": "measurement_started",
    "MessageRead": "message_read",
    "MessageTold": "message_told",
    "Notice": "notice",
    "ProblemCleared": "problem_cleared",
    "ProblemFound": "problem_found",
    "QuestionAnswered": "question_answered",
    "QuestionAsked": "question_asked",
    "RunEnded": "run_ended",
    "RunStarted": "run_started",
    "RunStateChanged": "run_state_changed",
    "StepFinished": "step_finished",
    "StepStarted": "step_started",
    "Unknown": "unknown",
    "VerdictGiven": "verdict_given",
    "read": "union",
}
"""The module of each public name."""

__all__ = [
    "AmendmentDecided",
    "AmendmentProposed",
    "AuditFinished",
    "AuditStarted",
    "BaselineMeasured",
    "CommandAnswered",
    "CommandReceived",
    "Event",
    "EventBase",
    "ExperimentFinished",
    "ExperimentOverturned",
    "ExperimentStarted",
    "ExperimentUpdated",
    "GenerationMade",
    "IncumbentMoved",
    "Known",
    "MeasurementFinished",
    "MeasurementStarted",
    "MessageRead",
    "MessageTold",
    "Notice",
    "ProblemCleared",
    "ProblemFound",
    "QuestionAnswered",
    "QuestionAsked",
    "RunEnded",
    "RunStarted",
    "RunStateChanged",
    "StepFinished",
    "StepStarted",
    "Unknown",
    "VerdictGiven",
    "read",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    found: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found
