"""Numbers as a ruling's sentence prints them."""

from __future__ import annotations

from math import floor, isfinite, log10


def number(value: float, digits: int = 4) -> str:
    """Four significant digits, or more where the value is far from its own noise: ``2.713``."""
    return f"{value:.{digits}g}" if value != 0 else "0"


def with_error(value: float, stderr: float) -> str:
    """``0.041 ± 0.012``: the error to two significant digits, the value to the same place."""
    if not (isfinite(stderr) and stderr > 0):
        return f"{number(value)} ± {number(stderr)}"
    places = 1 - floor(log10(stderr))
    if not -4 < places < 10:
        return f"{value:.4g} ± {stderr:.2g}"
    if places <= 0:
        return f"{value:.0f} ± {stderr:.0f}"
    return f"{value:.{places}f} ± {stderr:.{places}f}"


def percent(probability: float) -> str:
    """``99.1%``, never a rounded 100% or 0%."""
    if probability > 0.999:
        return "over 99.9%"
    if probability < 0.001:
        return "under 0.1%"
    return f"{100 * probability:.1f}%"


def count(items: int, noun: str) -> str:
    """``1 measurement``, ``2 measurements``."""
    return f"{items} {noun}" if items == 1 else f"{items} {noun}s"
