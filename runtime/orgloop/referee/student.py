"""Student's t, from SciPy, imported when it is first needed (it costs a fifth of a second)."""

from __future__ import annotations


def t_cdf(value: float, freedom: float) -> float:
    """P(T <= value) for Student's t with ``freedom`` degrees of freedom."""
    from scipy.special import stdtr  # type: ignore[import-untyped]

    return float(stdtr(freedom, value))


def t_quantile(probability: float, freedom: float) -> float:
    """The value that T stays below with ``probability``."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))
