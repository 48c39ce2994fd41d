"""The git that is installed, and an environment in which its caller's settings do not count."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache

from orgloop.errors import RepoError

MINIMUM = (2, 20)

# Where the person's configuration lies and how git reaches a network is theirs to say. Everything
# else (GIT_DIR, GIT_INDEX_FILE, GIT_OBJECT_DIRECTORY, ... as a hook or an alias sets them) would
# make git answer for another repository than the lab's.
_KEPT = re.compile(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|EXEC_PATH|DISCOVERY_ACROSS_FILESYSTEM|SSH.*|SSL_.*"
    r"|ASKPASS|PYTHON_.*|(AUTHOR|COMMITTER)_(NAME|EMAIL))"
)


def forget_caller() -> None:
    """Drop the caller's ``GIT_*`` settings from this process, for good.

    Children of the lab inherit its environment, so nothing less than dropping them here keeps a
    lab that was started from a git hook or a git alias out of that other repository.
    """
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        if not _KEPT.fullmatch(name):
            del os.environ[name]
    # GitPython refuses to be imported where git is missing; `require_git` says it better.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


@cache
def _installed(path: str) -> tuple[int, ...] | None:
    shown = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", shown.stdout)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def require_git() -> tuple[int, ...]:
    """The version of the git on ``PATH``; raises RepoError where it is missing or too old."""
    path = shutil.which("git")
    version = _installed(path) if path else None
    if version is None:
        raise RepoError("git is not installed.", hint="Install git 2.20 or newer.")
    if version < MINIMUM:
        shown = ".".join(str(part) for part in version)
        raise RepoError(f"git {shown} is too old.", hint="Install git 2.20 or newer.")
    return version
