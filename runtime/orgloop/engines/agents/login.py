"""Copies of a person's logins, made so that nothing done with them can spoil the original.

A copy can be used and not renewed: the token that gets new tokens stays at home, since a provider
takes it once, and a client in a box that used it up would log the person out. Clients that the
person runs renew theirs as always, and the next copy is as fresh.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from orgloop.engines.protocol import Json
from orgloop.errors import EngineError

_RENEWING = frozenset({"refreshToken", "refresh_token"})
_NETWORK = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
)
CERTIFICATES = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
"""Variables that name a file of certificates, which is then shown as well."""


def read_object(path: Path) -> dict[str, Json] | None:
    """A file's JSON object; None where there is no such file.

    Raises :class:`EngineError` where it is something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EngineError(f"{path} could not be read: {error.strerror}.") from error
    try:
        found = json.loads(text)
    except ValueError as error:
        raise EngineError(
            f"{path} is no plain JSON: {error}.", hint="Comments in it are not understood here."
        ) from error
    return found if isinstance(found, dict) else None


def without_renewal(login: Json, names: frozenset[str] = _RENEWING) -> Json:
    """The login with the tokens that get new tokens emptied, at any depth."""
    if isinstance(login, Mapping):
        return {
            key: "" if key in names and isinstance(value, str) else without_renewal(value, names)
            for key, value in login.items()
        }
    if isinstance(login, list):
        return [without_renewal(part, names) for part in login]
    return login


def as_bytes(found: Json) -> bytes:
    """JSON for a file."""
    return json.dumps(found).encode()


def chosen(environment: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those of the variables that are set, and what a proxy needs."""
    return {
        name: environment[name] for name in (*names, *_NETWORK) if environment.get(name, "") != ""
    }


def certificates(environment: Mapping[str, str]) -> tuple[dict[str, str], tuple[Path, ...]]:
    """Variables that name certificates, and the files that they name."""
    found = {
        name: environment[name]
        for name in CERTIFICATES
        if environment.get(name) and Path(environment[name]).is_file()
    }
    return found, tuple(Path(path) for path in found.values())


def home(environment: Mapping[str, str]) -> Path:
    """The person's home directory."""
    said = environment.get("HOME", "")
    return Path(said) if said else Path.home()
