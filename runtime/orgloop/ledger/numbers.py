"""Numbers as people read them: values with their uncertainty, durations, sizes, tokens."""

from __future__ import annotations

import math


def measured(value: float | None, stderr: float | None = None) -> str:
    """``2.7312 ± 0.0081``: as many digits as the uncertainty lets stand; ``–`` for no value."""
    if value is None:
        return "–"
    if stderr is None or not math.isfinite(stderr):
        return f"{value:.6g}"
    if stderr <= 0:
        return f"{value:.6g} ± 0"
    decimals = min(12, max(0, 1 - math.floor(math.log10(stderr))))
    return f"{value:.{decimals}f} ± {stderr:.{decimals}f}"


def change(gain: float | None, stderr: float | None = None) -> str:
    """A gain with its sign, positive for better; ``–`` for none."""
    if gain is None:
        return "–"
    text = measured(gain, stderr) if stderr else f"{gain:.3g}"
    return text if text.startswith("-") else f"+{text}"


def duration(seconds: float) -> str:
    """``0.3 s``, ``42 s``, ``3 min 2 s``, ``1 h 20 min``."""
    if seconds < 9.95:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def size(count: int) -> str:
    """``512 B``, ``12.5 MB``, ``1.2 GB``, in powers of 1024."""
    amount = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            break
        amount /= 1024
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def spent(tokens: int, cost_usd: float, unpriced_tokens: int = 0) -> str:
    """``12,400 tokens, $0.031``; empty where no model was asked.

    Where the price of some tokens is not known, the dollars are ``at least`` what is known.
    """
    parts = []
    if tokens:
        parts.append(f"{tokens:,} tokens")
    if cost_usd:
        parts.append(f"at least {dollars(cost_usd)}" if unpriced_tokens else dollars(cost_usd))
    elif unpriced_tokens:
        parts.append("cost unknown")
    return ", ".join(parts)


def dollars(amount: float) -> str:
    """``$12.40``, ``$0.031``: cents, and two digits where cents do not show them."""
    if amount <= 0:
        return "$0"
    decimals = max(2, 1 - math.floor(math.log10(amount)))
    whole, _, part = f"{amount:,.{decimals}f}".partition(".")
    return f"${whole}.{part.rstrip('0').ljust(2, '0')}"
