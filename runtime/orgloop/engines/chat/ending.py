"""How a model's answer ended: by itself, cut off, or refused."""

from __future__ import annotations

from langchain_core.exceptions import ModelRefusalError
from langchain_core.messages import AIMessage

from orgloop.usage import Usage

_LENGTH = frozenset(
    {"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"}
)
_FILTER = frozenset({"content_filter", "refusal", "safety", "prohibited_content", "blocklist"})


class CutOff(Exception):
    """The answer ended where the model's limit of output was, and not where it was done."""


def ended(error: BaseException) -> BaseException:
    """``error``, or what it stands for: OpenAI's client raises where others return a reason."""
    kind = type(error).__name__
    if kind == "LengthFinishReasonError":
        return CutOff(_cut(paid_by(error).output_tokens))
    if kind == "ContentFilterFinishReasonError":
        return ModelRefusalError("the answer was stopped (content_filter)")
    return error


def paid_by(error: BaseException) -> Usage:
    """What an answer had cost that was lost in an error of OpenAI's client."""
    told = getattr(getattr(error, "completion", None), "usage", None)
    cached = getattr(getattr(told, "prompt_tokens_details", None), "cached_tokens", None)
    return Usage(
        input_tokens=getattr(told, "prompt_tokens", 0),
        cached_tokens=cached or 0,
        output_tokens=getattr(told, "completion_tokens", 0),
    )


def _cut(tokens: int) -> str:
    return f"was cut off in the middle of its answer{f' after {tokens} tokens' * bool(tokens)}."


def check_ending(message: AIMessage) -> None:
    """Raise :class:`CutOff` or ModelRefusalError where ``message`` is no whole answer."""
    for block in message.content_blocks:
        if block["type"] == "refusal":
            raise ModelRefusalError.from_refusal(block, raw_message=message)
    refusal = message.additional_kwargs.get("refusal")
    if refusal:
        raise ModelRefusalError(str(refusal), raw_message=message)
    reason = _reason(message)
    if reason in _FILTER:
        raise ModelRefusalError(f"the answer was stopped ({reason})", raw_message=message)
    if reason in _LENGTH:
        told = message.usage_metadata
        raise CutOff(_cut(told["output_tokens"] if told else 0))


def _reason(message: AIMessage) -> str:
    """Why it stopped, as its provider calls it, in lower case."""
    told = message.response_metadata
    for key in ("finish_reason", "stop_reason", "done_reason"):
        if isinstance(told.get(key), str):
            return str(told[key]).lower()
    details = told.get("incomplete_details")
    if isinstance(details, dict):
        return str(details.get("reason", "")).lower()
    return ""
