"""Whether a changed file still parses, by what its name says it is."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath

from orgloop.engines.embedded.constants import guarded

Reader = Callable[[str], str | None]


def fault(path: str, data: bytes) -> str | None:
    """What keeps the file from being read, with its line; None where it parses or is of no
    known kind."""
    match PurePosixPath(path).suffix.lower():
        case ".py" | ".pyi":
            return _python(path, data)
        case ".json":
            return _text_fault(path, data, _json)
        case ".toml":
            return _text_fault(path, data, _toml)
        case ".yaml" | ".yml":
            return _text_fault(path, data, _yaml)
        case _:
            return None


def _python(path: str, data: bytes) -> str | None:
    try:
        guarded(data)  # keeps what it finds, for the rule on honesty
    except SyntaxError as error:
        return f"`{path}` line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"`{path}`: {error or type(error).__name__}"
    return None


def _text_fault(path: str, data: bytes, read: Reader) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"`{path}`: not UTF-8 at byte {error.start}"
    found = read(text)
    return None if found is None else f"`{path}`{found}"


def _json(text: str) -> str | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f" line {error.lineno}: {error.msg}"
    except RecursionError:
        return ": nested too deep"
    return None


def _toml(text: str) -> str | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return f": {error}"
    except RecursionError:
        return ": nested too deep"
    return None


def _yaml(text: str) -> str | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        for _ in YAML(typ="safe", pure=True).load_all(text):
            pass
    except MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" line {error.problem_mark.line + 1}"
        return f"{line}: {error.problem or 'not YAML'}"
    except (YAMLError, ValueError, RecursionError) as error:
        return f": {error}"
    return None
