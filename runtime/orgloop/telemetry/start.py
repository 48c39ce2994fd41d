"""Begins to tell those who asked to be told."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from orgloop.events import Event
from orgloop.ledger import Ledger
from orgloop.telemetry.listener import Listener
from orgloop.telemetry.wanted import otel_wanted, trackio_project

PERIOD = 0.5
"""Seconds between two looks at the ledger."""
PATIENCE = 10.0
"""Seconds that the end of a run waits for what is still to be sent."""

Say = Callable[[str], None]


class Telemetry:
    """Tells listeners of a run until it is closed. Without listeners it does nothing."""

    def __init__(
        self, ledger: Path, run: str, make: list[Callable[[], Listener]], say: Say
    ) -> None:
        """``make`` makes the listeners, on the thread that they are then told on."""
        self._path, self._run, self._make, self._say = ledger, run, make, say
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        if make:
            with Ledger.read_only(ledger) as reading:
                self._after = reading.tail.newest()
            self._thread = threading.Thread(
                target=self._tell, name="orgloop-telemetry", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Tell what is left, and wait for that no longer than :data:`PATIENCE`."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _tell(self) -> None:
        listeners: list[Listener] = []
        for make in self._make:
            try:
                listeners.append(make())
            except Exception as error:  # noqa: BLE001 - others' libraries must not harm a run
                self._say(f"Telemetry is left out: {type(error).__name__}: {error}")
        with Ledger.read_only(self._path) as ledger:
            while not self._closing.wait(PERIOD):
                self._look(ledger, listeners)
            self._look(ledger, listeners)
        for listener in listeners:
            try:
                listener.close()
            except Exception as error:  # noqa: BLE001 - as above
                self._say(f"{listener.name} did not end well: {type(error).__name__}: {error}")

    def _look(self, ledger: Ledger, listeners: list[Listener]) -> None:
        while True:
            try:
                found = ledger.tail.after(self._after)
                for event in found:
                    self._after = event.id or self._after
                    if event.run == self._run:
                        self._pass_on(event, ledger, listeners)
            except Exception as error:  # noqa: BLE001 - the ledger is busy, or a disk is full
                self._say(f"Telemetry has missed something: {error}")
                return
            if not found:
                return

    def _pass_on(self, event: Event, ledger: Ledger, listeners: list[Listener]) -> None:
        for listener in list(listeners):
            try:
                listener.hear(event, ledger)
            except Exception as error:  # noqa: BLE001 - others' libraries must not harm a run
                listeners.remove(listener)
                self._say(f"{listener.name} is left out from now: {type(error).__name__}: {error}")


def start_telemetry(
    ledger: Path,
    run: str,
    say: Say,
    *,
    env: Mapping[str, str] = os.environ,
    trackio: str | None = None,
) -> Telemetry:
    """Begin for what the environment and ``trackio``, a project's name, ask for.

    ``say`` is told, in a sentence, what could not be done.
    """
    make: list[Callable[[], Listener]] = []
    if otel_wanted(env):
        if _here("opentelemetry.sdk"):
            make.append(lambda: _spans(run, env))
        else:
            say(
                "OTEL_* asks for traces, and OpenTelemetry is missing: pip install 'orgloop[otel]'."
            )
    if project := trackio_project(env, trackio):
        if _here("trackio"):
            make.append(lambda: _trackio(project, run))
        else:
            say("Metrics were asked for, and trackio is missing: pip install 'orgloop[trackio]'.")
    return Telemetry(ledger, run, make, say)


def _here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _spans(run: str, env: Mapping[str, str]) -> Listener:
    from orgloop.telemetry.otel import open_telemetry

    return open_telemetry(run, env)


def _trackio(project: str, run: str) -> Listener:
    from orgloop.telemetry.metrics import TrackioMetrics

    return TrackioMetrics(project, run)
