"""What tokens cost, and what is said where nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.errors import UserError
from orgloop.prices import Prices, Rate, Tokens
from orgloop.prices import listed as listing
from orgloop.prices.own import read_own_prices

MILLION = Tokens(input=1_000_000, cached=400_000, output=100_000)


def own(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "prices.toml"
    path.write_text(text)
    return {"ORGLOOP_PRICES": str(path)}


def test_cached_and_written_tokens_are_parts_of_the_input_at_their_own_rates() -> None:
    rate = Rate(input=10, cached=1, cache_write=12, output=50)
    tokens = Tokens(input=1_000_000, cached=400_000, cache_write=100_000, output=100_000)
    assert rate.cost(tokens) == pytest.approx(0.5 * 10 + 0.4 * 1 + 0.1 * 12 + 0.1 * 50)
    assert Rate(input=10, output=50).cost(tokens) == pytest.approx(10 + 5)


def test_list_prices_are_the_library_s_and_cached_input_is_cheaper() -> None:
    prices = Prices()
    full = prices.cost("anthropic:claude-sonnet-4-5", Tokens(input=1000, output=100))
    cached = prices.cost("anthropic:claude-sonnet-4-5", Tokens(input=1000, cached=900, output=100))
    assert full == pytest.approx((1000 * 3 + 100 * 15) / 1e6)
    assert cached is not None and full is not None and cached < full
    assert prices.source("anthropic:claude-sonnet-4-5").startswith("genai-prices ")


@pytest.mark.parametrize(
    "model", ["openai:my-own-finetune", "codex", "nowhere:gpt-5", "ollama:big:cloud", ""]
)
def test_what_nobody_knows_is_unknown_and_never_free(model: str) -> None:
    assert Prices().cost(model, MILLION) is None
    assert not Prices().known(model) and Prices().source(model) == ""


def test_a_model_on_one_s_own_machine_costs_nothing() -> None:
    assert Prices().cost("ollama:qwen3:4b", MILLION) == 0.0


def test_own_prices_go_before_the_list_and_the_first_pattern_wins(tmp_path: Path) -> None:
    env = own(
        tmp_path,
        '["anthropic:Claude-*"]\ninput = 1\noutput = 2\ncached = 0.5\n'
        '["anthropic:*"]\ninput = 9\noutput = 9\n["codex"]\ninput = 0\noutput = 0\n',
    )
    prices = Prices.load(env)
    assert prices.cost("anthropic:claude-sonnet-4-5", MILLION) == pytest.approx(0.6 + 0.2 + 0.2)
    assert prices.cost("codex", MILLION) == 0.0
    assert prices.source("codex") == str(tmp_path / "prices.toml")
    assert prices.known("openai:gpt-5")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "no TOML"),
        ('["openai:*"]\ninput = 1\n', "output"),
        ('["openai:*"]\ninput = -1\noutput = 1\n', "input"),
        ('["openai:*"]\ninput = 1\noutput = 1\nfree = true\n', "free"),
        ("input = 3\n", "`input`"),
    ],
)
def test_a_wrong_price_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UserError, match=r"prices\.toml") as raised:
        read_own_prices(own(tmp_path, text))
    assert says in str(raised.value) and raised.value.hint


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ORGLOOP_PRICES"):
        read_own_prices({"ORGLOOP_PRICES": str(tmp_path / "none.toml")})
    assert read_own_prices({"XDG_CONFIG_HOME": str(tmp_path)}) == {}


def test_without_the_library_only_one_s_own_prices_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "installed", lambda: "")
    assert not Prices().known("anthropic:claude-sonnet-4-5")
    assert Prices({"anthropic:*": Rate(input=1, output=1)}).known("anthropic:claude-sonnet-4-5")
