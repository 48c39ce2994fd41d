"""What tokens cost: a person's own table, then the library's; what neither knows is not guessed."""

from orgloop.prices.prices import Prices
from orgloop.prices.rate import Rate, Tokens

__all__ = ["Prices", "Rate", "Tokens"]
