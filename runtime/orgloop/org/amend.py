"""What a role that amends may change of its own organization, and what it may never.

A person's files are the measure: an amendment can move work between roles, change briefs, numbers
and arrows, but can give no role what none was given by a person, and cannot touch what it is
itself held by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orgloop.charter import Charter
from orgloop.org.files import edited
from orgloop.org.load import load_org
from orgloop.org.model import Org
from orgloop.problems import Problem, Problems
from orgloop.role import Role
from orgloop.task import Task

_PLACE = re.compile(r"(?:org|roles)/[^/]+\.md")
_TERMS = ("accept", "ties", "budget", "probation", "questions")
"""Keys of the charter that hold the organization: the referee's, the budget's, the person's."""
_OWN_TERMS = "its own constraints are not an amendment's to change"


def amended(
    current: Org, person: Org, files: Mapping[str, bytes | None], task: Task
) -> tuple[Org | None, Problems]:
    """``current`` with ``files`` written (None: removed); None with the problems where that may
    not be, or does not check.

    ``person`` is the organization as a person wrote it last.
    """
    problems = Problems()
    for path in files:
        if not _PLACE.fullmatch(path):
            problems.error(
                path,
                "An amendment changes Markdown in `org/` and `roles/` and nothing else.",
                hint="What is measured, and how, is for a person to change.",
            )
    changed = {path: files[path] for path in files if current.files.get(path) != files[path]}
    if not changed and not problems.blocking:
        problems.error("org/charter.md", "The amendment changes nothing.")
    if problems.blocking:
        return None, problems
    org, found = load_org(edited(current.files, changed), task)
    problems.extend(found)
    if org is None:
        return None, problems
    problems.extend(widenings(org, current, person))
    return (None if problems.blocking else org), problems


def widenings(org: Org, current: Org, person: Org) -> Iterator[Problem]:
    """Everything in ``org`` that an amendment of ``current`` may not bring about."""
    yield from _terms(org.charter, current.charter)
    yield from _models(org, person)
    for role in org.roles.values():
        before, given = current.roles.get(role.name), person.roles.get(role.name)
        yield from _tools(role, before or given, person)
        yield from _further(role, before or given)
        if role.org.amends and before is None:
            yield _refused(role, "org.amends", "no amendment can make a role that amends")
    for role in current.roles.values():
        if role.org.amends:
            yield from _itself(role, org.roles.get(role.name), org)


def _terms(charter: Charter, before: Charter) -> Iterator[Problem]:
    for key in _TERMS:
        if getattr(charter, key) != getattr(before, key):
            yield Problem(
                path=charter.path,
                line=charter.key_lines.get(key),
                key=key,
                message=f"`{key}` is for a person to change: {_OWN_TERMS}.",
                hint="Leave it as it was.",
            )


def _models(org: Org, person: Org) -> Iterator[Problem]:
    """Models and plug-ins that the person's files do not name."""
    known = {"inherit", person.charter.model, *(role.model for role in person.roles.values())}
    engines = {role.org.embedded for role in person.roles.values()}
    if org.charter.model not in known:
        yield Problem(
            path=org.charter.path,
            line=org.charter.key_lines.get("model"),
            key="model",
            message=f"`{org.charter.model}` is a model that no file of yours names.",
            hint="An amendment uses models that a person has named.",
        )
    for role in org.roles.values():
        if role.model not in known:
            yield _refused(role, "model", f"`{role.model}` is a model that no file of yours names")
        engine = role.org.embedded
        if engine is not None and ":" in engine and engine not in engines:
            yield _refused(role, "org.embedded", f"`{engine}` is code that no file of yours names")
        if role.org.people > _people(person, role):
            yield _refused(role, "org.people", "no amendment can ask more of people")


def _people(person: Org, role: Role) -> int:
    given = person.roles.get(role.name)
    return 0 if given is None else given.org.people


def _tools(role: Role, before: Role | None, person: Org) -> Iterator[Problem]:
    """More tools than the role had; of a new role, than some role of the person's has."""
    if before is not None:
        if not _within(role, [before]):
            yield _refused(role, "tools", "an amendment can take tools away and give none")
    elif not _within(role, list(person.roles.values())):
        yield _refused(
            role, "tools", "a new role can have the tools of one that a person wrote, and no more"
        )


def _within(role: Role, granters: list[Role]) -> bool:
    """Whether one of ``granters`` may use everything that ``role`` may, in the same patterns."""
    return any(_covers(role, granter) for granter in granters)


def _covers(role: Role, granter: Role) -> bool:
    if any(role.may_use(tool) for tool in granter.disallowed):
        return False
    if granter.tools is None:
        return True
    if role.tools is None:
        return False
    bare = {rule for rule in granter.tool_rules if "(" not in rule}
    return all(
        rule in granter.tool_rules or rule.partition("(")[0].strip() in bare
        for rule in role.tool_rules
    )


def _further(role: Role, before: Role | None) -> Iterator[Problem]:
    """Keys that only a client understands: hooks, servers, modes of permission."""
    known = {} if before is None else before.extra
    for key, value in role.extra.items():
        if known.get(key) != value:
            yield _refused(role, key, f"`{key}` is for a person to set")


def _itself(role: Role, after: Role | None, org: Org) -> Iterator[Problem]:
    """A role that amends may have its brief rewritten; the rest of its file holds it."""
    if after is None:
        yield Problem(
            path=role.path,
            key=role.name,
            message=f"`{role.name}` amends, and cannot be removed by an amendment.",
            hint="A person can.",
        )
    elif (after.org, after.model, after.tools, after.max_turns, after.effort) != (
        role.org,
        role.model,
        role.tools,
        role.max_turns,
        role.effort,
    ):
        yield _refused(after, "org", f"{_OWN_TERMS}")
    elif role.name in org.charter.flow.nodes:
        yield _refused(after, "org", "a role that amends has no place in the chart")


def _refused(role: Role, key: str, why: str) -> Problem:
    return Problem(
        path=role.path or f"roles/{role.name}.md",
        key=key,
        message=f"{why[0].upper()}{why[1:]}.",
        hint="Leave it as it was.",
    )
