"""A box made with bubblewrap: new namespaces, and no file that is not named."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from orgloop.bench.protocol import Box, Step
from orgloop.bench.sandbox.protocol import JOB_VARIABLE
from orgloop.bench.supervisor.seccomp import syscall_filter
from orgloop.bench.supervisor.step import FILTER_FD, STATUS_FD

SCRATCH = 2**30
"""The most that ``/tmp`` and ``$HOME`` hold, in bytes: they live in memory."""
HOME = "/tmp/home"

_EMPTY = Path(__file__).with_name("empty")


class Bubblewrap:
    """Uses one bubblewrap program. Works as root and as a user, and within another box."""

    name = "bubblewrap"
    sealed = True
    warning = ""

    ISOLATION = (
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    )

    def __init__(self, program: str, *, own_proc: bool = True, filtered: bool = True) -> None:
        """Within another box the kernel may refuse a ``/proc`` of our own.

        The outer one, read-only, then takes its place: names of the outer box's processes can be
        seen there, their memory and environment cannot. ``filtered`` is whether there is a filter
        of system calls, for a kind of machine that we know one for.
        """
        self._program = program
        self.filtered = filtered and bool(syscall_filter(nesting=False))
        self._kernel = ("--proc", "/proc") if own_proc else ("--ro-bind", "/proc", "/proc")

    def probe(self, filter_fd: int | None = None) -> list[str]:
        """A command line that ends well if such boxes can be made here.

        ``filter_fd`` is where it reads the filter of system calls.
        """
        root = ("--ro-bind", "/", "/")
        return [
            self._program,
            *(*self.ISOLATION, *_identity(), *root, *self._kernel, "--dev", "/dev"),
            *([] if filter_fd is None else ["--seccomp", str(filter_fd)]),
            "true",
        ]

    def in_memory(self, step: Step) -> Sequence[str]:
        """``/tmp``, ``$HOME`` and ``/dev/shm``."""
        return [*map(str, _scratch(step)), "/dev/shm"]

    def wrap(self, step: Step, argv: Sequence[str]) -> list[str]:
        """The command in its box. ``$HOME`` of the step and ``/tmp`` are empty and writable."""
        box, limits = step.box, step.limits
        share = limits.memory // 2 if limits.memory else SCRATCH
        size = str(max(1 << 20, min(SCRATCH, limits.disk, share)))
        home = step.env.get("HOME", HOME)
        return [
            self._program,
            *self.ISOLATION,
            *_identity(),
            *(["--share-net"] if box.network else []),
            *("--json-status-fd", str(STATUS_FD)),
            *(["--seccomp", str(FILTER_FD)] if self.filtered else []),
            "--unsetenv",
            JOB_VARIABLE,
            *_root_links(),
            *(*self._kernel, "--dev", "/dev"),
            *_mounts(box, _scratch(step), size),
            *(["--dir", home] if home.startswith("/tmp/") else []),
            *["--size", size, "--tmpfs", "/dev/shm"],
            *_gpus(box),
            *["--remount-ro", "/dev"],
            *_masks(box),
            *["--remount-ro", "/"],
            *["--chdir", str(step.cwd), "--", *argv],
        ]


def _scratch(step: Step) -> list[Path]:
    """Empty and writable directories of a box, but for ``/dev/shm``."""
    home = step.env.get("HOME", HOME)
    return [Path("/tmp"), *([] if home.startswith("/tmp/") else [Path(home)])]


def _identity() -> tuple[str, ...]:
    # Root without capabilities cannot make a box within the box; anybody else can.
    return ("--unshare-user", "--uid", "1000", "--gid", "1000") if os.geteuid() == 0 else ()


def _mounts(box: Box, scratch: Sequence[Path], size: str) -> Iterator[str]:
    """Outer before inner, so that what is bound below an empty directory shows in it."""
    mounts: list[tuple[int, int, list[str]]] = [
        (len(path.parts), 0, ["--size", size, "--tmpfs", str(path)]) for path in scratch
    ]
    sealed: list[str] = []
    for path in box.hollow:
        # Made after what it hides was bound at the same depth or above, before what shows in it.
        mounts.append((len(path.parts), 2, ["--size", str(1 << 20), "--tmpfs", str(path)]))
        sealed += ["--remount-ro", str(path)]
    for bind in box.binds:
        target = bind.target or bind.source
        flag = "--bind" if bind.writable else "--ro-bind"
        mounts.append((len(target.parts), 1, [flag, str(bind.source), str(target)]))
    for _, _, mount in sorted(mounts, key=lambda item: item[:2]):
        yield from mount
    yield from sealed


def _masks(box: Box) -> Iterator[str]:
    for path in box.masked:
        shown = _behind(box, path)
        if shown is None or not shown.exists():
            continue
        if shown.is_dir():
            yield from ("--size", "4096", "--tmpfs", str(path), "--remount-ro", str(path))
        else:
            yield from ("--ro-bind", str(_EMPTY), str(path))


def _behind(box: Box, path: Path) -> Path | None:
    """What lies on the machine at a path of the box; None where nothing is bound there."""
    covering = [
        (len(target.parts), bind.source / path.relative_to(target))
        for bind in box.binds
        if path.is_relative_to(target := bind.target or bind.source)
    ]
    return max(covering)[1] if covering else None


def _gpus(box: Box) -> Iterator[str]:
    if not box.gpus:
        return
    numbered = {f"nvidia{gpu}" for gpu in box.gpus if gpu.isdecimal()}
    for device in sorted(Path("/dev").glob("nvidia*")):
        other = device.name.removeprefix("nvidia").isdecimal() and device.name not in numbered
        if not (numbered and other):
            yield from ("--dev-bind", str(device), str(device))
    for extra in ("/dev/kfd", "/dev/dri"):
        yield from ("--dev-bind-try", extra, extra)
    yield from ("--ro-bind-try", "/sys", "/sys")


@functools.cache
def _root_links() -> tuple[str, ...]:
    """The links of a merged ``/usr``, which the loader's path and every ``#!`` line rely on."""
    links: list[str] = []
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            links += ["--symlink", str(path.readlink()), str(path)]
    return tuple(links)
