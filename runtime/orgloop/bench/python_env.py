"""Which files make Python work in a box, with all of its packages or with a chosen few.

``python`` in a command is the interpreter that runs Orgloop, unless the lab brings its own
environment. Hiding a package means that no file of it is there to be read: the directories of
packages are empty in the box, but for those that the task names.
"""

from __future__ import annotations

import functools
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from orgloop.bench.python_packages import chosen_packages, site_folders
from orgloop.bench.system_files import Visible, bind

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_USR = Path("/usr")


@functools.cache
def python_env(packages: tuple[str, ...] | None) -> Visible:
    """What to show of this interpreter; raises UserError for a package that is not installed."""
    prefix = Path(sys.prefix)
    path = (str(_bin(prefix)),)
    if packages is None:
        shown = [*_prefixes(), *(folder for folder in site_folders() if folder.is_dir())]
        return Visible(tuple(bind(p) for p in _outermost(shown)), path=path)
    files: list[Path] = []
    hollow: list[Path] = []
    for base in _prefixes():
        if base == _USR:
            files += sorted(_USR.glob("bin/python3*"))
        else:
            files += [base / "bin", base / "pyvenv.cfg"]
        files += [base / "conda-meta"] if (base / "conda-meta").is_dir() else []
        libraries = base / "lib"
        if (base / "conda-meta").is_dir():
            files.append(libraries)
        else:
            files += sorted(libraries.glob("libpython*.so.*"))
        for folder in (base / "lib" / _VERSION, base / "lib64" / _VERSION):
            if (folder / "os.py").is_file() or (folder / "lib-dynload").is_dir():
                files.append(folder)
                hollow += [folder / name for name in ("site-packages", "dist-packages")]
    files.append(Path(sysconfig.get_path("stdlib")))
    shown = _outermost(file for file in files if file.exists())
    chosen = chosen_packages(packages)
    hollow = [folder for folder in hollow if folder.is_dir()]
    return Visible(
        tuple(bind(file) for file in (*shown, *chosen.files)),
        tuple(dict.fromkeys((*hollow, *chosen.hollow))),
        path,
    )


def mounted_env(folder: Path) -> Visible:
    """What makes an environment of the lab's own (``.venv``) work: its ``bin``, and its base.

    Empty where the directory is no Python environment.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        return Visible()
    bases: list[Path] = []
    try:
        lines = (folder / "pyvenv.cfg").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == "home":
            bases.append(Path(value.strip()).parent)
    bases += [hop.parent.parent for hop in _hops(python)]
    kept = [base for base in bases if not base.is_relative_to(folder) and base.is_dir()]
    return Visible(
        tuple(bind(base) for base in _outermost(kept) if base not in (Path("/"), _USR)),
        path=(str(folder / "bin"),),
    )


def _bin(prefix: Path) -> Path:
    folder = Path(sys.executable).parent
    return folder if folder.is_relative_to(prefix) else prefix / "bin"


def _prefixes() -> list[Path]:
    """The environment, its base, and every place that a link on the way to the binary names."""
    places = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_prefix).resolve()]
    places += [hop.parent.parent for hop in _hops(Path(sys.executable))]
    kept = dict.fromkeys(
        place
        for place in places
        if (place / "lib" / _VERSION).is_dir() or (place / "lib64" / _VERSION).is_dir()
    )
    # Debian's /bin/python3 and /usr/local are no homes of an interpreter of their own.
    return [place for place in kept if place != Path("/")]


def _hops(link: Path) -> Iterator[Path]:
    for _ in range(40):
        if not link.is_symlink():
            return
        link = link.parent / link.readlink()
        yield link


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Without repetitions and without what lies below another of them."""
    kept: list[Path] = []
    for path in sorted(set(paths), key=lambda item: len(item.parts)):
        if not any(path.is_relative_to(outer) for outer in kept):
            kept.append(path)
    return kept
