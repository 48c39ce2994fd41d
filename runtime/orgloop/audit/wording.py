"""An audit's numbers as people read them."""

from __future__ import annotations

from math import floor, log10

from orgloop.audit.report import Gain


def amount(gain: Gain) -> str:
    """``0.041, 95% interval 0.020 to 0.062, p 0.003``, as far as the gain has them."""
    parts = [figure(gain)]
    if ends := interval(gain):
        parts.append(f"95% interval {ends}")
    if chance := probability(gain):
        parts.append(f"p {chance}")
    return ", ".join(parts)


def figure(gain: Gain) -> str:
    """The gain alone, in the digits that its interval lets stand."""
    if gain.gain is None:
        return "not measured"
    if _is_exact(gain):
        return f"{gain.gain:.4g} on every seed"
    return _number(gain.gain, gain)


def interval(gain: Gain) -> str:
    """``0.020 to 0.062``; empty where there is none."""
    if gain.low is None or gain.high is None or _is_exact(gain):
        return ""
    return f"{_number(gain.low, gain)} to {_number(gain.high, gain)}"


def probability(gain: Gain) -> str:
    """``0.003``, ``<0.0001``; empty where nothing was tested."""
    if gain.p is None or _is_exact(gain):
        return ""
    return "<0.0001" if gain.p < 1e-4 else f"{gain.p:.2g}"


def _is_exact(gain: Gain) -> bool:
    return gain.low is not None and gain.low == gain.high


def _number(value: float, gain: Gain) -> str:
    if gain.low is None or gain.high is None or not gain.high > gain.low:
        return f"{value:.4g}"
    places = 1 - floor(log10((gain.high - gain.low) / 4))
    return f"{value:.{min(12, max(0, places))}f}"
