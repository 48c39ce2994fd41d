"""A role file to a :class:`Role`, with everything that is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath
from types import MappingProxyType

from orgloop.markdown import Document, keys_of, parse, validate
from orgloop.problems import Problems, nearest
from orgloop.role.frontmatter import KEPT_KEYS, OrgFrontmatter, RoleFrontmatter
from orgloop.role.model import Role, RoleOrg
from orgloop.role.models import model_fault
from orgloop.role.tools import misspelt, tool_entries, tool_names

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_BARE = re.compile(
    r"""(\A\ufeff?---[ \t]*\r?\n(?:(?!---)[^\r\n]*\r?\n)*?description:[ \t]+)"""
    r"""([^\s"'|>&*!%@`\[{#](?=[^\r\n]*:[ \t])[^\r\n]*?)(?=[ \t]*\r?$)(?!\r?\n[ \t])""",
    re.MULTILINE,
)
"""A `description:` whose text is bare, in one line, and has `: ` in it."""


def parse_role(content: str | bytes, path: str, problems: Problems) -> Role | None:
    """The role in ``content``; None with at least one error where it cannot be used.

    What the body refers to is checked by :func:`orgloop.role.check_body`, where all is known
    that it can refer to.
    """
    before = Problems()
    document = parse(_with_quotes(content), path, before)
    problems.extend(before)
    if document is None:
        return None
    found = Problems()
    _top_level_keys(document, found)
    written = validate(RoleFrontmatter, document, found)
    problems.extend(found)
    if written is None or before.blocking:
        return None
    checks = Problems()
    _check_name(written.name, document, checks)
    if (fault := model_fault(written.model)) is not None:
        checks.error(path, fault[0], line=document.line("model"), key="model", hint=fault[1])
    tools = _tools(written.tools, "tools", document, checks)
    disallowed = _tools(written.disallowed_tools, "disallowedTools", document, checks)
    role = Role(
        name=written.name,
        description=written.description,
        tools=tools,
        tool_rules=() if tools is None else tool_entries(written.tools) or (),
        disallowed=disallowed or frozenset(),
        model=written.model,
        max_turns=written.max_turns,
        effort=written.effort,
        color=written.color,
        extra=MappingProxyType(dict(written.model_extra or {})),
        org=_org(written.org),
        body=document.body,
        body_line=document.body_line,
        path=path,
    )
    _check_org(role, document, checks)
    problems.extend(checks)
    return None if checks.blocking else role


def _with_quotes(content: str | bytes) -> str | bytes:
    """A description with colons in it is no YAML, and common in Claude Code's files: it reads them.

    Only what YAML refuses is touched, and no line moves.
    """
    if isinstance(content, str):
        return _BARE.sub(_quoted, content, count=1)
    try:
        return _BARE.sub(_quoted, content.decode(), count=1).encode()
    except UnicodeDecodeError:
        return content  # told by the parser


def _quoted(match: re.Match[str]) -> str:
    return f"{match[1]}{json.dumps(match[2], ensure_ascii=False)}"


def _org(written: OrgFrontmatter) -> RoleOrg:
    return RoleOrg(
        embedded=written.embedded,
        amends=written.amends,
        every=written.every,
        seats=written.seats,
        people=written.people,
        rule=written.rule,
        boldness=written.boldness,
        limit=written.limit,
    )


def _top_level_keys(document: Document, problems: Problems) -> None:
    known = (*keys_of(RoleFrontmatter), *KEPT_KEYS)
    ours = keys_of(OrgFrontmatter)
    for key in document.keys:
        if key in known:
            continue
        if key in ours:
            hint = f"Write `org: {{{key}: ...}}`."
            message = f"`{key}` has no effect here: it belongs under `org:`."
        elif (close := nearest(key, known)) is not None:
            hint, message = f"Did you mean `{close}`?", f"`{key}` is not a key that has an effect."
        else:
            continue
        problems.warn(document.path, message, line=document.line_at((key,)), key=key, hint=hint)


def _check_name(name: str, document: Document, problems: Problems) -> None:
    stem = PurePosixPath(document.path).stem
    line = document.line("name")
    if not _NAME.fullmatch(stem):
        problems.error(
            document.path,
            f"`{stem}` cannot be a node of the chart.",
            line=line,
            key="name",
            hint="Name the file with letters, digits, `-` and `_`.",
        )
    elif name != stem:
        problems.error(
            document.path,
            f"The name is `{name}`, but the file is `{stem}.md`, and the chart says `{stem}`.",
            line=line,
            key="name",
            hint=f"Write `name: {stem}`, or rename the file.",
        )


def _tools(
    written: str | tuple[str, ...] | None, key: str, document: Document, problems: Problems
) -> frozenset[str] | None:
    entries = tool_entries(written)
    if entries is None or "*" in entries:
        return None
    for index, entry in enumerate(entries):
        for name in tool_names([entry]):
            if (close := misspelt(name)) is not None:
                problems.warn(
                    document.path,
                    f"`{name}` is not a tool that Orgloop knows, so it grants nothing.",
                    line=document.line_at((key, str(index))),
                    key=key,
                    hint=f"Did you mean `{close}`?",
                )
    return tool_names(entries)


def _check_org(role: Role, document: Document, problems: Problems) -> None:
    def error(key: str, message: str, hint: str) -> None:
        problems.error(role.path, message, line=document.line(key), key=key, hint=hint)

    if role.org.seats > 1 and not role.reads_only:
        has = "edit files" if role.may_edit else "run commands"
        error(
            "org.seats",
            f"A panel of {role.org.seats} may only read, and this role may {has}.",
            "Write `tools: Read, Grep, Glob`, or remove `seats`.",
        )
    if ("org", "rule") in document.lines and role.org.seats == 1:
        problems.warn(
            role.path,
            "`rule` has no effect on a role with a single seat.",
            line=document.line("org.rule"),
            key="org.rule",
            hint="Add `seats: 3`, or remove `rule`.",
        )
    if role.org.people > role.org.seats or (role.org.people and role.org.seats == 1):
        error(
            "org.people",
            f"{role.org.people} of the seats are people's, and there "
            f"{'is 1' if role.org.seats == 1 else f'are {role.org.seats}'}.",
            "Write `model: human` for a role that one person takes, or give it more `seats`.",
        )
    if role.org.amends and not role.may_edit:
        error(
            "org.amends",
            "This role may amend the organization, but its tools let it change no file.",
            "Add `Edit` to `tools`, or remove `amends`.",
        )
    if not role.body.strip():
        problems.warn(
            role.path,
            "The brief below the frontmatter is empty.",
            line=role.body_line,
            hint="Say what this role is to do; a model reads nothing else.",
        )
