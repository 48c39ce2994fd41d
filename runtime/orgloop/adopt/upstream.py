"""A lab on a clone of somebody's repository: the template `autoresearch`.

The clone is whole and the repository's files stay as they are; the template adds `task.md`, an
organization, and one commit. What cannot be in a template is filled in from this machine: where the
environment and the data lie, and how many CPUs there are.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from git import Actor, Repo
from git.exc import GitError

from orgloop.errors import RepoError, UserError
from orgloop.markdown.quoting import quoted_list
from orgloop.org.files import filled_in, own_files
from orgloop.org.lab_templates import lab_templates
from orgloop.org.templates import org_root
from orgloop.problems import Problems
from orgloop.repo.environment import forget_caller, require_git
from orgloop.repo.fresh import SOMEBODY

AUTORESEARCH = "autoresearch"
NEEDED = ("train.py", "prepare.py", "program.md")
MARK = "<!-- program.md -->"
DATA = "~/.cache/autoresearch"
_KERNELS = "~/.cache/huggingface"
_CPUS = 8


def needs_repository(template: str) -> bool:
    """Whether a template is put on a clone that the person names."""
    return template == AUTORESEARCH


def fork_onto(template: str, directory: Path, upstream: Path, *, org: str | None) -> list[str]:
    """Clone ``upstream`` into ``directory`` and make it a lab; sentences on what is missing there.

    Raises UserError where ``upstream`` is not the repository that the template is for, or the
    directory is taken, RepoError where git refuses.
    """
    upstream = upstream.expanduser().resolve()
    missing = [name for name in NEEDED if not (upstream / name).is_file()]
    if missing:
        raise UserError(
            f"{upstream} has no `{missing[0]}`, so it is no clone of autoresearch.",
            hint="`git clone https://github.com/karpathy/autoresearch`, and name that directory.",
        )
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise UserError(f"{directory} exists and is not empty.", hint="Name a new directory.")
    files = _files(template, org)
    task = files.pop("task.md").decode()
    task = task.replace("mounts: []", f"mounts: {quoted_list(_mounts(upstream))}")
    task = task.replace("cpus: 1", f"cpus: {min(_CPUS, os.cpu_count() or 1)}")
    forget_caller()
    require_git()
    try:
        with Repo.clone_from(str(upstream), str(directory), no_local=True) as repo:
            program = (directory / "program.md").read_text("utf-8", "replace")
            written = {"task.md": task.encode(), **_briefed(files, program)}
            for name, content in written.items():
                target = directory / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            repo.git.add("--force", "--", *written)
            with repo.config_reader() as config:
                named = config.has_option("user", "name") and config.has_option("user", "email")
            author: Actor | None = None if named else SOMEBODY
            said = f"Orgloop's {template}: a task and an organization"
            repo.index.commit(said, author=author, committer=author)
    except (GitError, ValueError) as error:
        raise RepoError(
            f"git cannot clone {upstream}: {str(error).strip().splitlines()[-1]}",
            hint="Clone it by hand to see why.",
        ) from None
    return _lacking(upstream)


def _files(template: str, org: str | None) -> dict[str, bytes]:
    root = lab_templates()[template].path
    files = {"task.md": (root / "task.md").read_bytes()}
    return files | filled_in(own_files(root if org is None else org_root(org), Problems()))


def _briefed(files: Mapping[str, bytes], program: str) -> dict[str, bytes]:
    """The role files, with the program where they ask for it, as text and not as a template."""
    inert = re.sub(r"\{%-?\s*endraw", "{ % endraw", program.strip())
    raw = f"{{% raw %}}\n{inert}\n{{% endraw %}}"
    return {name: said.replace(MARK.encode(), raw.encode()) for name, said in files.items()}


def _mounts(upstream: Path) -> list[str]:
    uv = shutil.which("uv")
    mounts = [f"{upstream}/.venv:.venv", DATA]
    if Path(_KERNELS).expanduser().is_dir():
        mounts.append(_KERNELS)
    if uv is None:
        mounts.append("~/.local/bin/uv")
    elif not uv.startswith("/usr/"):
        mounts.append(uv)
    return mounts


def _lacking(upstream: Path) -> list[str]:
    lacking = []
    if shutil.which("uv") is None and not Path("~/.local/bin/uv").expanduser().is_file():
        lacking.append("uv is not on the PATH: install it.")
    if not (upstream / ".venv").is_dir():
        lacking.append(f"{upstream} has no environment: `uv sync` there makes one.")
    if not Path(DATA).expanduser().is_dir():
        lacking.append(f"There is no {DATA}: `uv run prepare.py` in {upstream} makes it.")
    return lacking
