"""A role's brief outside a run: what stands is filled in, what happens is told how to look up."""

from __future__ import annotations

from orgloop.org import Lab
from orgloop.org.brief import charter_brief, decisions, role_brief, task_brief
from orgloop.role import BriefContext, BudgetBrief, Decision, ExperimentBrief, Role, render

TOKENS = 12_000
"""The most that is written out of one brief."""
_LOG = "(`orgloop log` lists what was tried, `orgloop show ID` one experiment.)"


class _LookedUp:
    """The record of a lab, for a reader who has a terminal and no run."""

    def digest(self, tokens: int = 1200) -> str:
        del tokens
        return _LOG

    def tried(self, limit: int = 20) -> str:
        return f"(`orgloop log --limit {limit}`)"

    def in_flight(self) -> str:
        return ""

    def near_misses(self, limit: int = 5) -> str:
        del limit
        return ""

    def crashes(self, limit: int = 5) -> str:
        del limit
        return ""

    def stack(self, limit: int = 8) -> str:
        del limit
        return "(`orgloop report` says what the best commit holds.)"

    def families(self, limit: int = 6) -> str:
        del limit
        return ""

    def best(self, limit: int = 5) -> str:
        del limit
        return ""

    def lessons(self, limit: int = 10) -> str:
        del limit
        return ""

    def notebook(self, tokens: int = 600) -> str:
        del tokens
        return ""

    def organization(self, tokens: int = 1200) -> str:
        del tokens
        return ""


def standing_brief(lab: Lab, role: Role) -> str:
    """The brief of ``role`` in ``lab``, with a word on how to decide.

    Raises :class:`~orgloop.errors.EngineError` where the body cannot be rendered.
    """
    charter = lab.org.charter
    choices = decisions(charter, role.name)
    context = BriefContext(
        task=task_brief(lab.task),
        charter=charter_brief(charter),
        role=role_brief(role),
        experiment=ExperimentBrief(
            id="the experiment that you are asked about",
            case="(`orgloop show ID`)",
            diff="(`orgloop show ID --diff`)",
        ),
        ledger=_LookedUp(),
        budget=BudgetBrief(text="as the person who asks you says"),
        decisions=choices,
    )
    return render(role, context, token_cap=TOKENS).strip() + _deciding(choices) + "\n"


def _deciding(choices: tuple[Decision, ...]) -> str:
    if not choices:
        return ""
    listed = ", ".join(f"`{choice.label}` (to {choice.target})" for choice in choices)
    return f"\n\nEnd your answer with a line `Decision: ...`, one of {listed}."
