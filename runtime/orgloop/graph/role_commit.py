"""What a role changed, as a commit: where its tools and the task's editable files allow it."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.engines.protocol import Answer
from orgloop.graph.context import WalkContext
from orgloop.graph.desk_visit import Visited
from orgloop.graph.state import WalkState
from orgloop.repo import PathError, out_of_scope
from orgloop.role import Role


@dataclass(frozen=True, slots=True)
class RoleCommit:
    """What became of an answer's edits."""

    sha: str
    """The walk's commit from here on: the one before, where nothing was changed or allowed."""
    fingerprint: str | None = None
    """Of the walk's whole change; None where this answer changed nothing."""
    places: tuple[str, ...] = ()
    """What the walk's whole change touches, as ``train.py:LEARNING_RATE``."""
    refused: str = ""
    """Why the edits were refused, in a sentence."""


async def commit_answer(
    role: Role, visited: Visited, state: WalkState, context: WalkContext
) -> RoleCommit:
    """Commit the answer's edits and hold the commit by the experiment's ref."""
    answer = visited.answer
    if visited.refused:
        return RoleCommit(state["commit"], refused=visited.refused)
    if not answer.edits:
        return RoleCommit(state["commit"])
    if not role.may_edit:
        files = ", ".join(f"`{path}`" for path in sorted(answer.edits))
        refused = f"`{role.name}` may not edit, and changed {files}."
        return RoleCommit(state["commit"], refused=refused)
    return await context.offload.git(lambda: _commit(role, answer, state, context))


def _commit(role: Role, answer: Answer, state: WalkState, context: WalkContext) -> RoleCommit:
    repo, base, experiment = context.repo, state["base"], state["experiment"]
    try:
        commit = repo.commit_edits(
            state["commit"],
            answer.edits,
            message=f"{answer.title or experiment}\n\nOrgloop: {experiment}\n",
            author=role.name,
            parent=base,
        )
    except PathError as error:
        return RoleCommit(state["commit"], refused=f"Not editable: {error}")
    refusals = out_of_scope(
        repo.changes(base, commit), context.task.editable, existing=repo.entries(base)
    )
    if refusals:
        listed = "; ".join(map(str, refusals))
        return RoleCommit(state["commit"], refused=f"Not editable: {listed}.")
    if commit == base:
        return RoleCommit(commit)
    repo.hold(context.run, experiment, commit)
    gist = repo.gist(base, commit)
    return RoleCommit(commit, gist.fingerprint, gist.places)
