"""Which organization is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.errors import UserError
from orgloop.problems import ProblemsFound
from orgloop.testing.requests import a_task
from orgloop.tune.contender import Contender, contender, contenders

NOWHERE = Path("/nowhere")
CHARTER = """\
---
name: ours
---
```mermaid
flowchart LR
    experimenter --> bench
    bench -- measured --> keep
    bench -- crashed --> discard
```
"""


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    (tmp_path / "org").mkdir()
    (tmp_path / "org" / "charter.md").write_text(CHARTER)
    return tmp_path


def test_the_labs_own_is_a_dot_or_its_charters_name(lab: Path) -> None:
    assert contender(".", lab) == contender("ours", lab)
    assert contender(".", lab).name == "ours"
    assert set(contender("ours", lab).files) == {"org/charter.md", "roles/experimenter.md"}


def test_a_lab_without_one_works_under_the_bundled_one() -> None:
    assert contender(".", NOWHERE) == contender("classic", NOWHERE)


def test_a_directory_goes_by_its_charters_name(lab: Path) -> None:
    assert contender(f"{lab}", NOWHERE).name == "ours"


def test_solo_is_always_among_them_and_nobody_is_there_twice(lab: Path) -> None:
    assert [one.name for one in contenders([], lab)] == ["ours", "solo"]
    assert [one.name for one in contenders(["solo", "classic"], lab)] == ["solo", "classic"]
    assert [one.name for one in contenders([".", "ours"], lab)] == ["ours", "solo"]


def test_two_of_one_name_are_numbered(lab: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "org"
    other.mkdir(parents=True)
    (other / "charter.md").write_text(CHARTER + "Prose.\n")
    found = contenders([".", str(other.parent)], lab)
    assert [one.name for one in found] == ["ours", "ours-2", "solo"]


def test_a_name_that_is_none_has_a_hint(lab: Path) -> None:
    with pytest.raises(UserError, match="`clasic` is no organization") as raised:
        contender("clasic", lab)
    assert "classic" in raised.value.hint


def test_one_that_does_not_check_is_refused_before_anything_runs() -> None:
    text = CHARTER.replace("bench -- m", "b -- m")
    broken = Contender("broken", {"org/charter.md": text.encode()})
    with pytest.raises(ProblemsFound):
        broken.check(a_task())


def test_files_are_written_out_and_their_digest_is_theirs_alone(tmp_path: Path) -> None:
    one = contender("solo", NOWHERE)
    one.write(tmp_path)
    assert contender(str(tmp_path), NOWHERE).digest == one.digest
    assert Contender("x", {**one.files, "roles/y.md": b""}).digest != one.digest
