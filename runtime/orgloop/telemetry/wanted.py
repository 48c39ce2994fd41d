"""What the environment asks for, found out without importing anything."""

from __future__ import annotations

from collections.abc import Mapping

ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
TRACKIO = "ORGLOOP_TRACKIO"


def otel_wanted(env: Mapping[str, str]) -> bool:
    """Whether OpenTelemetry's own variables ask for traces or metrics to be exported."""
    return _enabled(env) and (signal_wanted(env, "TRACES") or signal_wanted(env, "METRICS"))


def signal_wanted(env: Mapping[str, str], signal: str) -> bool:
    """Whether ``TRACES`` or ``METRICS`` are to be exported by OTLP."""
    chosen = env.get(f"OTEL_{signal}_EXPORTER", "").strip().lower()
    if chosen:
        return "otlp" in [part.strip() for part in chosen.split(",")]
    return any(env.get(name) for name in (ENDPOINTS[0], f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"))


def content_wanted(env: Mapping[str, str]) -> bool:
    """Whether what models wrote may leave this machine: only if somebody says so."""
    return env.get(CONTENT, "").strip().lower() in ("true", "1", "span_only", "span_and_event")


def trackio_project(env: Mapping[str, str], given: str | None) -> str:
    """The project that metrics go to; empty for none."""
    return (given if given is not None else env.get(TRACKIO, "")).strip()


def _enabled(env: Mapping[str, str]) -> bool:
    return env.get("OTEL_SDK_DISABLED", "").strip().lower() != "true"
