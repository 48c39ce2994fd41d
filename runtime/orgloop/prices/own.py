"""A person's own prices: a TOML file with a table for each model.

::

    ["openai:my-finetune-*"]
    input = 0.80       # dollars for a million tokens
    cached = 0.08      # left out: as input
    output = 3.20

    ["codex"]          # paid for by a subscription
    input = 0
    output = 0

It lies where ``$ORGLOOP_PRICES`` says, else at ``~/.config/orgloop/prices.toml``. Not in the lab:
a lab that was fetched from elsewhere could otherwise declare itself free.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import ValidationError

from orgloop.errors import UserError
from orgloop.prices.rate import Rate

VARIABLE = "ORGLOOP_PRICES"


def own_prices_path(env: Mapping[str, str]) -> Path:
    """Where a person's prices are looked for."""
    if said := env.get(VARIABLE, ""):
        return Path(said).expanduser()
    config = env.get("XDG_CONFIG_HOME", "")
    base = Path(config) if config else Path("~/.config").expanduser()
    return base / "orgloop" / "prices.toml"


def read_own_prices(env: Mapping[str, str] = os.environ) -> dict[str, Rate]:
    """Rates by pattern (as of a shell, in any case), in the file's order; empty without a file.

    Raises :class:`~orgloop.errors.UserError` for a file that cannot be used: prices that are
    silently not what a person wrote are worse than none.
    """
    path = own_prices_path(env)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if env.get(VARIABLE):
            raise UserError(
                f"There is no file of prices at {path}, where ${VARIABLE} says it is.",
                hint=f"Write one (`orgloop doctor` shows how), or unset ${VARIABLE}.",
            ) from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The prices in {path} cannot be read: {error}.", hint="It is a TOML file in UTF-8."
        ) from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            f"The prices in {path} are no TOML: {error}.",
            hint='A model is a table: ["openai:gpt-*"], then `input = 1.25` and `output = 10`.',
        ) from error
    rates = {}
    for pattern, table in found.items():
        try:
            rates[pattern.lower()] = Rate.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(map(str, first["loc"]))
            raise UserError(
                f"{path}: `{pattern}`{f', `{key}`' if key else ''}: {first['msg']}.",
                hint="The keys are `input`, `output`, `cached` and `cache_write`, each dollars for "
                "a million tokens.",
            ) from error
    return rates


def first_match(rates: Mapping[str, Rate], model: str) -> Rate | None:
    """The rate of the first pattern that ``model`` matches."""
    lower = model.lower()
    return next((rate for pattern, rate in rates.items() if fnmatchcase(lower, pattern)), None)
