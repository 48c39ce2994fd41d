"""What thinks for a role: the protocol, and the way from ``model:`` to an engine.

The engines themselves are loaded when they are asked for, so importing this package is cheap.
"""

from orgloop.engines.plugin import load_plugin
from orgloop.engines.protocol import (
    Allowance,
    Answer,
    Engine,
    Evidence,
    Json,
    Outcome,
    PastStep,
    Request,
    SourceFiles,
    Trial,
    Usage,
    Verdict,
)
from orgloop.engines.resolve import (
    ModelUnavailable,
    Resolution,
    engine_for,
    model_problems,
    resolve,
)

__all__ = [
    "Allowance",
    "Answer",
    "Engine",
    "Evidence",
    "Json",
    "ModelUnavailable",
    "Outcome",
    "PastStep",
    "Request",
    "Resolution",
    "SourceFiles",
    "Trial",
    "Usage",
    "Verdict",
    "engine_for",
    "load_plugin",
    "model_problems",
    "resolve",
]
