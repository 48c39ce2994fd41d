"""Running git: GitPython's command object with everything dangerous switched off.

No command built here discovers its repository: the directories are always given. Hooks, the
file-system monitor, automatic collection and prompts are off in every call, so a repository (or a
candidate that planted one) cannot have a program of its own run by the lab.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from orgloop.errors import RepoError
from orgloop.repo.environment import forget_caller

forget_caller()

from git import Git, GitCommandError  # noqa: E402  (only once the caller's GIT_* are gone)

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.sparseCheckout=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    "worktree.useRelativePaths=false",
)
_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
}


class Command:
    """Git on one repository and, where given, one working tree.

    Each :meth:`run` is a process of its own (about 2 ms), so a Command may be used from several
    threads; only :attr:`git`'s persistent ``cat-file`` may not, and ``ObjectStore`` locks that.
    """

    def __init__(
        self, git_dir: Path, work_tree: Path | None = None, cwd: Path | None = None
    ) -> None:
        self.git = Git(cwd or git_dir)
        self.git.update_environment(**_ENVIRONMENT)
        self._options = ["git", f"--git-dir={git_dir}"]
        if work_tree is not None:
            self._options.append(f"--work-tree={work_tree}")
        for setting in _SETTINGS:
            self._options += ["-c", setting]
        self.git.set_persistent_git_options(git_dir=str(git_dir), c=list(_SETTINGS))

    def end(self) -> None:
        """End the long-lived ``cat-file``, if there is one, and close its pipes."""
        running = self.git.cat_file_all
        self.git.cat_file_all = None
        process = None if running is None else running.proc
        if process is None:
            return
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.kill()
        process.wait()

    def run(
        self, *arguments: str, allowed: Sequence[int] = (0,), to_the_end: bool = False
    ) -> bytes:
        """Standard output of one git command; raises RepoError with git's last line."""
        return self.run_code(*arguments, allowed=allowed, to_the_end=to_the_end)[1]

    def run_code(
        self, *arguments: str, allowed: Sequence[int] = (0,), to_the_end: bool = False
    ) -> tuple[int, bytes]:
        """Exit code and standard output; codes other than ``allowed`` raise RepoError.

        ``to_the_end`` puts git in a session of its own: no signal to this program reaches it.
        """
        code, output, errors = self.git.execute(
            [*self._options, *arguments],
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            start_new_session=to_the_end,
        )
        if code not in allowed:
            raise RepoError(f"`git {arguments[0]}` failed: {last_line(errors)}")
        return code, output


def last_line(errors: str) -> str:
    """The last line that git wrote, or a plain word where it wrote none."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def discover(directory: Path, *arguments: str) -> tuple[int, list[str], str]:
    """``git rev-parse`` in a person's directory (never in a slot): code, lines, errors."""
    git = Git(directory)
    git.update_environment(**_ENVIRONMENT)
    code, output, errors = git.execute(
        ["git", "-c", "core.fsmonitor=false", "rev-parse", *arguments],
        with_extended_output=True,
        with_exceptions=False,
        stdout_as_string=True,
    )
    return code, str(output).splitlines(), errors


__all__ = ["Command", "GitCommandError", "discover", "last_line"]
