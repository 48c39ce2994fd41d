"""Checking a body before anybody reads it: syntax, names, attributes, and a rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, meta, nodes

from orgloop.problems import Problems, did_you_mean
from orgloop.role.context import BriefContext
from orgloop.role.faults import TEMPLATE_FAULTS, fault_line, fault_message, template_name
from orgloop.role.model import Role
from orgloop.role.template import environment, render_chunks

_CAP = 200_000


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that is wrong, at a line of the body counted from 1."""

    line: int
    message: str
    hint: str = ""
    key: str | None = None


def check_body(role: Role, context: BriefContext, problems: Problems) -> None:
    """Add an error for everything in ``role.body`` that would fail with ``context``'s values.

    Names, attributes and filters are looked up in every branch; what only a rendering shows is
    found by one, for the branches that ``context`` leads into.
    """
    name = template_name(role.path)
    variables = context.variables()
    found: list[_Finding] = []
    try:
        tree = environment().parse(role.body, filename=name)
        found += _unknown_words(tree)
        if not found:
            # Names are found by compiling, which filters that do not exist would stop.
            found += [*_undeclared(tree, variables), *_attributes(tree, variables)]
        if not found:
            render_chunks(role.body, name, variables, _CAP)
    except TemplateSyntaxError as fault:
        message = f"The body is not a Jinja2 template: {fault_message(fault)}."
        hint = "Braces that are meant as they are: `{% raw %}...{% endraw %}`."
        found.append(_Finding(fault.lineno, message, hint))
    except TEMPLATE_FAULTS as fault:
        message = f"The body cannot be rendered: {fault_message(fault)}."
        found.append(_Finding(fault_line(fault, role.path) or 1, message))
    for finding in dict.fromkeys(found):
        problems.error(
            role.path,
            finding.message,
            line=role.body_line + finding.line - 1,
            key=finding.key,
            hint=finding.hint,
        )


def _unknown_words(tree: nodes.Template) -> Iterator[_Finding]:
    """Files that are included, and filters and tests that do not exist."""
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        yield _Finding(node.lineno, "A body cannot include another file.", "Write its text out.")
    kinds: tuple[tuple[type[nodes.Filter | nodes.Test], str, Iterable[str]], ...] = (
        (nodes.Filter, "filter", environment().filters),
        (nodes.Test, "test", environment().tests),
    )
    for kind, what, known in kinds:
        for word in tree.find_all(kind):
            if word.name not in known:
                shown = sorted(name for name in known if not name.startswith("orgloop_"))
                hint = did_you_mean(word.name, shown)
                yield _Finding(word.lineno, f"There is no {what} `{word.name}`.", hint, word.name)


def _undeclared(tree: nodes.Template, variables: Mapping[str, object]) -> Iterator[_Finding]:
    known = {*variables, *environment().globals}
    unknown = meta.find_undeclared_variables(tree) - known
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name in unknown:
            message = f"`{node.name}` is not a name that a body knows."
            yield _Finding(node.lineno, message, did_you_mean(node.name, variables), node.name)


def _attributes(tree: nodes.Template, variables: Mapping[str, object]) -> Iterator[_Finding]:
    """Attributes of the context's values that do not exist."""
    assigned = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    for node in tree.find_all(nodes.Getattr):
        owner = _dotted(node.node)
        if owner is None or owner[0] in assigned or owner[0] not in variables:
            continue
        value = variables[owner[0]]
        for step in owner[1:]:
            value = getattr(value, step, None)
        if value is None or callable(value) or isinstance(value, (str, int, float, tuple)):
            continue
        known = [name for name in dir(value) if not name.startswith("_")]
        if node.attr not in known:
            dotted = ".".join(owner)
            message = f"`{dotted}` has no `{node.attr}`."
            hint = did_you_mean(node.attr, known)
            yield _Finding(node.lineno, message, hint, f"{dotted}.{node.attr}")


def _dotted(node: nodes.Node) -> tuple[str, ...] | None:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        owner = _dotted(node.node)
        return None if owner is None else (*owner, node.attr)
    return None
