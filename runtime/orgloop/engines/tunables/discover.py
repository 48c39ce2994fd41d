"""From a task and its files to the search space: what may be tuned, and why the rest may not."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial

from orgloop.engines.protocol import SourceFiles
from orgloop.engines.tunables.candidate import Candidate, Language
from orgloop.engines.tunables.comments import HINT
from orgloop.engines.tunables.editable import is_editable
from orgloop.engines.tunables.model import Note, Space, Tunable
from orgloop.engines.tunables.names import barred
from orgloop.engines.tunables.ranges import Range, range_of
from orgloop.engines.tunables.scan import SCANS, language_of
from orgloop.engines.tunables.wishes import Wish, read_wishes
from orgloop.problems import did_you_mean
from orgloop.task import Task

_KEPT = 64
_spaces: OrderedDict[tuple[object, ...], Space] = OrderedDict()
_lock = threading.Lock()


def discover(files: SourceFiles, task: Task) -> Space:
    """The search space of ``task`` at the commit that ``files`` shows.

    A space depends on the blobs of the editable files and on the task's own words, so asking again
    costs a look-up. The first Python file imports libcst and takes a fifth of a second; call it
    off the event loop.
    """
    blobs = {
        path: files.blob(path)
        for path in files.paths()
        if is_editable(path, task.editable) and language_of(path) is not None
    }
    key = (tuple(blobs.items()), task.editable, repr(task.tunables), task.run)
    with _lock:
        known = _spaces.get(key)
        if known is not None:
            _spaces.move_to_end(key)
            return known
    space = _Discovery(files, task, blobs).space()
    with _lock:
        _spaces[key] = space
        while len(_spaces) > _KEPT:
            _spaces.popitem(last=False)
    return space


class _Discovery:
    """One space while it is put together."""

    def __init__(self, files: SourceFiles, task: Task, blobs: Mapping[str, str]) -> None:
        self._files = files
        self._task = task
        self._blobs = blobs
        self._notes: list[Note] = []
        self._wishes = read_wishes(task.tunables)

    def space(self) -> Space:
        found: list[tuple[str, Language, Candidate]] = []
        for path, blob in self._blobs.items():
            language = language_of(path)
            assert language is not None
            scan = SCANS.scan(language, blob, partial(self._files.read, path))
            if scan.refused is not None:
                text = f"Nothing in this file is tuned: {scan.refused}."
                self._note(path, None, None, text, mend=True)
            found.extend((path, language, candidate) for candidate in scan.candidates)
        chosen = self._chosen(found)
        tunables: list[Tunable] = []
        for path, language, candidate in found:
            tunable = self._tunable(path, language, candidate, chosen)
            if tunable is not None:
                tunables.append(tunable)
        self._task_notes(found)
        return Space(tuple(tunables), tuple(self._notes), dict(self._blobs))

    def _chosen(
        self, found: Sequence[tuple[str, Language, Candidate]]
    ) -> Mapping[tuple[str, str], Wish] | None:
        """The entry of ``tunables:`` for each constant that one means; None without entries."""
        if not self._wishes:
            return None
        chosen: dict[tuple[str, str], Wish] = {}
        for wish in self._wishes:
            for exactly in (True, False):
                meant = [
                    (path, candidate.name)
                    for path, _, candidate in found
                    if wish.matches(path, candidate.name, exactly=exactly)
                ]
                if meant:
                    break
            for place in meant:
                if place not in chosen or chosen[place].is_glob:
                    chosen[place] = wish
        return chosen

    def _tunable(
        self,
        path: str,
        language: Language,
        candidate: Candidate,
        chosen: Mapping[tuple[str, str], Wish] | None,
    ) -> Tunable | None:
        wish = chosen.get((path, candidate.name)) if chosen is not None else None
        restricts = any(wish.wanted for wish in self._wishes)
        if wish is None and restricts:
            return None
        if wish is not None and not wish.wanted:
            self._skip(path, candidate, "`tunables:` in task.md says so", mend=False)
            return None
        named = wish is not None and not wish.is_glob
        if candidate.never is not None:
            self._skip(path, candidate, candidate.never, mend=named)
            return None
        bar = barred(candidate.name)
        if bar is not None and not (wish is not None and wish.lifts(candidate)):
            if not isinstance(candidate.value, str) or candidate.given is not None:
                self._skip(path, candidate, f"`{bar[0]}` stands for {bar[1]}", mend=False)
            return None
        if self._on_command_line(candidate.name):
            self._skip(path, candidate, "`run:` in task.md gives it its value", mend=named)
            return None
        return self._ranged(path, language, candidate, wish)

    def _ranged(
        self, path: str, language: Language, candidate: Candidate, wish: Wish | None
    ) -> Tunable | None:
        if candidate.remark is not None:
            text = f"The comment beside `{candidate.name}` has no effect: {candidate.remark}."
            self._note(path, candidate.line, candidate.name, text, HINT, mend=True)
        given = candidate.given
        if wish is not None and wish.given is not None:
            given = wish.given
        admitted = range_of(candidate, given)
        if isinstance(admitted, str):
            mend = (wish is not None and not wish.is_glob) or candidate.given is not None
            if isinstance(candidate.value, str) and not mend:
                return None  # a string without choices is no knob; saying so each time is noise
            self._skip(path, candidate, admitted, mend=mend)
            return None
        tunable = _tunable(path, language, candidate, admitted)
        if tunable.single:
            self._skip(path, candidate, "its range holds one value", mend=given is not None)
            return None
        if given is not None and not tunable.admits(tunable.value):
            text = f"`{candidate.name}` is {candidate.text}, which its stated range leaves out."
            self._note(path, candidate.line, candidate.name, text, mend=True)
        return tunable

    def _task_notes(self, found: Sequence[tuple[str, Language, Candidate]]) -> None:
        places = [(path, candidate.name) for path, _, candidate in found]
        for wish in self._wishes:
            key = f"tunables.{wish.pattern}"
            if wish.fault is not None:
                text = f"The range of `{wish.pattern}` cannot be read: {wish.fault}."
                self._note("task.md", None, key, text, mend=True)
            if not any(wish.matches(path, name, exactly=False) for path, name in places):
                text = f"No constant of the editable files is called `{wish.pattern}`."
                near = did_you_mean(wish.pattern, [name for _, name in places[:40]])
                self._note("task.md", None, key, text, near, mend=True)

    def _on_command_line(self, name: str) -> bool:
        if not name.startswith("--"):
            return False
        spelt = re.escape(name).replace("_", "[-_]").replace(r"\-", "[-_]")
        return re.search(rf"(?<!\S){spelt}(?:[=\s]|$)", self._task.run) is not None

    def _skip(self, path: str, candidate: Candidate, why: str, *, mend: bool) -> None:
        text = f"`{candidate.name}` is not tuned: {why}."
        self._note(path, candidate.line, candidate.name, text, mend=mend)

    def _note(
        self,
        path: str,
        line: int | None,
        name: str | None,
        text: str,
        hint: str = "",
        *,
        mend: bool,
    ) -> None:
        self._notes.append(Note(path, line, name, text, hint, mend))


def _tunable(path: str, language: Language, candidate: Candidate, admitted: Range) -> Tunable:
    value = candidate.value
    if admitted.kind == "float" and isinstance(value, int):
        value = float(value)
    return Tunable(
        key=f"{path}:{candidate.name}",
        path=path,
        name=candidate.name,
        kind=admitted.kind,
        value=value,
        line=candidate.line,
        start=candidate.start,
        end=candidate.end,
        text=candidate.text,
        language=language,
        low=admitted.low,
        high=admitted.high,
        scale=admitted.scale,
        step=admitted.step,
        grid=admitted.grid,
        choices=admitted.choices,
        how=admitted.how,
    )
