"""A run as a trace: the run, its experiments, the roles' visits, their calls, and the bench.

Spans are made when something has ended, with the times that the ledger has of it. Text that a model
wrote is left out unless it is asked for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping

from opentelemetry.context import Context
from opentelemetry.metrics import Meter
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, set_span_in_context

from orgloop import events
from orgloop.ledger import CallRow, Ledger
from orgloop.ledger.accounts import STATIONS
from orgloop.telemetry import names

Attributes = Mapping[str, str | int | float | bool]


class RunSpans:
    """One session of a run. Costs nothing where ``tracer`` records nothing."""

    name = "OpenTelemetry"

    def __init__(
        self, run: str, tracer: Tracer, meter: Meter, *, content: bool, end: Callable[[], None]
    ) -> None:
        """``content`` lets notes and titles out; ``end`` sends what is left."""
        self._run_id, self._tracer, self._content, self._end = run, tracer, content, end
        self._tokens = meter.create_histogram(names.TOKEN_USAGE, "{token}", "Tokens used.")
        self._duration = meter.create_histogram(names.DURATION, "s", "Duration of an answer.")
        self._run = tracer.start_span(
            f"{names.INVOKE_WORKFLOW} orgloop",
            attributes={
                names.OPERATION: names.INVOKE_WORKFLOW,
                names.WORKFLOW: "orgloop",
                "orgloop.run": run,
            },
        )
        self._open: dict[str, Span] = {}

    def hear(self, event: events.Event, ledger: Ledger) -> None:
        """Make the span of what has ended."""
        if isinstance(event, events.ExperimentStarted):
            self._experiment(event.experiment or "", event.at)
        elif isinstance(event, events.StepFinished):
            self._step(event, ledger)
        elif isinstance(event, events.MeasurementFinished):
            self._measurement(event)
        elif isinstance(event, events.ExperimentFinished):
            self._finished(event, ledger)

    def close(self) -> None:
        """End what is open, and send what is left."""
        for span in self._open.values():
            span.set_attribute("orgloop.status", "set down")
            span.end()
        self._open.clear()
        self._run.end()
        self._end()

    def _experiment(self, id: str, at: float) -> Context:
        """The context of an experiment, which may have begun in an earlier session."""
        if not id.startswith("e"):
            return set_span_in_context(self._run)
        if id not in self._open:
            self._open[id] = self._tracer.start_span(
                f"experiment {id}",
                context=set_span_in_context(self._run),
                start_time=_nanoseconds(at),
                attributes={
                    "orgloop.run": self._run_id,
                    "orgloop.experiment": id,
                    names.CONVERSATION: f"{self._run_id}/{id}",
                },
            )
        return set_span_in_context(self._open[id])

    def _step(self, event: events.StepFinished, ledger: Ledger) -> None:
        if event.node in STATIONS:
            return
        experiment = event.experiment or ""
        began = event.at - event.wall_s
        provider, model = names.provider_and_model(event.engine)
        span = self._tracer.start_span(
            f"{names.INVOKE_AGENT} {event.node}",
            context=self._experiment(experiment, began),
            start_time=_nanoseconds(began),
            attributes={
                names.OPERATION: names.INVOKE_AGENT,
                names.AGENT: event.node,
                names.PROVIDER: provider,
                names.REQUEST_MODEL: model,
                "orgloop.experiment": experiment,
                "orgloop.visit": event.visit,
                "orgloop.decision": event.decision or "",
                "orgloop.tokens": event.tokens,
                "orgloop.cost_usd": event.cost_usd,
            },
        )
        if self._content:
            note = self._note(event, ledger)
            said = [{"role": "assistant", "parts": [{"type": "text", "content": note}]}]
            span.set_attribute(names.OUTPUT_MESSAGES, json.dumps(said, ensure_ascii=False))
        if event.error:
            span.set_status(StatusCode.ERROR, event.error if self._content else "")
            span.set_attribute(names.ERROR_TYPE, "EngineError")
        if event.tokens or event.cost_usd:
            for call in ledger.calls.of(self._run_id, experiment, event.node, event.visit):
                self._call(call, set_span_in_context(span))
        span.end(_nanoseconds(event.at))

    def _note(self, event: events.StepFinished, ledger: Ledger) -> str:
        step = ledger.steps.get(self._run_id, event.experiment or "", event.node, event.visit)
        return step.note if step is not None else ""

    def _call(self, call: CallRow, parent: Context) -> None:
        provider, model = names.provider_and_model(call.model)
        about: dict[str, str | int | float | bool] = {
            names.OPERATION: names.CHAT,
            names.PROVIDER: provider,
            names.REQUEST_MODEL: model,
        }
        span = self._tracer.start_span(
            f"{names.CHAT} {model}",
            context=parent,
            kind=SpanKind.CLIENT,
            start_time=_nanoseconds(call.at),
            attributes={
                **about,
                names.INPUT_TOKENS: call.input_tokens,
                names.OUTPUT_TOKENS: call.output_tokens,
                names.CACHE_READ: call.cached_tokens,
                names.CACHE_WRITE: call.cache_write_tokens,
                "orgloop.seat": call.seat,
            },
        )
        if call.cost_usd is not None:
            span.set_attribute("orgloop.cost_usd", call.cost_usd)
        if call.error:
            about[names.ERROR_TYPE] = "EngineError"
            span.set_attribute(names.ERROR_TYPE, "EngineError")
            span.set_status(StatusCode.ERROR, call.error if self._content else "")
        self._tokens.record(call.input_tokens, {**about, names.TOKEN_TYPE: "input"})
        self._tokens.record(call.output_tokens, {**about, names.TOKEN_TYPE: "output"})
        self._duration.record(call.wall_s, about)
        span.end(_nanoseconds(call.at + call.wall_s))

    def _measurement(self, event: events.MeasurementFinished) -> None:
        began = event.at - event.wall_s
        span = self._tracer.start_span(
            "bench",
            context=self._experiment(event.experiment or "", began),
            start_time=_nanoseconds(began),
            attributes={
                "orgloop.measurement": event.measurement,
                "orgloop.experiment": event.experiment or "",
                "orgloop.status": event.status,
            },
        )
        if event.value is not None:
            span.set_attribute("orgloop.value", event.value)
        if event.crash:
            span.set_attribute(names.ERROR_TYPE, event.crash)
            span.set_status(StatusCode.ERROR)
        span.end(_nanoseconds(event.at))

    def _finished(self, event: events.ExperimentFinished, ledger: Ledger) -> None:
        id = event.experiment or ""
        self._experiment(id, event.at)
        span = self._open.pop(id)
        row = ledger.experiments.get(self._run_id, id)
        span.set_attribute("orgloop.status", event.status)
        for name, value in (("value", event.value), ("gain", event.gain)):
            if value is not None:
                span.set_attribute(f"orgloop.{name}", value)
        if row is not None:
            span.set_attribute("orgloop.generation", row.generation)
            span.set_attribute("orgloop.tokens", row.tokens)
            span.set_attribute("orgloop.cost_usd", row.cost_usd)
        if self._content:
            span.set_attribute("orgloop.title", event.title)
        if event.status == "crash":
            span.set_status(StatusCode.ERROR)
        span.end(_nanoseconds(event.at))


def _nanoseconds(at: float) -> int:
    """Unix time as OpenTelemetry takes it; never later than now, where a clock was set back."""
    return int(min(at, time.time()) * 1e9)
