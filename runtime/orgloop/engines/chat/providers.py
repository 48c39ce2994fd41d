"""LangChain's providers: the package that brings each, and the variable that holds its key.

LangChain's own table can be read only by importing it, which takes seconds; a test holds this one
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EXTRA = frozenset({"langchain_openai", "langchain_anthropic", "langchain_ollama"})
"""Modules that ``orgloop[chat]`` installs."""

MODULES: Mapping[str, str] = {
    "anthropic": "langchain_anthropic",
    "anthropic_bedrock": "langchain_aws",
    "azure_ai": "langchain_azure_ai",
    "azure_openai": "langchain_openai",
    "baseten": "langchain_baseten",
    "bedrock": "langchain_aws",
    "bedrock_converse": "langchain_aws",
    "bedrock_mantle_anthropic": "langchain_aws",
    "bedrock_mantle_openai": "langchain_aws",
    "cohere": "langchain_cohere",
    "deepseek": "langchain_deepseek",
    "fireworks": "langchain_fireworks",
    "google_anthropic_vertex": "langchain_google_vertexai",
    "google_genai": "langchain_google_genai",
    "google_vertexai": "langchain_google_vertexai",
    "groq": "langchain_groq",
    "huggingface": "langchain_huggingface",
    "ibm": "langchain_ibm",
    "langsmith": "langchain_openai",
    "litellm": "langchain_litellm",
    "meta": "langchain_meta",
    "mistralai": "langchain_mistralai",
    "nvidia": "langchain_nvidia_ai_endpoints",
    "ollama": "langchain_ollama",
    "openai": "langchain_openai",
    "openrouter": "langchain_openrouter",
    "perplexity": "langchain_perplexity",
    "together": "langchain_together",
    "upstage": "langchain_upstage",
    "xai": "langchain_xai",
}
"""The module that has a provider's chat model."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a provider's client looks for its key."""

    page: str
    """Where a person gets one."""
    variables: tuple[str, ...]
    """Any one of them will do."""


KEYS: Mapping[str, Keys] = {
    "anthropic": Keys("https://console.anthropic.com", ("ANTHROPIC_API_KEY",)),
    "deepseek": Keys("https://platform.deepseek.com", ("DEEPSEEK_API_KEY",)),
    "google_genai": Keys("https://aistudio.google.com", ("GOOGLE_API_KEY", "GEMINI_API_KEY")),
    "groq": Keys("https://console.groq.com", ("GROQ_API_KEY",)),
    "mistralai": Keys("https://console.mistral.ai", ("MISTRAL_API_KEY",)),
    "openai": Keys("https://platform.openai.com", ("OPENAI_API_KEY",)),
    "openrouter": Keys("https://openrouter.ai", ("OPENROUTER_API_KEY",)),
    "xai": Keys("https://console.x.ai", ("XAI_API_KEY",)),
}
"""Providers whose client cannot be made without a key; of others the client itself tells."""


def package(module: str) -> str:
    """The distribution that brings ``module``."""
    return module.replace("_", "-")
