"""Options of `orgloop run`."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.lab.options import options_from


def test_an_organization_s_directory_is_found_again_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alt" / "org").mkdir(parents=True)
    (tmp_path / "alt" / "org" / "charter.md").touch()
    (tmp_path / "classic").mkdir()
    monkeypatch.chdir(tmp_path)
    assert options_from(org="alt").org == str((tmp_path / "alt").resolve())
    assert options_from(org="classic").org == "classic"
