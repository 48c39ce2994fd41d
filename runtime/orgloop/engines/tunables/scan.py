"""One scan for one blob, whoever asks and however often.

Scans are kept by git blob id in a bounded store that every walk shares. The scanners are
imported when the first file of their kind is read.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from orgloop.engines.tunables.candidate import Language, RefusedFileError, Scan

_LANGUAGES: dict[str, Language] = {
    ".py": "python",
    ".pyw": "python",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".json": "json",
}
_KEPT = 512


def language_of(path: str) -> Language | None:
    """What ``path`` is written in, by its suffix; None for what holds no tunables."""
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    return _LANGUAGES.get(name[dot:].lower()) if dot > 0 else None


class ScanStore:
    """The latest scans by language and blob id; safe to use from several threads."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._scans: OrderedDict[tuple[str, str], Scan] = OrderedDict()
        self._lock = threading.Lock()

    def scan(self, language: Language, blob: str, read: Callable[[], bytes]) -> Scan:
        """The scan of ``blob``, made from ``read()`` if it is not here."""
        known = self.known(language, blob)
        if known is not None:
            return known
        made = scan_bytes(language, read())
        self.keep(language, blob, made)
        return made

    def known(self, language: Language, blob: str) -> Scan | None:
        """The scan of ``blob`` if it is here."""
        with self._lock:
            scan = self._scans.get((language, blob))
            if scan is not None:
                self._scans.move_to_end((language, blob))
            return scan

    def keep(self, language: Language, blob: str, scan: Scan) -> None:
        """Store ``scan``, forgetting the one that was used longest ago."""
        with self._lock:
            self._scans[language, blob] = scan
            self._scans.move_to_end((language, blob))
            while len(self._scans) > self._kept:
                self._scans.popitem(last=False)


def scan_bytes(language: Language, data: bytes) -> Scan:
    """Scan a file; a file that is left alone gives a scan that says why."""
    try:
        return _scanner(language)(data)
    except RefusedFileError as refused:
        return Scan(refused=str(refused))


def _scanner(language: Language) -> Callable[[bytes], Scan]:
    if language == "python":
        from orgloop.engines.tunables.python.scan import scan_python

        return scan_python
    if language == "yaml":
        from orgloop.engines.tunables.formats.yaml_scan import scan_yaml

        return scan_yaml
    if language == "toml":
        from orgloop.engines.tunables.formats.toml_scan import scan_toml

        return scan_toml
    from orgloop.engines.tunables.formats.json_scan import scan_json

    return scan_json


SCANS = ScanStore()
"""Shared by every discovery of the process."""
