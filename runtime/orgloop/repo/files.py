"""The lab's files at one commit, as engines and roles may read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orgloop.repo.globs import Globs
from orgloop.repo.objects import ObjectStore
from orgloop.repo.trees import Entry


class CommitFiles:
    """Read access at one commit without a checkout; hidden files do not exist here.

    Meets ``orgloop.engines.protocol.SourceFiles``. Immutable, safe from any thread. Submodules
    are left out; a symlink's content is its target, as in git.
    """

    def __init__(self, objects: ObjectStore, entries: Mapping[str, Entry], hidden: Globs) -> None:
        self._objects = objects
        self._entries = entries
        self._hidden = hidden
        self._paths: tuple[str, ...] | None = None

    def paths(self) -> Sequence[str]:
        """Every tracked file that is not hidden, sorted."""
        if self._paths is None:
            self._paths = tuple(path for path in self._entries if self._shown(path))
        return self._paths

    def read(self, path: str) -> bytes:
        """The file's bytes; raises KeyError where there is no such file, or it is hidden."""
        return self._objects.read(self.blob(path), "blob")

    def blob(self, path: str) -> str:
        """The file's git blob id; raises KeyError as :meth:`read` does."""
        if not self._shown(path):
            raise KeyError(path)
        return self._entries[path].blob

    def _shown(self, path: str) -> bool:
        entry = self._entries.get(path)
        if entry is None or entry.mode & 0o170000 == 0o160000:
            return False
        return not (self._hidden and self._hidden.matches(path))
