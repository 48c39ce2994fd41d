"""The organization's files as a person edits them: what is on disk, and what is not saved yet.

Nothing here reads or writes a disk. Whoever looks hands in what the lab holds (:meth:`Drafts.seen`)
and what was typed (:meth:`Drafts.edit`); an edit is never replaced by what somebody else wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orgloop.org.files import CHARTER
from orgloop_tui.model.kept import KeptEdit

NEW_ROLE = """\
---
name: {name}
description: What this role is for, in one sentence.
tools: Read, Grep
model: inherit
---
You are the {name} of {{{{ task.name }}}}.

{{{{ ledger.digest() }}}}
"""


@dataclass(slots=True)
class Draft:
    """One file."""

    path: str
    text: str
    """As it stands in the editor."""
    base: str
    """What the edits began from."""
    disk: str | None
    """What the lab holds now; None where it has no such file."""
    taken: bool = False
    """Whether it is the lab's own: else it ships with Orgloop, or is new."""
    readable: bool = True
    """False for one that is no UTF-8 text, which is shown and not edited."""

    @property
    def changed(self) -> bool:
        """Whether there are edits that are not saved."""
        return _plain(self.text) != _plain(self.base) or self.is_new

    @property
    def is_new(self) -> bool:
        """Whether it is on no disk at all, and was begun here."""
        return self.disk is None and not self.base

    @property
    def clashes(self) -> bool:
        """Whether somebody else has written it since the edits began."""
        return self.changed and self.taken and self.disk != self.base


class Drafts:
    """Every file of ``org/`` and ``roles/``, the bundled ones that fill it in included."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    @property
    def paths(self) -> list[str]:
        """The charter, then the roles."""
        return sorted(self._drafts, key=lambda path: (path != CHARTER, path))

    @property
    def unsaved(self) -> list[str]:
        """Files with edits that are not saved."""
        return [path for path in self.paths if self._drafts[path].changed]

    def get(self, path: str) -> Draft | None:
        """The file of this path."""
        return self._drafts.get(path)

    def texts(self) -> dict[str, bytes]:
        """What is not saved yet, by path, as it would be written."""
        return {path: self._drafts[path].text.encode("utf-8", "replace") for path in self.unsaved}

    def seen(self, own: Mapping[str, bytes], whole: Mapping[str, bytes]) -> list[str]:
        """Take in what the lab holds (``own``) and works under (``whole``).

        Says which files show another text now. One that was edited keeps its edits.
        """
        others: list[str] = []
        for path, content in whole.items():
            text, readable = _decoded(content)
            disk = text if path in own else None
            draft = self._drafts.get(path)
            if draft is None:
                self._drafts[path] = Draft(path, text, text, disk, path in own, readable)
                others.append(path)
                continue
            draft.disk = disk
            if draft.changed and _plain(draft.text) != _plain(text):
                draft.taken = draft.taken or path in own
                continue
            if draft.base != text:
                others.append(path)
            draft.text = draft.base = text
            draft.taken, draft.readable = path in own, readable
        for path in list(self._drafts.keys() - whole.keys()):
            draft = self._drafts[path]
            draft.disk = None
            if not draft.changed:
                del self._drafts[path]
                others.append(path)
        return others

    def edit(self, path: str, text: str) -> None:
        """What stands in the editor."""
        self._drafts[path].text = text

    def unsaved_edits(self) -> dict[str, KeptEdit]:
        """What is not saved yet, to be kept for another time."""
        drafts = {path: self._drafts[path] for path in self.unsaved}
        return {
            path: KeptEdit(text=_storable(draft.text), base=_storable(draft.base))
            for path, draft in drafts.items()
        }

    def take_up(self, path: str, edit: KeptEdit) -> None:
        """Go on with an edit of another time; what others wrote meanwhile is a clash."""
        draft = self._drafts.setdefault(path, Draft(path, edit.text, edit.base, None))
        draft.text, draft.base = edit.text, edit.base

    def differs(self, path: str, edit: KeptEdit) -> bool:
        """Whether an edit is another text than what the file holds now."""
        draft = self._drafts.get(path)
        return draft is None or _plain(draft.text) != _plain(edit.text)

    def begin(self, name: str) -> Draft:
        """A new role that is not saved yet."""
        path = f"roles/{name}.md"
        return self._drafts.setdefault(path, Draft(path, NEW_ROLE.format(name=name), "", None))

    def saved(self, path: str) -> None:
        """The text in the editor is on disk now."""
        draft = self._drafts[path]
        draft.base = draft.disk = draft.text
        draft.taken = True

    def give_up(self, path: str) -> None:
        """Drop the edits of a file, for what is on disk."""
        draft = self._drafts[path]
        if draft.is_new:
            del self._drafts[path]
            return
        draft.text = draft.base = draft.base if draft.disk is None else draft.disk


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _decoded(content: bytes) -> tuple[str, bool]:
    try:
        return content.decode("utf-8"), True
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace"), False


def _plain(text: str) -> str:
    """Without what an editor may change by itself: the kind of line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
