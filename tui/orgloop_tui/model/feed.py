"""What happens in a lab, one line for each thing that a person may want to know."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop import events
from orgloop.ledger.numbers import change, measured
from orgloop.ledger.plain import one_line
from orgloop.ledger.verbs import in_words
from orgloop_tui.model.line import ENDINGS

LONGEST = 300


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One thing that happened. The texts are plain."""

    at: float
    who: str
    """An experiment, a file, or a person; empty for the run itself."""
    text: str
    tone: str = ""
    """``good``, ``bad``, ``warning``, ``person`` or ``quiet``; empty for what is ordinary."""


def feed_line(event: events.Event) -> FeedLine | None:
    """The line of an event; None for one that only moves what is seen elsewhere."""
    said = _said(event)
    if said is None:
        return None
    who, text, tone = said
    return FeedLine(event.at, one_line(who, 40), one_line(text, LONGEST), tone)


def _said(event: events.Event) -> tuple[str, str, str] | None:
    experiment = event.experiment or ""
    match event:
        case events.ExperimentFinished():
            return experiment, _ending(event), _TONES.get(event.status, "")
        case events.StepFinished():
            if event.error:
                return experiment, f"{event.node} failed: {event.error}", "warning"
            if not event.headline:
                return None
            way = f" → {event.decision}" if event.decision else ""
            return experiment, f"{event.node}{way}: {event.headline}", "quiet"
        case events.MeasurementFinished() if event.status == "crash":
            return experiment, f"a run crashed ({event.crash}): {event.message}", "quiet"
        case events.BaselineMeasured():
            return "baseline", measured(event.value, event.stderr), "good"
        case events.ExperimentStarted() | events.Unknown():
            return None
        case _:
            return _of_people(event) or _of_the_run(event)


def _of_people(event: events.Event) -> tuple[str, str, str] | None:
    match event:
        case events.MessageTold():
            to = f" to {event.role}" if event.role else ""
            return f"m{event.message}", f"told{to}: {event.text}", "person"
        case events.MessageRead():
            return f"m{event.message}", f"read by {event.by}", "person"
        case events.QuestionAsked():
            offered = f" ({', '.join(event.decisions)})" if event.decisions else ""
            where = f"{event.node} in {event.experiment}"
            return f"q{event.question}", f"{where} waits for you{offered}", "person"
        case events.QuestionAnswered():
            by = f" by {event.by}" if event.by else ""
            said = f": {event.decision}" if event.decision else ""
            return f"q{event.question}", f"answered{by}{said}", "person"
        case events.CommandReceived():
            about = f" {event.experiment}" if event.experiment else ""
            return "you", f"asked to {in_words(event.verb)}{about}", "person"
        case events.ExperimentOverturned():
            return event.experiment or "", event.reason, "person"
        case events.CommandAnswered() if event.text:
            return "lab", event.text, "warning" if event.state == "refused" else "person"
        case _:
            return None


def _of_the_run(event: events.Event) -> tuple[str, str, str] | None:
    match event:
        case events.ProblemFound():
            where = f"{event.path}:{event.line}" if event.line else event.path
            tone = "bad" if event.severity == "error" else "warning"
            return where, f"{event.message} {event.hint}", tone
        case events.ProblemCleared():
            return event.path, "is in order again", "good"
        case events.Notice():
            return "", event.text, "warning" if event.level == "warning" else ""
        case events.GenerationMade():
            by = f" by {event.author}" if event.author else ""
            return f"g{event.number}", f"new generation{by}: {event.reason}", "good"
        case events.RunStarted():
            return event.run or "", "the run began", ""
        case events.RunStateChanged():
            if event.state in ("stopped", "finished"):
                return None  # `run_ended` says it
            return event.run or "", f"{event.state}. {event.reason}", ""
        case events.RunEnded():
            return event.run or "", f"{event.state}. {event.reason}", "good"
        case events.AuditStarted():
            return "audit", f"audit {event.audit} began", ""
        case events.AuditFinished():
            return "audit", event.headline, "good"
        case _:
            return None


_TONES = {"keep": "good", "crash": "bad"}


def _ending(event: events.ExperimentFinished) -> str:
    word = ENDINGS.get(event.status, event.status)
    if event.overruled:
        word += " by a person, against the referee"
    gain = f" {change(event.gain)}" if event.gain is not None else ""
    about = event.title or event.reason
    return f"{word}{gain}{f': {about}' if about else ''}"
