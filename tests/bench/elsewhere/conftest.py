"""Clusters that a class of tests shares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import daemons


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real Slurm of one node; skips with the reason where there can be none."""
    why = daemons.no_slurm()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("slurm")
    with daemons.slurm(folder):
        yield folder


@pytest.fixture(scope="module")
def ray() -> Iterator[None]:
    """A real Ray of one node."""
    with daemons.ray():
        yield
