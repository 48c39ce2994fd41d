"""Ray as a queue: a submission is an actor that outlives the lab."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from orgloop.bench.elsewhere.executor import QueueExecutor
from orgloop.bench.elsewhere.node import carry_out
from orgloop.bench.elsewhere.queue import Asked, Phase, QueueDown, Refused, Sight
from orgloop.errors import BenchError, UserError
from orgloop.task.executor import RaySettings
from orgloop.task.model import Task

NAMESPACE = "orgloop"
SHARE, BESIDE = 8, 2**29
"""Memory that is asked for beyond a run's limit: an eighth of it, and half a GB for Python."""


class _Method(Protocol):
    def remote(self, *given: str) -> object: ...


class _Actor(Protocol):
    @property
    def carry_out(self) -> _Method: ...

    @property
    def going(self) -> _Method: ...


class _ActorClass(Protocol):
    def options(self, **options: object) -> _ActorClass: ...

    def remote(self) -> _Actor: ...


class _Ray(Protocol):
    """What is used of Ray, whose own types are those of a program that runs inside of it."""

    exceptions: _Exceptions
    actor: _ActorModule

    def init(self, **options: object) -> object: ...

    def is_initialized(self) -> bool: ...

    def shutdown(self) -> None: ...

    def remote(self, of: type) -> _ActorClass: ...

    def get_actor(self, name: str, namespace: str) -> _Actor: ...

    def wait(self, refs: list[object], *, timeout: float) -> tuple[list[object], list[object]]: ...

    def kill(self, actor: _Actor) -> None: ...


class _Exceptions(Protocol):
    RayError: type[Exception]


class _ActorModule(Protocol):
    def exit_actor(self) -> None: ...


def _ray() -> _Ray:
    return cast(_Ray, importlib.import_module("ray"))


def ray_executor(jobs: Path, task: Task) -> QueueExecutor:
    """The executor for ``executor: ray``; raises UserError where the extra is missing."""
    if importlib.util.find_spec("ray") is None:
        raise UserError(
            "`executor: ray` needs Ray, which is not installed.",
            hint="`pip install 'orgloop[ray]'` brings it.",
        )
    return QueueExecutor(jobs, RayQueue(task.ray), cpus=task.resources.cpus, settle=2.0)


class OnNode:
    """The actor: one job in one process, which then ends and gives back what it held."""

    def carry_out(self, folder: str) -> None:
        """Run the try, and end."""
        # The process is Ray's, and its signals are; where Ray ends it, the supervisor follows.
        carry_out(folder, signals=False)
        _ray().actor.exit_actor()

    def going(self) -> None:
        """Answered when what was asked before is done, which is never: then the actor is gone."""


class RayQueue:
    """Meets :class:`~orgloop.bench.elsewhere.queue.Queue` with detached actors."""

    name = "ray"
    label = "Ray"
    patience = 0.5

    def __init__(self, settings: RaySettings) -> None:
        self._settings = settings
        self._actors: dict[str, tuple[_Actor, object]] = {}

    def open(self) -> None:
        """Connect. Raises UserError where there is no cluster of that address."""
        ray, address = _ray(), self._settings.address
        logging.getLogger("ray").setLevel(logging.ERROR)
        if ray.is_initialized():
            raise BenchError(
                "This process is connected to Ray already.", hint="Run one lab to a process."
            )
        try:
            ray.init(
                address=address,
                namespace=NAMESPACE,
                log_to_driver=False,
                logging_level="ERROR",
                configure_logging=False,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UserError(
                f"There is no Ray cluster at `{address}`: {str(error).splitlines()[0]}",
                hint="Start one with `ray start --head`, or say `ray: {address: local}`.",
            ) from error

    def submit(self, asked: Asked) -> str:
        """Make the actor, and have it begin. Raises QueueDown or Refused."""
        ray = _ray()
        options: dict[str, object] = {
            "name": asked.name,
            "namespace": NAMESPACE,
            "lifetime": "detached",
            "num_cpus": asked.cpus,
            "num_gpus": asked.gpus,
            "max_restarts": 0,
            "resources": dict(self._settings.resources),
        }
        if asked.memory is not None:
            options["memory"] = asked.memory + asked.memory // SHARE + BESIDE
        try:
            actor = ray.remote(OnNode).options(**options).remote()
            self._actors[asked.name] = actor, actor.carry_out.remote(str(asked.folder))
        except ray.exceptions.RayError as error:
            raise QueueDown(_first(error)) from error
        except (ValueError, TypeError) as error:
            raise Refused(_first(error)) from error
        return asked.name

    def find(self, name: str) -> str | None:
        """The name itself, where there is such an actor. Raises QueueDown."""
        return name if self._adopted(name) else None

    def look(self, handles: Sequence[str]) -> Mapping[str, Sight]:
        """Which actors are there. Raises QueueDown."""
        ray = _ray()
        seen: dict[str, Sight] = {}
        for name in handles:
            if not self._adopted(name):
                continue
            done, _ = ray.wait([self._actors[name][1]], timeout=0)
            if done:  # it is gone, or an earlier lab died before it told it what to do
                ray.kill(self._actors.pop(name)[0])
            else:
                seen[name] = Sight(Phase.RUNNING)
        return seen

    def _adopted(self, name: str) -> bool:
        """Whether the actor is known, or is there from an earlier lab and is now known."""
        if name in self._actors:
            return True
        ray = _ray()
        try:
            actor = ray.get_actor(name, namespace=NAMESPACE)
            self._actors[name] = actor, actor.going.remote()
        except ValueError:
            return False
        except ray.exceptions.RayError as error:
            raise QueueDown(_first(error)) from error
        return True

    def cancel(self, handle: str) -> None:
        """End the actor's process; the supervisor goes with it, and writes that down."""
        if self._adopted(handle):
            _ray().kill(self._actors[handle][0])

    def close(self) -> None:
        """Disconnect. Actors go on, unless the cluster began with this lab."""
        self._actors.clear()
        _ray().shutdown()


def _first(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
