"""What an answer cost, where neither the client nor the server said."""

from __future__ import annotations

import os
from collections.abc import Mapping

from orgloop.prices.listed import LIBRARY, installed, listed_cost
from orgloop.prices.own import first_match, own_prices_path, read_own_prices
from orgloop.prices.rate import Rate, Tokens

SAMPLE = Tokens(input=1, output=1)


class Prices:
    """Prices by model: a person's own go before the list's."""

    def __init__(
        self, own: Mapping[str, Rate] | None = None, own_name: str = "prices.toml"
    ) -> None:
        self._own = own or {}
        self._own_name = own_name

    @classmethod
    def load(cls, env: Mapping[str, str] = os.environ) -> Prices:
        """With a person's own; raises :class:`~orgloop.errors.UserError` where those are wrong."""
        return cls(read_own_prices(env), str(own_prices_path(env)))

    def cost(self, model: str, tokens: Tokens) -> float | None:
        """Dollars for ``tokens`` through ``model``; None where its price is not known.

        ``model`` is ``provider:model`` or, for what is no chat model, the engine's label.
        """
        own = first_match(self._own, model)
        return own.cost(tokens) if own is not None else listed_cost(model, tokens)

    def known(self, model: str) -> bool:
        """Whether the price of ``model`` is known."""
        return self.cost(model, SAMPLE) is not None

    def source(self, model: str) -> str:
        """Who says what ``model`` costs; empty where nobody does."""
        if first_match(self._own, model) is not None:
            return self._own_name
        return f"{LIBRARY} {installed()}".strip() if self.known(model) else ""
