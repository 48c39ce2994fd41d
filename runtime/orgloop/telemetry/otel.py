"""OpenTelemetry's SDK, set up by its own variables and for Orgloop alone.

The providers are not made global: what else in this process is instrumented stays as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from orgloop import __version__
from orgloop.telemetry.spans import RunSpans
from orgloop.telemetry.wanted import content_wanted, signal_wanted

SCOPE = "orgloop"
SECONDS = 4
"""For the last export: a receiver that is down must not hold up the end of a run."""


def open_telemetry(run: str, env: Mapping[str, str]) -> RunSpans:
    """Spans and metrics of ``run`` by OTLP over HTTP, to where OTEL_* says."""
    # A receiver that is down is said once a batch: not into a terminal that shows a run.
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    logging.getLogger("opentelemetry").propagate = False
    named = env.get("OTEL_SERVICE_NAME") or "service.name" in env.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    resource = Resource.create({} if named else {SERVICE_NAME: SCOPE})
    tracing = TracerProvider(resource=resource)
    if signal_wanted(env, "TRACES"):
        tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=SECONDS)))
    readers: list[MetricReader] = []
    if signal_wanted(env, "METRICS"):
        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(timeout=SECONDS)))
    metering = MeterProvider(metric_readers=readers, resource=resource)

    def end() -> None:
        tracing.force_flush(SECONDS * 1000)
        tracing.shutdown()
        metering.shutdown(timeout_millis=SECONDS * 1000)

    return RunSpans(
        run,
        tracing.get_tracer(SCOPE, __version__),
        metering.get_meter(SCOPE, __version__),
        content=content_wanted(env),
        end=end,
    )
