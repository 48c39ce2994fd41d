"""What a run tells other systems: OpenTelemetry spans, and metrics to trackio.

Everything is made from the ledger's events, on a thread of its own, so a run neither waits for it
nor fails by it. Nothing is imported, and no thread begun, unless somebody asked.
"""

from orgloop.telemetry.start import Telemetry, start_telemetry

__all__ = ["Telemetry", "start_telemetry"]
