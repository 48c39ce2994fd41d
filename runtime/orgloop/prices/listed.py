"""List prices, from the library `genai-prices`: some two thousand models, kept by Pydantic.

It comes with the extra ``chat`` and asks no network: its prices are those of its release, and a
newer release has newer ones.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

from orgloop.prices.rate import Tokens

LIBRARY = "genai-prices"
PROVIDERS = {
    "anthropic": "anthropic",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "anthropic_bedrock": "aws",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "google_anthropic_vertex": "google",
    "google_genai": "google",
    "google_vertexai": "google",
    "groq": "groq",
    "mistralai": "mistral",
    "openai": "openai",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "together": "together",
    "xai": "x-ai",
}
"""The library's name of a provider by LangChain's, which is what ``provider:model`` begins with."""
OWN_MACHINE = frozenset({"ollama", "huggingface", "llamacpp"})
"""Providers whose models run on a machine of one's own: nobody is paid for tokens."""


def listed_cost(model: str, tokens: Tokens) -> float | None:
    """Dollars at list price; None for a model that the library does not know."""
    provider, _, name = model.partition(":")
    if provider in OWN_MACHINE:
        # Ollama also serves models that run elsewhere, under a subscription.
        return None if name.endswith("cloud") else 0.0
    library = PROVIDERS.get(provider)
    if library is None or not name or not installed():
        return None
    from genai_prices import Usage, calc_price

    usage = Usage(
        input_tokens=tokens.input,
        cache_read_tokens=tokens.cached or None,
        cache_write_tokens=tokens.cache_write or None,
        output_tokens=tokens.output,
    )
    try:
        return float(calc_price(usage, name, provider_id=library).total_price)
    except (LookupError, ValueError):
        return None


@lru_cache(maxsize=1)
def installed() -> str:
    """The library's version; empty where it is not there."""
    try:
        return version(LIBRARY)
    except PackageNotFoundError:
        return ""
