"""Who would think for each role, why, and whether it answers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

from orgloop.doctor.finding import Finding, State
from orgloop.engines.probe import Checkable
from orgloop.engines.protocol import Engine, Request
from orgloop.engines.resolve import Resolution, engine_for, model_problems, resolve
from orgloop.errors import EngineError
from orgloop.org import Org
from orgloop.prices import Prices
from orgloop.prices.own import own_prices_path
from orgloop.role import Role
from orgloop.task import Task

AREA = "minds"
SECONDS = 60.0
SOURCES = {"role": "its own file", "charter": "the charter", "default": "nobody says otherwise"}


class _NoFiles:
    """A request's files, where none are needed."""

    def paths(self) -> tuple[str, ...]:
        return ()

    def read(self, path: str) -> bytes:
        raise KeyError(path)

    def blob(self, path: str) -> str:
        raise KeyError(path)


async def mind_findings(
    org: Org, task: Task, prices: Prices, *, model: str | None, offline: bool
) -> AsyncIterator[Finding]:
    """Each role's engine; each model is tried once, unless ``offline``."""
    told: set[str] = set()
    charter_model = org.charter.model or ""
    for role in org.employed().values():
        try:
            found = resolve(role, charter_model, override=model)
        except EngineError as error:
            yield _missing(role.name, error)
            continue
        problems = model_problems([role], charter_model, override=model)
        name = role.org.embedded or "pass" if found.engine_key == "embedded" else found.model
        source = SOURCES.get(found.source, found.source)
        seats = f", {role.org.seats} seats" if role.org.seats > 1 else ""
        kind = "embedded: " if found.engine_key == "embedded" else ""
        yield Finding(
            area=AREA,
            what=role.name,
            state="missing" if problems else "ok",
            said=f"{kind}{name} ({source}){seats}.",
        )
        if problems and problems[0].message not in told:
            told.add(problems[0].message)
            said, fix = problems[0].message, problems[0].hint
            yield Finding(area=AREA, what=found.model, state="missing", said=said, fix=fix)
        elif not problems and found.engine_key != "embedded" and found.model not in told:
            told.add(found.model)
            yield await _tried(found, role, task, offline=offline)
            if found.engine_key == "chat":
                for finding in _price(found.model, prices):
                    yield finding


async def _tried(found: Resolution, role: Role, task: Task, *, offline: bool) -> Finding:
    if offline and found.engine_key == "python":
        said = "A plug-in: not loaded, since that would run it."
        return Finding(area=AREA, what=found.model, state="skipped", said=said)
    try:
        engine = await asyncio.to_thread(engine_for, found, role)
    except EngineError as error:
        return _missing(found.model, error)
    if offline:
        said = "It is all there; not asked, since --offline."
        return Finding(area=AREA, what=found.model, state="skipped", said=said)
    try:
        said = await asyncio.wait_for(_ask(engine, found, task), SECONDS)
    except EngineError as error:
        return _missing(found.model, error)
    except TimeoutError:
        return Finding(
            area=AREA,
            what=found.model,
            state="missing",
            said=f"It has not answered within {SECONDS:.0f} s.",
            fix="Look whether its server is up, and try again.",
        )
    except Exception as error:  # noqa: BLE001 - what thinks may raise anything, as in a role's node
        said = f"It raised {type(error).__name__}: {error}"
        return Finding(area=AREA, what=found.model, state="missing", said=said)
    state: State = "ok" if said else "skipped"
    return Finding(
        area=AREA, what=found.model, state=state, said=said or "It is there; it was not asked."
    )


async def _ask(engine: Engine, found: Resolution, task: Task) -> str:
    """What answered, in a sentence; empty for an engine that cannot be tried."""
    if isinstance(engine, Checkable):
        return await engine.probe()
    if found.engine_key != "chat":
        return ""
    role = Role(
        name="preflight", description="Answers a preflight.", tools=frozenset(), max_turns=1
    )
    request = Request(
        experiment="preflight",
        role=role,
        task=task,
        brief="This is a test of the connection. Answer with the one word `here`.",
        decisions=(),
        base=_NoFiles(),
        files=_NoFiles(),
    )
    answer = await engine.think(request)
    usage = answer.usage
    return f"It answers ({usage.input_tokens} tokens in, {usage.output_tokens} out)."


def _price(model: str, prices: Prices) -> Iterator[Finding]:
    for name in (part.strip() for part in model.split(",")):
        if source := prices.source(name):
            said = f"Known from {source}."
            yield Finding(area=AREA, what=f"price of {name}", state="ok", said=said)
        else:
            yield unpriced(name)


def unpriced(model: str) -> Finding:
    """That the price of ``model`` is not known, and the lines that would set it."""
    return Finding(
        area=AREA,
        what=f"price of {model}",
        state="warning",
        said="Not known: its tokens are counted, its dollars are not.",
        fix=f"In {own_prices_path(os.environ)}, in dollars for a million tokens:\n"
        f'["{model}"]\ninput = 1.25\noutput = 10',
    )


def _missing(what: str, error: EngineError) -> Finding:
    return Finding(area=AREA, what=what, state="missing", said=error.message, fix=error.hint)
