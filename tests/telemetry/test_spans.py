"""A run as a trace, in the terms of the conventions for generative AI."""

from __future__ import annotations

import json
import warnings

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from orgloop.telemetry import names
from orgloop.telemetry.spans import RunSpans

from .conftest import Running


def traced(running: Running, *, content: bool = False) -> tuple[list[ReadableSpan], list[str]]:
    """Everything that has happened as spans, and the names of the metrics."""
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracing, metering = TracerProvider(), MeterProvider(metric_readers=[reader])
    tracing.add_span_processor(SimpleSpanProcessor(exporter))
    listener = RunSpans(
        "r1",
        tracing.get_tracer("test"),
        metering.get_meter("test"),
        content=content,
        end=lambda: None,
    )
    for event in running.ledger.tail.after(0):
        listener.hear(event, running.ledger)
    listener.close()
    data = reader.get_metrics_data()
    assert data is not None
    metrics = [
        metric.name
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    ]
    metering.shutdown()
    return list(exporter.get_finished_spans()), metrics


def test_a_walk_is_a_tree_of_spans_with_the_times_on_record(running: Running) -> None:
    running.experiment()
    spans, metrics = traced(running)
    by_name = {span.name: span for span in spans}
    assert list(by_name) == [
        "chat claude-x", "invoke_agent pi", "bench", "invoke_agent critic", "experiment e0001",
        "invoke_workflow orgloop",
    ]  # fmt: skip
    ids = {span.context.span_id: span.name for span in spans if span.context}
    parents = {span.name: ids[span.parent.span_id] for span in spans if span.parent}
    assert parents["chat claude-x"] == "invoke_agent pi"
    assert parents["invoke_agent pi"] == parents["bench"] == "experiment e0001"
    assert parents["experiment e0001"] == "invoke_workflow orgloop"
    bench = by_name["bench"]
    assert bench.start_time is not None and bench.end_time is not None
    assert (bench.end_time - bench.start_time) / 1e9 == pytest.approx(3.0)
    assert sorted(metrics) == [names.DURATION, names.TOKEN_USAGE]


def test_an_answer_carries_its_model_and_its_tokens(running: Running) -> None:
    running.experiment()
    spans, _ = traced(running)
    chat = next(span for span in spans if span.name == "chat claude-x")
    assert chat.kind is SpanKind.CLIENT
    assert dict(chat.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-x",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.cache_creation.input_tokens": 10,
        "orgloop.seat": 0,
        "orgloop.cost_usd": 0.25,
    }
    critic = next(span for span in spans if span.name == "invoke_agent critic")
    assert critic.status.status_code is StatusCode.ERROR and not critic.status.description
    assert critic.attributes and critic.attributes["gen_ai.provider.name"] == "openai"


def test_what_a_model_wrote_goes_out_only_if_it_is_asked_for(running: Running) -> None:
    running.experiment()
    silent, _ = traced(running)
    assert "secret" not in json.dumps([span.to_json() for span in silent])
    spans, _ = traced(running, content=True)
    pi = next(span for span in spans if span.name == "invoke_agent pi")
    assert pi.attributes is not None
    said = json.loads(str(pi.attributes["gen_ai.output.messages"]))
    assert said[0]["parts"][0]["content"] == "A secret idea."


def test_an_experiment_that_is_set_down_is_ended_as_that(running: Running) -> None:
    running.experiment(finish=False)
    spans, _ = traced(running)
    walk = next(span for span in spans if span.name == "experiment e0001")
    assert walk.attributes is not None and walk.attributes["orgloop.status"] == "set down"


def test_the_names_are_those_of_the_installed_conventions() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as known
        from opentelemetry.semconv._incubating.metrics import gen_ai_metrics as metrics

        providers = {one.value for one in known.GenAiProviderNameValues}
        operations = {one.value for one in known.GenAiOperationNameValues}
    attributes = {value for name, value in vars(known).items() if name.startswith("GEN_AI_")}
    ours = {
        value
        for name, value in vars(names).items()
        if isinstance(value, str) and value.startswith("gen_ai.") and ".client." not in value
    }
    assert ours and ours <= attributes
    assert set(names.PROVIDERS.values()) <= providers
    assert {names.CHAT, names.INVOKE_AGENT, names.INVOKE_WORKFLOW} <= operations
    assert names.TOKEN_USAGE == metrics.GEN_AI_CLIENT_TOKEN_USAGE
    assert names.DURATION == metrics.GEN_AI_CLIENT_OPERATION_DURATION


@pytest.mark.parametrize(
    ("engine", "provider", "model"),
    [
        ("anthropic:claude-x", "anthropic", "claude-x"),
        ("openai@local:qwen", "openai", "qwen"),
        ("google_genai:gemini-x", "gcp.gemini", "gemini-x"),
        ("claude-code/opus", "anthropic", "opus"),
        ("codex", "openai", "codex"),
        ("mind", "mind", "mind"),
    ],
)
def test_a_provider_is_named_as_the_conventions_name_it(
    engine: str, provider: str, model: str
) -> None:
    assert names.provider_and_model(engine) == (provider, model)
