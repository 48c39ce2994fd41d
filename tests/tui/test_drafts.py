"""Edits of the organization's files, beside what others write."""

from __future__ import annotations

from orgloop.org.files import CHARTER
from orgloop_tui.model.drafts import Drafts

ROLE = "roles/pi.md"


def _drafts(**files: str) -> Drafts:
    drafts = Drafts()
    _see(drafts, {"org/charter.md": "chart", **{f"roles/{k}.md": v for k, v in files.items()}})
    return drafts


def _see(drafts: Drafts, files: dict[str, str]) -> list[str]:
    content = {path: text.encode() for path, text in files.items()}
    return drafts.seen(content, content)


def test_the_charter_comes_first() -> None:
    assert _drafts(pi="a", critic="b").paths == [CHARTER, "roles/critic.md", ROLE]


def test_a_file_without_edits_shows_what_others_write() -> None:
    drafts = _drafts(pi="old")
    assert _see(drafts, {CHARTER: "chart", ROLE: "new"}) == [ROLE]
    draft = drafts.get(ROLE)
    assert draft is not None
    assert (draft.text, draft.changed) == ("new", False)


def test_edits_stay_when_others_write_and_the_clash_is_told() -> None:
    drafts = _drafts(pi="old")
    drafts.edit(ROLE, "mine")
    assert _see(drafts, {CHARTER: "chart", ROLE: "theirs"}) == []
    draft = drafts.get(ROLE)
    assert draft is not None
    assert (draft.text, draft.clashes) == ("mine", True)
    drafts.give_up(ROLE)
    assert (draft.text, draft.changed) == ("theirs", False)


def test_edits_stay_when_the_file_is_removed() -> None:
    drafts = _drafts(pi="old")
    drafts.edit(ROLE, "mine")
    _see(drafts, {CHARTER: "chart"})
    draft = drafts.get(ROLE)
    assert draft is not None
    assert draft.clashes
    assert drafts.unsaved == [ROLE]


def test_a_file_that_others_remove_goes_when_it_has_no_edits() -> None:
    drafts = _drafts(pi="old")
    assert _see(drafts, {CHARTER: "chart"}) == [ROLE]
    assert drafts.get(ROLE) is None


def test_another_kind_of_line_ends_is_no_edit() -> None:
    drafts = _drafts(pi="a\r\nb\n")
    drafts.edit(ROLE, "a\nb\n")
    assert drafts.unsaved == []


def test_what_is_saved_has_no_edits() -> None:
    drafts = _drafts(pi="old")
    drafts.edit(ROLE, "mine")
    assert drafts.texts() == {ROLE: b"mine"}
    drafts.saved(ROLE)
    assert drafts.unsaved == []


def test_a_new_role_is_unsaved_until_it_is_saved_or_given_up() -> None:
    drafts = _drafts()
    path = drafts.begin("statistician").path
    assert drafts.unsaved == [path]
    drafts.give_up(path)
    assert drafts.get(path) is None


def test_a_file_that_is_no_text_is_shown_and_not_edited() -> None:
    drafts = Drafts()
    drafts.seen({ROLE: b"\xff"}, {ROLE: b"\xff"})
    draft = drafts.get(ROLE)
    assert draft is not None
    assert not draft.readable
