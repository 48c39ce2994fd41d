"""The organizations that are measured."""

from __future__ import annotations

from dataclasses import dataclass

from orgloop.org.bundled import bundled_root

_CHARTER = """\
---
name: {name}
model: {model}
accept: {accept}
{lookahead}---
```mermaid
flowchart LR
{chart}```
"""
_SOLO = """\
    worker --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
"""
_CHAIN = """\
    thinker --> planner --> worker --> checker --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
"""
_ROLE = """\
---
name: {name}
description: Takes part.
tools: Read, Edit
org: {{embedded: tpe}}
---
{body}
"""
ORGS = {"solo": _SOLO, "chain": _CHAIN, "classic": ""}
"""Charts by name; `classic` is the bundled default organization."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization as the files that make it."""

    name: str
    accept: str = "greedy"
    lookahead: int | None = 0
    """None lets the scheduler find it from latencies."""
    model: str = "embedded"
    briefed: bool = False
    """Whether the worker's body is the bundled experimenter's, and no single line."""

    def files(self) -> dict[str, str]:
        """Charter and roles by path; bundled roles are left to the runtime."""
        ahead = "" if self.lookahead is None else f"lookahead: {self.lookahead}\n"
        bundled = bundled_root()
        if self.name == "classic":
            charter = (bundled / "org" / "charter.md").read_text(encoding="utf-8")
            for was, now in (
                ("accept: significant\n", f"accept: {self.accept}\n{ahead}"),
                ("model: embedded\n", f"model: {self.model}\n"),
            ):
                if was not in charter:
                    raise SystemExit(f"The bundled charter has no line `{was.strip()}` any more.")
                charter = charter.replace(was, now)
            return {"org/charter.md": charter}
        chart = ORGS[self.name]
        charter = _CHARTER.format(
            name=self.name, model=self.model, accept=self.accept, lookahead=ahead, chart=chart
        )
        body = "Take part."
        if self.briefed:
            text = (bundled / "roles" / "experimenter.md").read_text(encoding="utf-8")
            body = text.split("---\n", 2)[2]
        roles = chart.split("bench")[0].replace("-->", " ").split()
        return {
            "org/charter.md": charter,
            **{f"roles/{role}.md": _ROLE.format(name=role, body=body) for role in roles},
        }
