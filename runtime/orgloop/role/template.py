"""Jinja2, fenced in: what a role's body may do, and how much of it.

Role files come from people, from other people's labs and from a meta-role, so a body can reach
values and nothing else, and its work is counted: each turn of a loop and each macro call costs a
step, what it builds is bounded (:mod:`orgloop.role.bounds`), and what it says is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import BuiltinMethodType, CodeType

from jinja2 import StrictUndefined, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from orgloop.role.bounds import (
    TemplateTooBusyError,
    bounded_filters,
    check_operands,
    concatenated,
    joined,
    replaced,
    text_of,
)

MAX_STEPS = 20_000
_TICK = "orgloop_tick"
_JOIN = "orgloop_join"
_WIDENING = frozenset(
    {"center", "expandtabs", "format", "format_map", "ljust", "rjust", "translate", "zfill"}
)
"""Methods of text that make it as wide as one likes."""
_GLOBALS = ("range", "dict", "namespace")


class _Steps:
    """Counts what one rendering does; raises past :data:`MAX_STEPS`."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def __call__(self) -> str:
        self._left -= 1
        if self._left < 0:
            raise TemplateTooBusyError(f"it loops over {MAX_STEPS} times")
        return ""


class _Bounding(NodeTransformer):
    """Makes a body count its turns and bound the text that it puts together."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        return self._ticking(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802
        return self._ticking(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802
        return self._ticking(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        join = nodes.Name(_JOIN, "load", lineno=node.lineno)
        return nodes.Call(join, node.nodes, [], None, None, lineno=node.lineno)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, _JOIN, [], [], None, None, lineno=node.lineno)
        return node

    def _ticking(self, node: nodes.For | nodes.Macro | nodes.CallBlock) -> nodes.Node:
        self.generic_visit(node)
        tick = nodes.Name(_TICK, "load", lineno=node.lineno)
        call = nodes.Call(tick, [], [], None, None, lineno=node.lineno)
        node.body.insert(0, nodes.ExprStmt(call, lineno=node.lineno))
        return node


class BriefEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox that bodies are compiled and rendered in."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            finalize=text_of,
        )
        self.globals = {name: self.globals[name] for name in _GLOBALS}
        self.filters.clear()
        self.filters.update({**bounded_filters(), _JOIN: concatenated})

    def wrap_str_format(self, value: object) -> None:
        """``"...".format`` is refused like any other method that widens, not wrapped."""

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """No private names, and no method of text that makes it as wide as one likes."""
        if isinstance(obj, (str, bytes)) and attr in _WIDENING:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Arithmetic with a bound on how large its result can be."""
        check_operands(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: object, /, *args: object, **kwargs: object) -> object:
        """A call; of the methods of text, those that multiply it are bounded."""
        if isinstance(obj, BuiltinMethodType) and isinstance(obj.__self__, str):
            if obj.__name__ == "join":
                return joined(obj.__self__, *args)  # type: ignore[arg-type]
            if obj.__name__ == "replace":
                return replaced(obj.__self__, *args)  # type: ignore[arg-type]
        return super().call(context, obj, *args, **kwargs)


@lru_cache(maxsize=1)
def environment() -> BriefEnvironment:
    """The one environment: building it costs more than a rendering."""
    return BriefEnvironment()


@lru_cache(maxsize=256)
def compiled(body: str, filename: str) -> CodeType:
    """The body as code that counts its steps; raises TemplateSyntaxError."""
    tree = environment().parse(body, filename=filename)
    bounded = _Bounding().visit(tree)
    return environment().compile(bounded, filename=filename)


def render_chunks(body: str, filename: str, variables: Mapping[str, object], cap: int) -> str:
    """At most ``cap`` characters and the chunk that went past them, of the rendered body."""
    env = environment()
    code = compiled(body, filename)
    extra = {_TICK: _Steps(), _JOIN: concatenated}
    template = env.template_class.from_code(env, code, {**env.globals, **extra})
    said: list[str] = []
    length = 0
    for chunk in template.generate(dict(variables)):
        said.append(chunk)
        length += len(chunk)
        if length > cap:
            break
    return "".join(said)
