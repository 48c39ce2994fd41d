"""The embedded statistician (``statistics``): stricter than the referee about noise.

The referee says *better* once that is likely enough to be worth keeping. This one also wants the
gain to stand clear of its own error: what does not is measured again, twice at most, and then let
go. So it keeps less, pays more for what it keeps, and is wrong less often.
"""

from __future__ import annotations

from orgloop.engines.embedded.verdict import RefereeReader
from orgloop.engines.protocol import Answer, Outcome, Request

CLEAR = 2.0
"""Standard errors that a gain has to be away from zero."""
AGAIN = 2
"""Times that one experiment is measured again for it."""


class Statistician:
    """Goes on only with a gain of :data:`CLEAR` standard errors or more."""

    label = "embedded: statistics"
    reads_brief = False

    def __init__(self) -> None:
        self._referee = RefereeReader()

    async def think(self, request: Request) -> Answer:
        """Raises EngineError where this experiment was not measured yet."""
        heard = await self._referee.think(request)
        verdict = request.evidence.verdict
        if verdict is None or verdict.outcome != "better":
            return heard
        gain, error = heard.data.get("gain"), _error(request)
        asked = _asked(request)
        if not isinstance(gain, (int, float)):
            return heard
        if error is None:
            outcome = Outcome.REVISE if asked < AGAIN else Outcome.FAIL
            said = f"A gain of {gain:+.3g}, and the noise is not known"
        elif gain >= CLEAR * error:
            outcome = Outcome.PASS
            said = _weighed(gain, error)
        else:
            outcome = Outcome.REVISE if asked < AGAIN else Outcome.FAIL
            said = f"{_weighed(gain, error)}, where {CLEAR:g} are asked for"
        what = {
            Outcome.PASS: "it stands clear of its error",
            Outcome.REVISE: "measure once more",
            Outcome.FAIL: f"measured again {AGAIN} times, and not clear yet: let it go",
        }[outcome]
        return Answer(
            note=f"{said}: {what}.\n\n{heard.note}",
            outcome=outcome,
            data={**heard.data, "outcome": str(outcome)},
        )


def _weighed(gain: float, error: float) -> str:
    if error == 0:
        return f"A gain of {gain:+.3g}, and repeats of this task give identical numbers"
    return f"A gain of {gain:+.3g}, {gain / error:.1f} times its standard error"


def _asked(request: Request) -> int:
    """How often this role had this experiment measured again."""
    return sum(
        step.role == request.role.name and step.data.get("outcome") == str(Outcome.REVISE)
        for step in request.history
    )


def _error(request: Request) -> float | None:
    """That of the gain on record, else that of as many measurements as it asked for."""
    verdict, noise = request.evidence.verdict, request.evidence.noise_sd
    if verdict is not None and verdict.gain_stderr is not None:
        return verdict.gain_stderr
    return None if noise is None else noise / (1 + _asked(request)) ** 0.5
