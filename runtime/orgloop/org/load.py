"""Reading a lab: files in, a checked organization and every problem out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from orgloop.charter import Charter, check_flow, parse_charter
from orgloop.errors import NotALab, UserError
from orgloop.markdown import MAX_BYTES
from orgloop.org.brief import charter_brief, decisions, role_brief, task_brief
from orgloop.org.check_org import check_org
from orgloop.org.files import CHARTER, filled_in, own_files, read_org_files
from orgloop.org.model import Lab, Org
from orgloop.org.templates import org_root
from orgloop.problems import Problems
from orgloop.role import BriefContext, Role, check_body, model_fault, parse_role, sample_context
from orgloop.task import Task, parse_task


def load_org(files: Mapping[str, bytes], task: Task | None) -> tuple[Org | None, Problems]:
    """The organization that ``files`` describe, checked against ``task``; pure.

    None where anything blocks a run; the problems are complete either way. Without a task, bodies
    are tried out with a made-up one.
    """
    problems = Problems()
    if CHARTER not in files:
        problems.error(
            CHARTER, "The charter is missing.", hint="`orgloop fork` writes one to start from."
        )
    charter = parse_charter(files[CHARTER], CHARTER, problems) if CHARTER in files else None
    roles: dict[str, Role] = {}
    stems = [PurePosixPath(path).stem for path in files if path.startswith("roles/")]
    for path, content in files.items():
        if path.startswith("roles/") and path.endswith(".md"):
            role = parse_role(content, path, problems)
            if role is not None:
                roles[role.name] = role
    if charter is not None:
        _check_model(charter, problems)
        check_flow(charter, stems, problems)
        check_org(charter, roles, files, problems)
    for role in roles.values():
        check_body(role, _context(charter, role, task), problems)
    if charter is None or problems.blocking:
        return None, problems
    return Org(charter, MappingProxyType(roles), MappingProxyType(dict(files))), problems


def load_lab(root: Path, *, org: str | None = None) -> tuple[Lab | None, Problems]:
    """The lab in ``root``, checked; None with the problems where anything blocks a run.

    ``org`` names another organization to work under: a directory that holds ``org/``, or one of
    the bundled ones. Raises :class:`~orgloop.errors.NotALab` where there is no ``task.md``, and
    :class:`~orgloop.errors.UserError` where there is no such organization.
    """
    if not root.is_dir():
        raise NotALab(
            f"{root} is not a directory." if root.exists() else f"There is no directory {root}.",
            hint="Give the path of a lab, or make one with `orgloop fork bytes-lm DIR`.",
        )
    problems = Problems()
    content = _task_bytes(root, problems)
    task = parse_task(content, "task.md", problems) if content is not None else None
    if org is None:
        files = read_org_files(root, problems)
    else:
        files = filled_in(own_files(org_root(org), problems))
    loaded, found = load_org(files, task)
    problems.extend(found)
    if task is None or loaded is None or problems.blocking:
        return None, in_order(problems)
    return Lab(root, task, loaded), in_order(problems)


def in_order(problems: Problems) -> Problems:
    """By file (``task.md``, the charter, the roles), then by line; equal findings once."""
    order = {"task.md": 0, CHARTER: 1}
    unique = dict.fromkeys(problems)
    return Problems(
        sorted(unique, key=lambda found: (order.get(found.path, 2), found.path, found.line or 0))
    )


def _task_bytes(root: Path, problems: Problems) -> bytes | None:
    path = root / "task.md"
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            problems.error(
                "task.md",
                "`task.md` is a symbolic link that leads out of the lab.",
                hint="Copy the file into the lab.",
            )
            return None
        if path.is_dir():
            problems.error("task.md", "`task.md` is a directory.", hint="Rename it.")
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotALab(
            f"There is no task.md in {root}.",
            hint="`orgloop fork bytes-lm DIR` makes a lab to start from.",
        ) from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror}.", hint="Look at its permissions."
        ) from error


def _check_model(charter: Charter, problems: Problems) -> None:
    fault = model_fault(charter.model)
    if fault is not None:
        line = charter.key_lines.get("model")
        problems.error(charter.path, fault[0], line=line, key="model", hint=fault[1])


def _context(charter: Charter | None, role: Role, task: Task | None) -> BriefContext:
    """Made-up values, but for what is known already: the real task, charter and role."""
    context = replace(sample_context(), role=role_brief(role))
    if task is not None:
        context = replace(context, task=task_brief(task))
    if charter is not None:
        context = replace(
            context, charter=charter_brief(charter), decisions=decisions(charter, role.name)
        )
    return context
