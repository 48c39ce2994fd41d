"""What a seed adds to every commit alike: the part of the noise that pairing takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.referee.protocol import Sample

LEVEL = 0.01
"""How improbable a chance agreement of seeds must be before pairs are used."""
MOST = 64
"""How many seeds are looked at."""


def seed_shifts(
    groups: Sequence[Sequence[Sample]], reigns: Sequence[int], *, tau: float, sigma: float
) -> Mapping[int, float]:
    """How far each seed lies from the others on every commit; empty where that is not shown.

    Subtracting the shifts is comparing on paired seeds (common random numbers). They are fitted
    by generalised least squares with a commit's effect random within its reign, not by
    differences within commits: who is measured twice was lucky the first time, which makes the
    first seed look good, and only a model of all commits, measured once or often, is free
    of that. Kept if a chi-squared test says that seeds matter, then shrunk as a random effect
    (Henderson 1975; Robinson 1991, "That BLUP is a good thing").

    Args:
        groups: the run's commits, the oldest incumbent first.
        reigns: the incumbent that each was measured under, by number; -1 for the oldest's own.
        tau: sd of a commit's effect. sigma: sd of the noise.
    """
    if sum(len(group) - 1 for group in groups if group) < 6:
        return {}
    seen: dict[int, int] = {}
    for group in groups:
        if len(group) > 1:
            for sample in group:
                seen[sample.seed] = seen.get(sample.seed, 0) + 1
    shared = sorted(seed for seed, times in seen.items() if times > 1)[:MOST]
    return _fitted(groups, reigns, shared, tau, sigma) if len(shared) > 1 else {}


def _fitted(
    groups: Sequence[Sequence[Sample]],
    reigns: Sequence[int],
    shared: Sequence[int],
    tau: float,
    sigma: float,
) -> Mapping[int, float]:
    import numpy as np
    from scipy.special import chdtrc  # type: ignore[import-untyped]

    sizes = np.array([len(group) for group in groups])
    commit = np.repeat(np.arange(len(groups)), sizes)
    values = np.array([sample.value for group in groups for sample in group])
    seeds = np.array([sample.seed for group in groups for sample in group])
    columns = np.column_stack([values, *(seeds == seed for seed in shared)]).astype(float)
    # Partial demeaning whitens a random commit effect; the oldest incumbent's is a free one.
    share = sizes * tau**2 / (sizes * tau**2 + sigma**2)
    share[0] = 1.0
    root = np.sqrt(1.0 - share)
    means = np.zeros((len(groups), columns.shape[1]))
    np.add.at(means, commit, columns)
    means /= np.maximum(sizes, 1)[:, None]
    columns -= ((1.0 - root)[:, None] * means)[commit]
    # Project out each reign's own level, whose column became ``root``.
    level = root[commit]
    reign = (np.array(reigns) + 1)[commit]
    top = np.zeros((int(reign.max()) + 1, columns.shape[1]))
    np.add.at(top, reign, columns * level[:, None])
    mass = np.bincount(reign, weights=level**2, minlength=len(top))
    columns -= level[:, None] * (top / np.maximum(mass, 1e-300)[:, None])[reign]
    design, target = columns[:, 1:], columns[:, 0]
    gram, moment = design.T @ design, design.T @ target
    explained = float(moment @ (np.linalg.pinv(gram) @ moment)) / sigma**2
    freedom = len(shared) - 1
    if float(chdtrc(freedom, explained)) > LEVEL:
        return {}
    common = (explained - freedom) * sigma**2 / float(np.trace(gram))
    fit = np.linalg.solve(gram + (sigma**2 / common) * np.eye(len(shared)), moment)
    return {seed: float(shift) for seed, shift in zip(shared, fit, strict=True)}
