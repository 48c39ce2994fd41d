"""Runs a command and notes which files its processes hold open: ``watch.py RECORD COMMAND``.

It looks at ``/proc`` many times a second, so that it sees programs that are not Python as well; a
file that was open for a shorter time than that is missed. The exit status is the command's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

EVERY = 0.01
"""Seconds between two looks."""


def main() -> int:
    """Run ``sys.argv[2]`` in a shell, and look until it ends."""
    record, command = sys.argv[1:3]
    seen: set[str] = set()
    with subprocess.Popen(["sh", "-c", command]) as child, open(record, "a") as sink:
        while True:
            try:
                status = child.wait(EVERY)
            except subprocess.TimeoutExpired:
                status = None
            for line in _looks():
                if line not in seen:
                    seen.add(line)
                    sink.write(line + "\n")
            if status is not None:
                return status if status >= 0 else 128 - status


def _looks() -> list[str]:
    """A line of the record for each file that another process holds open or has mapped."""
    found: list[str] = []
    own = str(os.getpid())
    for pid in os.listdir("/proc"):
        if not pid.isdecimal() or pid == own:
            continue
        with contextlib.suppress(OSError):
            program = os.readlink(f"/proc/{pid}/exe")
            if os.path.basename(program) == "bwrap":
                continue  # the sandbox itself
            found.append(f"R\t{program}")
            for number in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError, ValueError):
                    path = os.readlink(f"/proc/{pid}/fd/{number}")
                    if path.startswith("/") and not path.endswith(" (deleted)"):
                        found.append(f"{_letter(pid, number)}\t{path}")
    return found


def _letter(pid: str, number: str) -> str:
    with open(f"/proc/{pid}/fdinfo/{number}") as info:
        for line in info:
            if line.startswith("flags:"):
                return "W" if int(line.split()[1], 8) & os.O_ACCMODE else "R"
    return "R"


if __name__ == "__main__":
    sys.exit(main())
