"""Runs one command to its end or to its limits, and leaves nothing of it behind."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH123

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import TypedDict

from orgloop.bench.supervisor.collect import Refused, collect
from orgloop.bench.supervisor.counter import Counter
from orgloop.bench.supervisor.disk import Disk
from orgloop.bench.supervisor.guard import Guard
from orgloop.bench.supervisor.output import Output
from orgloop.bench.supervisor.seccomp import pipe_of, syscall_filter
from orgloop.bench.supervisor.shared_memory import SharedMemory
from orgloop.bench.supervisor.system import PR_SET_PDEATHSIG, join_new_keyring, prctl
from orgloop.bench.supervisor.tree import HAS_PROC, Tree

FIRST_TICK, LAST_TICK = 0.002, 0.05
STATUS_FD = 3
"""Where a sealed step's bubblewrap reports; nothing inside the sandbox holds it."""
FILTER_FD = 4
"""Where it reads the filter of system calls."""
_NOT_FOUND = b"bwrap: execvp "
THREADS_A_PROCESS = 8
"""Threads that may be alive for each process of the limit."""


class CollectOrder(TypedDict):
    """What to copy once the step went well."""

    root: str
    below: str
    patterns: list[str]
    target: str
    limit: int
    needed: bool


class GuardOrder(TypedDict):
    """Files that the step may read and not change."""

    root: str
    paths: list[str]


class StepOrder(TypedDict):
    """A step as the lab orders it: everything resolved, nothing left to decide."""

    name: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    log: str
    sealed: bool
    """Whether ``argv`` is bubblewrap's."""
    filtered: bool
    """Whether it expects a filter of system calls."""
    nesting: bool
    """Whether that filter leaves sandboxes within the sandbox."""
    untrusted: bool
    cpu: float | None
    wall: float
    memory: int | None
    processes: int
    disk: int
    output: int
    writable: list[str]
    in_memory: list[str]
    """Directories of the sandbox that live in memory, and count as such."""
    guarded: GuardOrder | None
    collect: list[CollectOrder]


class StepReport(TypedDict):
    """How it went: ``orgloop.bench.protocol.StepResult``, before it is read."""

    name: str
    ending: str
    exit_code: int | None
    wall_s: float
    cpu_s: float
    peak_bytes: int
    output: str
    dropped: int
    limit: float | None
    message: str


class Watch:
    """What may happen besides the step itself: the lab speaks, or somebody wants it ended."""

    def __init__(self, fd: int, hear: Callable[[], bool]) -> None:
        self.fd, self.hear = fd, hear
        """``hear`` reads from ``fd``; False once there will be no more."""
        self.stop = False
        self.child: int | None = None

    def end(self) -> None:
        """End the job in hand now."""
        self.stop = True
        if self.child is not None:
            with contextlib.suppress(OSError):
                os.kill(self.child, signal.SIGKILL)


def run_step(order: StepOrder, watch: Watch, cpus: list[int], cpu_left: float | None) -> StepReport:
    """Run it; never raises for what the command does."""
    output, tree = Output(order["log"], order["output"]), Tree()
    guard = Guard(order["guarded"]["root"], order["guarded"]["paths"]) if order["guarded"] else None
    said, says = os.pipe()
    wait, go = os.pipe()
    began = time.monotonic()
    # The limits of memory and processes are watched over bubblewrap's own two processes too.
    most = order["processes"] + (2 if order["sealed"] else 0)
    disk = Disk(order["writable"], order["disk"])
    parent = os.getpid()
    watch.child = pid = os.fork()
    if pid == 0:
        _become(order, parent, output.sink, says, (wait, go), cpus, cpu_left)
    os.close(output.sink)
    os.close(says)
    os.close(wait)
    tree.counter = Counter(pid)
    os.close(go)  # nothing of the step has run so far
    verdict = _attend(order, watch, output, tree, disk, began + order["wall"], most, cpu_left)
    tree.clear(pid)
    tree.counter.close()
    watch.child = None
    output.close()
    wall = time.monotonic() - began
    with contextlib.closing(os.fdopen(said, "rb")) as words:
        reported = words.read()
    status = tree.ended.get(pid)
    code = None if status is None else os.waitstatus_to_exitcode(status)
    code = 128 - code if code is not None and code < 0 else code
    message = ""
    if watch.stop:
        verdict = "killed"
    elif verdict is None:
        verdict, message = _judge(order, output, tree, disk, code, reported, cpu_left)
    elif verdict == "threads":
        verdict, message = "processes", "threads"
    if verdict in ("ok", "exit") and guard is not None and (touched := guard.changed()):
        verdict, message = "frozen", _listed(touched)
    if verdict == "ok":
        try:
            for take in order["collect"]:
                collect(
                    take["root"],
                    take["below"],
                    take["patterns"],
                    take["target"],
                    take["limit"],
                    needed=take["needed"],
                )
        except Refused as refusal:
            verdict, message = "artifacts", str(refusal)
        except OSError as error:
            verdict, message = "broken", f"what it left could not be copied: {error}"
    return {
        "name": order["name"],
        "ending": verdict,
        "exit_code": code,
        "wall_s": wall,
        "cpu_s": tree.cpu,
        "peak_bytes": tree.peak,
        "output": order["log"],
        "dropped": output.dropped,
        "limit": _limit(order, verdict, message, cpu_left),
        "message": message,
    }


def _listed(paths: list[str]) -> str:
    shown = ", ".join(f"`{path}`" for path in paths[:5])
    return shown + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def _limit(
    order: StepOrder, verdict: str | None, message: str, cpu_left: float | None
) -> float | None:
    """The limit that ended the step, in seconds, bytes or processes."""
    if verdict == "processes":
        return order["processes"] * (THREADS_A_PROCESS if message == "threads" else 1)
    limits = {
        "cpu": cpu_left,
        "wall": order["wall"],
        "memory": order["memory"],
        "disk": order["disk"],
    }
    return limits.get(verdict or "")


def _judge(
    order: StepOrder,
    output: Output,
    tree: Tree,
    disk: Disk,
    code: int | None,
    reported: bytes,
    cpu_left: float | None,
) -> tuple[str, str]:
    if reported.startswith(b"cannot start"):
        return "broken", reported.decode(errors="replace")
    if order["sealed"] and b'"exit-code"' not in reported:
        # Nothing of the step has run, so what was said is bubblewrap's word.
        if output.begins.startswith(_NOT_FOUND):
            line = output.begins[len(_NOT_FOUND) :].split(b"\n")[0]
            return "exit", line.decode(errors="replace")
        return "broken", "the sandbox could not be set up"
    if cpu_left is not None and tree.cpu > cpu_left:
        return "cpu", ""
    if order["memory"] is not None and tree.peak > order["memory"]:
        return "memory", ""
    if disk.over_now():
        return "disk", ""
    if output.lost or (code != 0 and disk.squeezed()):
        return "broken", "the disk is full"
    return ("ok" if code == 0 else "exit"), ""


def _attend(
    order: StepOrder,
    watch: Watch,
    output: Output,
    tree: Tree,
    disk: Disk,
    deadline: float,
    most: int,
    cpu_left: float | None,
) -> str | None:
    """Wait for the end, looking at the limits now and then; the limit that was passed, if any."""
    poll = select.poll()
    poll.register(output.source, select.POLLIN)
    if watch.fd >= 0:
        poll.register(watch.fd, select.POLLIN)
    pid = watch.child or 0
    pidfd = os.pidfd_open(pid) if sys.platform == "linux" else -1
    if pidfd >= 0:
        poll.register(pidfd, select.POLLIN)
    shared = SharedMemory(order["in_memory"])
    tick, last = FIRST_TICK, 0
    due = time.monotonic() + tick
    try:
        while not watch.stop:
            now = time.monotonic()
            wait = math.ceil(max(0.0, min(due, deadline) - now) * 1000)
            for fd, _ in poll.poll(wait):
                if fd == pidfd:
                    return None
                if fd == output.source:
                    if not output.drain():
                        poll.unregister(fd)
                elif not watch.hear():
                    poll.unregister(fd)
                    watch.fd = -1
            now = time.monotonic()
            if now >= deadline:
                return "wall"
            if pidfd < 0 and tree.reap() is not None and pid in tree.ended:
                return None
            if now < due:
                continue
            if HAS_PROC:
                pids = tree.look(most)
                if len(pids) > most:
                    return "processes"
                if tree.threads > THREADS_A_PROCESS * most:
                    return "threads"
                if cpu_left is not None and tree.cpu > cpu_left:
                    return "cpu"
                held = 0 if order["memory"] is None else shared.held(pids)
                used = tree.memory(pids, order["memory"], held)
                if order["memory"] is not None and used > order["memory"]:
                    return "memory"
                close = order["memory"] is not None and used > order["memory"] // 2
                # Whatever grows is watched more closely.
                tick = FIRST_TICK if len(pids) > last + 8 else min(2 * tick, LAST_TICK)
                tick = min(tick, 0.01) if close else tick
                last = len(pids)
                if disk.over(pids):
                    return "disk"
            due = time.monotonic() + tick
    finally:
        if pidfd >= 0:
            os.close(pidfd)
    return None


def _become(
    order: StepOrder,
    parent: int,
    sink: int,
    says: int,
    gate: tuple[int, int],
    cpus: list[int],
    cpu_left: float | None,
) -> None:
    """In the child: become the command, or say why not; never returns."""
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.close(gate[1])
        os.read(gate[0], 1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        join_new_keyring()
        if order["sealed"]:
            # Moved out of the way first: one may stand where another belongs.
            says = fcntl.fcntl(says, fcntl.F_DUPFD_CLOEXEC, FILTER_FD + 1)
            if order["filtered"]:
                os.dup2(pipe_of(syscall_filter(nesting=order["nesting"])), FILTER_FD)
            os.dup2(says, STATUS_FD)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        if not order["sealed"]:
            os.setsid()
            os.chdir(order["cwd"])
        if cpus and hasattr(os, "sched_setaffinity"):
            with contextlib.suppress(OSError):
                os.sched_setaffinity(0, cpus)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # Backstops for each process; the watch is over all of them together. The size is above
        # the limit so that passing the limit is seen as that and not as a failed write.
        _cap(resource.RLIMIT_FSIZE, order["disk"] + max(order["disk"] // 8, 1 << 20))
        if cpu_left is not None:
            _cap(resource.RLIMIT_CPU, math.ceil(cpu_left) + 2)
        if HAS_PROC:
            with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
                score.write("1000")  # the kernel, short of memory, takes the job and not the lab
        if parent != os.getppid():  # it died before we asked to die with it
            os._exit(1)
        os.execve(order["argv"][0], order["argv"], order["env"])
    except BaseException as error:  # noqa: BLE001 - this side of a fork nothing may escape
        os.write(says, f"cannot start {order['argv'][0]}: {error}".encode())
    finally:
        os._exit(127)


def _cap(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(what, (value, value))
