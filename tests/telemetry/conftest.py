"""A ledger with a run that goes on, and an OTLP receiver on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from orgloop.ledger import CallRow, Ledger, MeasurementRow, StepRow

TASK = {"name": "bytes-lm", "metric": "val_bpb", "goal": "minimize"}


@dataclass
class Running:
    """A run in its ledger, and what may happen in it."""

    ledger: Ledger
    now: list[float]

    def experiment(self, status: str = "discard", *, finish: bool = True) -> str:
        """A walk: the PI answers for two seconds, the bench measures, a role fails."""
        ledger = self.ledger
        id = ledger.experiments.start("r1", 1, "b" * 40).id
        ledger.steps.begin("r1", id, "pi", 1)
        began = self.now[0]
        self.now[0] += 2
        ledger.calls.record(
            CallRow("r1", id, "pi", 1, 0, began, 2.0, "anthropic:claude-x", "anthropic:claude-x",
                    100, 40, 10, 20, 0.25, error="")
        )  # fmt: skip
        ledger.steps.finish(
            StepRow("r1", id, "pi", 1, began, None, decision="go", note="A secret idea.",
                    engine="anthropic:claude-x")
        )  # fmt: skip
        name = f"r1-{id}-m1"
        ledger.measurements.begin(
            MeasurementRow("r1", name, id, "c" * 40, 0, "search", "running", self.now[0])
        )
        self.now[0] += 3
        ledger.measurements.finish(name, value=2.5, wall_s=3.0)
        ledger.steps.begin("r1", id, "critic", 1)
        ledger.steps.finish(
            StepRow("r1", id, "critic", 1, self.now[0], None, engine="codex", error="It broke.")
        )
        if finish:
            ledger.experiments.finish("r1", id, status, "no gain", value=2.5)
        return id


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    now = [1_000_000.0]
    with Ledger.open(tmp_path / "lab.db", clock=lambda: now[0]) as ledger:
        ledger.runs.create(baseline_commit="b" * 40, task=TASK)
        ledger.incumbents.promote(
            "r1", commit="b" * 40, experiment="baseline", value=2.6, stderr=0.01
        )
        yield Running(ledger, now)


@dataclass
class Receiver:
    """What was posted, by path."""

    url: str
    posted: dict[str, list[bytes]] = field(default_factory=dict)

    def spans(self) -> list[tuple[str, str, str]]:
        """Name, service and scope of every span that came."""
        found = []
        for body in self.posted.get("/v1/traces", []):
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                service = {a.key: a.value.string_value for a in resource.resource.attributes}
                for scope in resource.scope_spans:
                    found += [
                        (span.name, service.get("service.name", ""), scope.scope.name)
                        for span in scope.spans
                    ]
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    posted: dict[str, list[bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            posted.setdefault(self.path, []).append(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Receiver(f"http://127.0.0.1:{server.server_port}", posted)
    server.shutdown()
    server.server_close()
    thread.join()
