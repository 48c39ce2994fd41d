"""Changing literals in place: those bytes and no others, proven before anything is handed out."""

from __future__ import annotations

from collections.abc import Mapping

from orgloop.engines.protocol import SourceFiles
from orgloop.engines.tunables.blob import blob_id
from orgloop.engines.tunables.candidate import RefusedFileError, Value
from orgloop.engines.tunables.decoded import decode
from orgloop.engines.tunables.model import Space, Tunable
from orgloop.engines.tunables.proof import proven
from orgloop.engines.tunables.scale import same
from orgloop.engines.tunables.scan import SCANS
from orgloop.engines.tunables.writing import written
from orgloop.errors import EngineError
from orgloop.problems import did_you_mean


def splice(files: SourceFiles, space: Space, changes: Mapping[str, Value]) -> dict[str, bytes]:
    """The new content of every file in which ``changes``, values by key, change something.

    Types and choices are held to; ranges are not, so clip first (:meth:`Tunable.clip`). Raises
    :class:`~orgloop.errors.EngineError` for an unknown key, a value of another type, a file that
    is no longer what ``space`` was made from, and an edit that would change anything else.
    """
    wanted: dict[str, list[tuple[Tunable, Value]]] = {}
    known = {tunable.key: tunable for tunable in space.tunables}
    for key, asked in changes.items():
        tunable = known.get(key)
        if tunable is None:
            raise EngineError(
                f"There is no tunable `{key}`.", hint=did_you_mean(key, list(known)[:20])
            )
        value = tunable.typed(asked)
        if value is None:
            raise EngineError(
                f"`{key}` cannot be {asked!r}: it is {_kind(tunable)}.",
                hint="Propose values with `from_unit` or `clip`.",
            )
        if not same(value, tunable.value):
            wanted.setdefault(tunable.path, []).append((tunable, value))
    return {
        path: _spliced(path, files, space, sorted(edits, key=lambda edit: edit[0].start))
        for path, edits in wanted.items()
    }


def _spliced(
    path: str, files: SourceFiles, space: Space, edits: list[tuple[Tunable, Value]]
) -> bytes:
    data = files.read(path)
    language = edits[0][0].language
    before = space.blobs[path]
    scan = SCANS.known(language, before)
    try:
        old = decode(data, language)
        pieces: list[bytes] = []
        carried: dict[str, tuple[str, Value, int]] = {}
        at = 0
        for tunable, value in edits:
            if data[tunable.start : tunable.end] != old.encode(tunable.text):
                raise EngineError(
                    f"`{path}` is not the file in which `{tunable.key}` was found.",
                    hint="Discover again before splicing.",
                )
            text = written(value, tunable.text, language)
            encoded = old.encode(text)
            pieces += (data[at : tunable.start], encoded)
            carried[tunable.name] = (text, value, len(encoded))
            at = tunable.end
        new_data = b"".join((*pieces, data[at:]))
        new = decode(new_data, language)
    except (RefusedFileError, UnicodeEncodeError) as error:
        raise EngineError(f"`{path}` cannot be edited: {error}.") from error
    told = [(_read(tunable, tunable.value), value) for tunable, value in edits]
    if not proven(old, new, language, told):
        raise EngineError(
            f"Editing `{path}` would change more than "
            + ", ".join(f"`{tunable.name}`" for tunable, _ in edits)
            + ".",
            hint="Nothing was changed; please report this file.",
        )
    if scan is not None and scan.refused is None:
        SCANS.keep(language, blob_id(new_data, like=before), scan.carried(carried))
    return new_data


def _read(tunable: Tunable, value: Value) -> Value:
    """The value as the file's own reader sees it: ``1`` where a float is declared is an int."""
    whole = tunable.kind != "int" and isinstance(value, float) and value == int(value)
    plain = tunable.text.lstrip("+-").replace("_", "").isdigit()
    return int(value) if whole and plain else value


def _kind(tunable: Tunable) -> str:
    if tunable.choices is not None:
        return "one of " + ", ".join(repr(choice) for choice in tunable.choices)
    return "a whole number" if tunable.kind == "int" else "a finite number"
