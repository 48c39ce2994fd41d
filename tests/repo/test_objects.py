"""Objects are written while somebody else's git works on the same store."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from gitdb.db import loose  # type: ignore[import-untyped]

from orgloop.errors import RepoError
from orgloop.repo.objects import ObjectStore


def tidied(times: int) -> Callable[[str, str], None]:
    """A rename whose target's directory `git gc` takes away just before, so many times."""
    left = [times]

    def rename(old: str, new: str) -> None:
        if left[0]:
            left[0] -= 1
            Path(new).parent.rmdir()
        os.rename(old, new)

    return rename


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    (tmp_path / "objects").mkdir()
    return ObjectStore(tmp_path)


def test_a_directory_that_a_gc_removes_meanwhile_is_made_again(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loose, "rename", tidied(2))
    name = store.write("blob", b"kept")
    assert store.read(name, "blob") == b"kept"


def test_one_that_goes_for_ever_is_told(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loose, "rename", tidied(100))
    with pytest.raises(RepoError, match="object store cannot be written"):
        store.write("blob", b"lost")
