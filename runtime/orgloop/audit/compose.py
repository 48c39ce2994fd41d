"""Putting some of a run's kept commits on another commit, in order, without a checkout."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from orgloop.audit.stack import Kept
from orgloop.repo import Conflict, LabRepo


@dataclass(frozen=True, slots=True)
class Placed:
    """A kept experiment, and the commit that it has become."""

    kept: Kept
    commit: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A kept experiment that cannot be put there."""

    kept: Kept
    paths: tuple[str, ...]
    """Files, relative to the lab, in which it changes lines that are not as it found them."""


@dataclass(frozen=True, slots=True)
class Composition:
    """What came of it."""

    head: str
    placed: tuple[Placed, ...]
    blocked: tuple[Blocked, ...]
    there: tuple[Kept, ...]
    """Those that changed nothing: what they do was there already."""


def compose(
    repo: LabRepo,
    onto: str,
    kept: Sequence[Kept],
    message: Callable[[Kept], str] | None = None,
) -> Composition:
    """Repeat each change on top of the one before, by three-way merges; the author stays.

    What conflicts is left out, and what follows is tried without it. ``message`` says what a
    commit is told with; the run's own words otherwise.
    """
    head, placed, blocked, there = onto, [], [], []
    for one in kept:
        merged = repo.merge_onto(one.commit, one.base, head)
        if isinstance(merged, Conflict):
            blocked.append(Blocked(one, merged.paths))
            continue
        if repo.commits.read(merged.commit).tree == repo.commits.read(head).tree:
            there.append(one)
            continue
        original = repo.commits.read(one.commit)
        head = repo.commits.write(
            repo.commits.read(merged.commit).tree,
            (head,),
            message(one) if message is not None else original.message,
            original.author,
        )
        placed.append(Placed(one, head))
    return Composition(head, tuple(placed), tuple(blocked), tuple(there))


def needs(repo: LabRepo, onto: str, kept: Sequence[Kept], chosen: Collection[str], of: Kept) -> str:
    """The experiment that ``of`` is built on and that is not among ``chosen``; empty where unclear.

    Each that was left out is tried beside the chosen ones: the last whose presence lets ``of`` be
    put there is the one.
    """
    earlier = kept[: kept.index(of)]
    for left_out in reversed([one for one in earlier if one.experiment not in chosen]):
        with_it = [one for one in earlier if one.experiment in chosen or one is left_out]
        if not compose(repo, onto, [*with_it, of]).blocked:
            return left_out.experiment
    return ""


def without(repo: LabRepo, kept: Kept, best: str) -> str | Conflict:
    """``best`` with the change of ``kept`` taken back; ``best`` itself where nothing of it is left.

    A merge with the two sides of the change exchanged, as `git revert` does it.
    """
    merged = repo.merge_onto(kept.base, kept.commit, best)
    if isinstance(merged, Conflict):
        return merged
    tree = repo.commits.read(merged.commit).tree
    if tree == repo.commits.read(best).tree:
        return best
    if merged.commit == kept.base:
        return kept.base
    return repo.commits.write(tree, (best,), f"Take back {kept.experiment}\n", "audit (orgloop)")
