"""The embedded critic (``referee``): turns the referee's verdict into a decision and a lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.engines.embedded.axes import same, written
from orgloop.engines.protocol import Answer, Evidence, Json, Outcome, PastStep, Request, Verdict
from orgloop.errors import EngineError

_OUTCOMES = {
    "better": Outcome.PASS,
    "simpler": Outcome.PASS,
    "worse": Outcome.FAIL,
    "spent": Outcome.FAIL,
    "unclear": Outcome.REVISE,
    "again": Outcome.REVISE,
}
_HEADLINES = {
    Outcome.PASS: "Better than the incumbent, by more than chance explains",
    Outcome.REVISE: "Not decided: the difference is within what noise alone would give",
}


class RefereeReader:
    """Keeps what the referee calls better, asks again where it is unclear, else discards."""

    label = "embedded: referee"
    reads_brief = False

    async def think(self, request: Request) -> Answer:
        """Raises EngineError where this experiment was not measured yet."""
        verdict = request.evidence.verdict
        if verdict is None:
            raise EngineError(
                f"`{request.role.name}` asks the referee, and nothing has been measured yet.",
                hint="Let an arrow from `bench` lead to it in org/charter.md.",
            )
        outcome = _OUTCOMES.get(verdict.outcome)
        if outcome is None:
            raise EngineError(
                f"`{request.role.name}` does not know the verdict `{verdict.outcome}`.",
                hint=f"Known: {', '.join(_OUTCOMES)}.",
            )
        gain = _gain(request, verdict)
        lines = [f"{_headline(verdict, outcome)}: {_size(request, verdict, gain)}.", ""]
        if verdict.why:
            lines += [f"The referee: {verdict.why.rstrip('.')}.", ""]
        lines += [_lesson(request, outcome, gain), _next(request, outcome)]
        return Answer(
            note="\n".join(line for line in lines),
            outcome=outcome,
            data={"outcome": str(outcome), "gain": gain},
        )


def _headline(verdict: Verdict, outcome: Outcome) -> str:
    if outcome is Outcome.FAIL:
        return (
            "Worse than the incumbent"
            if verdict.outcome == "worse"
            else "Not shown to be better, and no further measurement is worth its price"
        )
    if verdict.outcome == "simpler":
        return "As good as the incumbent, from less code"
    return _HEADLINES[outcome]


def _gain(request: Request, verdict: Verdict) -> float | None:
    if verdict.gain is not None:
        return verdict.gain
    incumbent = request.evidence.incumbent_value
    if verdict.value is None or incumbent is None:
        return None
    return request.task.gain(verdict.value, incumbent)


def _size(request: Request, verdict: Verdict, gain: float | None) -> str:
    """The effect against the noise."""
    metric = request.task.metric
    if gain is None or verdict.value is None:
        return f"{metric} has no value to compare"
    error = f" ± {verdict.stderr:.2g}" if verdict.stderr else ""
    effect = f"{metric} {verdict.value:.5g}{error}, a gain of {gain:+.3g}"
    noise = request.evidence.noise_sd
    if noise:
        effect += f", {abs(gain) / noise:.1f} times the noise of one measurement"
    return effect


def _changes(request: Request) -> Sequence[tuple[str, Json]]:
    """What the experimenter's data says was changed, with the value that it got."""
    for step in reversed(request.history):
        params, changed = step.data.get("params"), step.data.get("changed")
        if isinstance(params, Mapping) and isinstance(changed, Sequence):
            return [(str(key), params.get(str(key))) for key in changed]
    return ()


def _lesson(request: Request, outcome: Outcome, gain: float | None) -> str:
    changes = _changes(request)
    if not changes:
        what = _title(request.history) or "this change"
        effect = {
            Outcome.PASS: "does as well with less code" if _simpler(request) else "helps",
            Outcome.FAIL: "does not help by itself",
            Outcome.REVISE: "may help; one more measurement will tell",
        }[outcome]
        return f"What it teaches: {what} {effect}."
    told = []
    for key, value in changes:
        earlier = _earlier(request.evidence, key, value)
        name = key.rpartition(":")[2]
        told.append(f"`{name}` = {written(value)}{earlier}")
    effect = "an effect of unknown size" if gain is None else f"a gain of {gain:+.3g}"
    shared = " together, so neither can be credited alone" if len(changes) > 1 else ""
    return f"What it teaches: {' and '.join(told)} gave {effect}{shared}."


def _simpler(request: Request) -> bool:
    verdict = request.evidence.verdict
    return verdict is not None and verdict.outcome == "simpler"


def _earlier(evidence: Evidence, key: str, value: Json) -> str:
    """Other experiments at the same setting, so that a reader sees whether it repeats."""
    others = [
        trial.experiment
        for trial in evidence.trials
        if key in trial.params and same(trial.params[key], value) and trial.value is not None
    ]
    return f" (also in {', '.join(others[-3:])})" if others else ""


def _next(request: Request, outcome: Outcome) -> str:
    names = " and ".join(f"`{key.rpartition(':')[2]}`" for key, _ in _changes(request))
    about = names or "it"
    if outcome is Outcome.PASS and _simpler(request):
        return "Next: see what else is not needed."
    if outcome is Outcome.PASS:
        return f"Next: take {about} further the same way, until it stops helping."
    if outcome is Outcome.REVISE:
        return "Next: measure once more."
    verdict = request.evidence.verdict
    if verdict is not None and verdict.outcome == "worse":
        return f"Next: try {about} the other way, or leave it as it was."
    return f"Next: a larger step of {about}, or the same joined with another near miss."


def _title(history: Sequence[PastStep]) -> str:
    said = next((step.note.strip() for step in reversed(history) if step.note.strip()), "")
    return said.splitlines()[0].rstrip(".") if said else ""
