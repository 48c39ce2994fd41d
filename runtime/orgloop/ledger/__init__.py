"""The ledger: the lab's one source of truth, ``.orgloop/lab.db``.

Everything that happened is a row here, written in the transaction in which it came to be, with an
event that tells of it. Case files, logs, digests and displays are made from it and can be made
again.
"""

from orgloop.ledger.amendments import AmendmentRow
from orgloop.ledger.casefile import Case, case_path, load_case, render_case, write_case
from orgloop.ledger.digest import Digest
from orgloop.ledger.incumbents import BASELINE
from orgloop.ledger.ledger import STATE_DIR, Ledger, ledger_path
from orgloop.ledger.people_rows import CommandRow, MessageRow, QuestionRow
from orgloop.ledger.points import PointRow
from orgloop.ledger.rows import (
    AuditRow,
    AuditVerdictRow,
    CallRow,
    CountsRow,
    EvidenceRow,
    ExperimentRow,
    FamilyRow,
    GenerationRow,
    IncumbentRow,
    LineRow,
    MeasurementRow,
    ProblemRow,
    RunRow,
    StepRow,
    TrialRow,
)
from orgloop.ledger.views import RunStatus, Standing

__all__ = [
    "BASELINE",
    "STATE_DIR",
    "AmendmentRow",
    "AuditRow",
    "AuditVerdictRow",
    "CallRow",
    "Case",
    "CommandRow",
    "CountsRow",
    "Digest",
    "EvidenceRow",
    "ExperimentRow",
    "FamilyRow",
    "GenerationRow",
    "IncumbentRow",
    "Ledger",
    "LineRow",
    "MeasurementRow",
    "MessageRow",
    "PointRow",
    "ProblemRow",
    "QuestionRow",
    "RunRow",
    "RunStatus",
    "Standing",
    "StepRow",
    "TrialRow",
    "case_path",
    "ledger_path",
    "load_case",
    "render_case",
    "write_case",
]
