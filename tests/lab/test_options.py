"""Options of `orgloop run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.errors import UserError
from orgloop.lab.options import options_from
from orgloop.lab.session import open_session

from .conftest import TASK


def test_an_organization_s_directory_is_found_again_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alt" / "org").mkdir(parents=True)
    (tmp_path / "alt" / "org" / "charter.md").touch()
    (tmp_path / "classic").mkdir()
    monkeypatch.chdir(tmp_path)
    assert options_from(org="alt").org == str((tmp_path / "alt").resolve())
    assert options_from(org="classic").org == "classic"


def test_an_executor_that_does_not_exist_is_refused_before_anything_is_opened(
    tmp_path: Path,
) -> None:
    (tmp_path / "task.md").write_text(TASK)
    with pytest.raises(UserError, match="There is no executor `slrum`") as caught:
        open_session(tmp_path, options_from(executor="slrum"), new=False)
    assert "`slurm`" in caught.value.hint
    assert not (tmp_path / ".orgloop").exists()
