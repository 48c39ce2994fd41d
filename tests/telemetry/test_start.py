"""Who asks is told, who does not pays nothing, and no failure harms the run."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from orgloop.events import Event
from orgloop.ledger import Ledger
from orgloop.telemetry import Telemetry, start_telemetry
from orgloop.telemetry.wanted import content_wanted, otel_wanted, signal_wanted, trackio_project

from .conftest import Receiver, Running

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def test_a_run_reaches_an_otlp_receiver(
    running: Running, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, receiver.url)
    said: list[str] = []
    telemetry = start_telemetry(running.ledger.path, "r1", said.append)
    running.experiment()
    telemetry.close()
    spans = receiver.spans()
    assert said == []
    assert {name for name, _, _ in spans} >= {"invoke_agent pi", "chat claude-x", "bench"}
    assert {(service, scope) for _, service, scope in spans} == {("orgloop", "orgloop")}
    assert receiver.posted["/v1/metrics"]


@pytest.mark.slow
def test_a_receiver_that_is_down_costs_seconds_and_nothing_else(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    telemetry = start_telemetry(running.ledger.path, "r1", print)
    id = running.experiment()
    telemetry.close()
    row = running.ledger.experiments.get("r1", id)
    assert row is not None and row.status == "discard"


def test_a_listener_that_breaks_is_left_out_and_the_others_go_on(running: Running) -> None:
    class Broken:
        name = "broken"

        def hear(self, event: Event, ledger: Ledger) -> None:
            raise ZeroDivisionError("oh")

        def close(self) -> None:
            raise ZeroDivisionError("never reached")

    class Counting(Broken):
        name = "counting"
        heard = 0

        def hear(self, event: Event, ledger: Ledger) -> None:
            self.heard += 1

        def close(self) -> None:
            """Nothing is left."""

    def fails() -> Broken:
        raise RuntimeError("no such project")

    counting, said = Counting(), list[str]()
    telemetry = Telemetry(running.ledger.path, "r1", [Broken, lambda: counting, fails], said.append)
    running.experiment()
    telemetry.close()
    assert counting.heard > 4
    assert said == [
        "Telemetry is left out: RuntimeError: no such project",
        "broken is left out from now: ZeroDivisionError: oh",
    ]


def test_nobody_asked_and_no_thread_begins(running: Running) -> None:
    before = threading.active_count()
    start_telemetry(running.ledger.path, "r1", print, env={}).close()
    assert threading.active_count() == before


def test_importing_it_imports_neither_opentelemetry_nor_trackio() -> None:
    code = (
        "import sys, orgloop.telemetry, orgloop.cli.run\n"
        "assert not {'opentelemetry', 'trackio'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_missing_is_told_with_the_line_that_installs_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orgloop.telemetry.start._here", lambda module: False)
    said: list[str] = []
    env = {ENDPOINT: "http://127.0.0.1:1", "ORGLOOP_TRACKIO": "mine"}
    start_telemetry(running.ledger.path, "r1", said.append, env=env).close()
    assert ["orgloop[otel]" in said[0], "orgloop[trackio]" in said[1]] == [True, True]


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({}, False),
        ({ENDPOINT: "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({ENDPOINT: "http://x", "OTEL_SDK_DISABLED": "true"}, False),
        ({ENDPOINT: "http://x", "OTEL_TRACES_EXPORTER": "none",
          "OTEL_METRICS_EXPORTER": "none"}, False),
    ],
)  # fmt: skip
def test_the_standard_variables_switch_it_on_and_off(env: dict[str, str], wanted: bool) -> None:
    assert otel_wanted(env) is wanted


def test_each_signal_and_the_content_are_asked_for_apart() -> None:
    env = {ENDPOINT: "http://x", "OTEL_METRICS_EXPORTER": "none"}
    assert signal_wanted(env, "TRACES") and not signal_wanted(env, "METRICS")
    name = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
    assert content_wanted({name: "true"}) and not content_wanted({name: "false"})
    assert not content_wanted({})
    assert trackio_project({"ORGLOOP_TRACKIO": "a"}, None) == "a"
    assert trackio_project({"ORGLOOP_TRACKIO": "a"}, "b") == "b"


@pytest.mark.slow
def test_metrics_of_each_experiment_are_in_trackio_s_own_files(
    running: Running, tmp_path: Path
) -> None:
    code = f"""
import pathlib
from orgloop.telemetry import start_telemetry
ledger = pathlib.Path({str(running.ledger.path)!r})
telemetry = start_telemetry(ledger, "r1", print, env={{}}, trackio="tests")
print("begun", flush=True)
input()
telemetry.close()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TRACKIO_DIR": str(tmp_path / "trackio")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    running.experiment()
    said, _ = process.communicate("\n", timeout=120)
    assert (process.returncode, said) == (0, "")

    database = sqlite3.connect(tmp_path / "trackio" / "tests.db")
    rows = database.execute("SELECT run_name, step, metrics FROM metrics").fetchall()
    database.close()
    ((run, step, metrics),) = rows
    logged = json.loads(metrics)
    assert (run, step) == ("r1", 1)
    assert (logged["value"], logged["best"], logged["kept"]) == (2.5, 2.6, 0.0)
    assert (logged["tokens"], logged["usd_total"]) == (120.0, 0.25)
