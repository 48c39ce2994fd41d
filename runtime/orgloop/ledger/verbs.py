"""The names of requests in the ledger's ``commands`` table, and how people read them."""

from __future__ import annotations

STOP = "stop-experiment"
VETO = "veto"
OVERRULE = "overrule"
AGAIN = "again"
BUDGET = "budget"
REQUESTS = (STOP, VETO, OVERRULE, AGAIN, BUDGET)
"""What :class:`~orgloop.lab.requests.requests.Requests` carries out."""
KEPT_BY_PERSON = "Kept by a person, against the referee"
"""How the reason on record begins for what a person kept."""
BY_PERSON = {STOP: "Stopped by a person", VETO: "Vetoed by a person"}
"""How it begins for what a person ended."""
_IN_WORDS = {STOP: "stop", AGAIN: "measure again", BUDGET: "raise the budget"}


def in_words(verb: str) -> str:
    """A verb as people read it, after ``to``."""
    return _IN_WORDS.get(verb, verb.replace("-", " "))
