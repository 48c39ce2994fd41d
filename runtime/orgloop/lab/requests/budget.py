"""Raises the budget of a run that goes on: `budget --experiments 100`."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.charter import Budget
from orgloop.graph.context import WalkContext
from orgloop.lab.requests.said import Said, refused
from orgloop.lab.requests.walks import Walks
from orgloop.ledger import CommandRow
from orgloop.ledger.numbers import dollars

UNITS = ("experiments", "hours", "tokens", "usd")
_NAMES = {"usd": "dollars"}


async def raise_budget(command: CommandRow, context: WalkContext, walks: Walks) -> Said | None:
    """Raise what is named, and take up the walks that waited for it; None: the answer is on record.

    Only upwards: a run that is to end sooner is stopped, and one without a limit gets one when it
    is started again. It holds for the rest of the run, as an option of `orgloop run` does.
    """
    given = _numbers(command.args)
    limits = context.budget.limits
    if trouble := _trouble(given, command.args, limits):
        return trouble
    raised = limits.model_copy(update=given)

    def put_on_record() -> None:
        with context.ledger.transaction():
            run = context.ledger.runs.get(context.run)
            assert run is not None, "it is the run that goes on"
            context.ledger.runs.set_options(context.run, {**run.options, **given})
            context.budget.limits = raised
            left = context.budget.left()
            said = ", ".join(_amount(unit, number) for unit, number in given.items())
            text = f"The budget is raised to {said}: {left.text}."
            context.ledger.commands.answer(command.id, "done", text)

    await context.offload.ledger(put_on_record)
    context.till.short = ""
    await walks.take_up()
    return None


def _numbers(args: Mapping[str, object]) -> dict[str, float]:
    """What is asked for, by unit; whatever is no such number is left out."""
    return {
        unit: int(number) if unit in ("experiments", "tokens") else float(number)
        for unit in UNITS
        if isinstance(number := args.get(unit), (int, float)) and 0 < number < float("inf")
    }


def _trouble(given: Mapping[str, float], args: Mapping[str, object], limits: Budget) -> Said | None:
    if not given or set(given) != set(args):
        return refused(
            "That is no budget.", "Name more than 0 of experiments, hours, tokens or usd."
        )
    for unit, number in given.items():
        name, limit = _NAMES.get(unit, unit), getattr(limits, unit)
        if limit is None:
            return refused(
                f"This run has no budget of {name}, so there is nothing to raise.",
                f"To bound it, stop it and start it again with `orgloop run --{unit}`.",
            )
        if number < limit or given == {unit: limit}:
            return refused(
                f"The budget of {name} is {_amount(unit, limit)} already, and is only raised.",
                "`orgloop stop` ends the run before it is used up.",
            )
    return None


def _amount(unit: str, number: float) -> str:
    return dollars(number) if unit == "usd" else f"{number:,g} {unit}"
