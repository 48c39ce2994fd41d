"""Edits that are not saved, kept beside the ledger."""

from __future__ import annotations

from pathlib import Path

from orgloop.org.files import CHARTER
from orgloop_tui.model.drafts import Drafts
from orgloop_tui.model.kept import KeptEdit, keep, read_kept

ROLE = "roles/pi.md"


def _drafts(**files: bytes) -> Drafts:
    drafts = Drafts()
    drafts.seen(files, files)
    return drafts


def test_what_is_kept_comes_back_and_git_does_not_see_it(tmp_path: Path) -> None:
    drafts = _drafts(**{ROLE: b"old\n"})
    drafts.edit(ROLE, "new\r\nand \ud800\n")
    keep(tmp_path, drafts.unsaved_edits())
    assert read_kept(tmp_path) == {ROLE: KeptEdit(text="new\r\nand ?\n", base="old\n")}
    assert (tmp_path / ".orgloop" / ".gitignore").read_text() == "*\n"
    assert len(list((tmp_path / ".orgloop").iterdir())) == 2
    keep(tmp_path, {})
    keep(tmp_path, {})
    assert read_kept(tmp_path) == {}


def test_a_file_that_is_no_record_of_edits_is_none(tmp_path: Path) -> None:
    keep(tmp_path, {ROLE: KeptEdit(text="a", base="b")})
    (tmp_path / ".orgloop" / "drafts.json").write_bytes(b'{"edits": 3}\xff')
    assert read_kept(tmp_path) == {}


def test_an_edit_that_is_taken_up_clashes_with_what_others_wrote_meanwhile() -> None:
    drafts = _drafts(**{CHARTER: b"theirs", ROLE: b"old"})
    drafts.take_up(CHARTER, KeptEdit(text="mine", base="before"))
    drafts.take_up(ROLE, KeptEdit(text="new", base="old"))
    drafts.take_up("roles/new.md", KeptEdit(text="begun", base=""))
    assert drafts.unsaved == [CHARTER, "roles/new.md", ROLE]
    clashing = [path for path in drafts.paths if (draft := drafts.get(path)) and draft.clashes]
    assert clashing == [CHARTER]


def test_an_edit_that_was_saved_elsewhere_is_no_other() -> None:
    drafts = _drafts(**{ROLE: b"new\n"})
    assert not drafts.differs(ROLE, KeptEdit(text="new\r\n", base="old"))
    assert drafts.differs(ROLE, KeptEdit(text="newer\n", base="old"))
