"""Whether charter and roles fit together: who is employed, and whether they can do the work."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.charter import BENCH, STATIONS, Charter
from orgloop.org.files import bundled_files
from orgloop.problems import Problems
from orgloop.role import Role


def check_org(
    charter: Charter, roles: Mapping[str, Role], files: Mapping[str, bytes], problems: Problems
) -> None:
    """Add a problem for every role that has no place, two places, or the wrong tools for it."""
    _employment(charter, roles, files, problems)
    _stations(roles, problems)
    _someone_edits(charter, roles, problems)
    _amending(charter, roles, problems)


def _employment(
    charter: Charter, roles: Mapping[str, Role], files: Mapping[str, bytes], problems: Problems
) -> None:
    flow = charter.flow
    for role in roles.values():
        if role.name in flow.nodes and role.org.every is not None:
            problems.error(
                charter.path,
                f"`{role.name}` is in the chart, but its file puts it on a cadence "
                f"(every {role.org.every}).",
                line=flow.lines.get(role.name),
                key=role.name,
                hint=f"Take it out of the chart, or remove `every` from `{role.path}`.",
            )
        elif role.name not in flow.nodes and role.org.every is None:
            if role.name in STATIONS or files.get(role.path) == bundled_files().get(role.path):
                continue
            problems.warn(
                role.path,
                f"Nobody employs `{role.name}`: it is not in the chart and has no cadence.",
                line=1,
                key=role.name,
                hint=f"Lead an arrow of `{charter.path}` to it, or give it `org: {{every: ...}}`.",
            )


def _stations(roles: Mapping[str, Role], problems: Problems) -> None:
    for role in roles.values():
        if role.name in STATIONS:
            problems.error(
                role.path,
                f"`{role.name}` is a station of every chart, so no role can have that name.",
                line=1,
                key="name",
                hint="Rename the file, and the role in it.",
            )


def _someone_edits(charter: Charter, roles: Mapping[str, Role], problems: Problems) -> None:
    flow = charter.flow
    if any(name not in roles for name in flow.roles()):
        return
    before_bench = flow.reachable([flow.entry], without=BENCH)
    if not any(roles[name].may_edit for name in before_bench if name in roles):
        problems.warn(
            charter.path,
            "No role on the way to the bench may edit files, so every experiment is the incumbent.",
            line=flow.lines.get(flow.entry),
            hint="Give one of them `tools: Read, Grep, Edit`.",
        )


def _amending(charter: Charter, roles: Mapping[str, Role], problems: Problems) -> None:
    for role in roles.values():
        if not role.org.amends:
            continue
        if role.name in charter.flow.nodes:
            problems.error(
                role.path,
                f"`{role.name}` amends the organization, so it cannot work in the chart, where "
                "roles change the training code.",
                key="org.amends",
                hint="Take it out of the chart and give it a cadence: "
                "`org: {amends: true, every: 10 experiments}`.",
            )
        elif not role.may_edit:
            problems.warn(
                role.path,
                f"`{role.name}` amends the organization, and has no tool to edit a file with.",
                key="tools",
                hint="Write `tools: Read, Grep, Glob, Edit, Write`.",
            )
