"""How a new value is written: in the style of the literal it replaces, as a person would.

Proposals carry three significant digits (:func:`rounded`), so what is written is exactly what
was proposed: reading the text gives the same value back, to the bit.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal

from orgloop.engines.tunables.candidate import Language, Value

DIGITS = 3
_PLAIN_YAML = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def rounded(value: float, digits: int = DIGITS) -> float:
    """``value`` at so many significant digits."""
    return float(f"{value:.{digits - 1}e}")


def written(value: Value, like: str = "", language: Language = "python") -> str:
    """The literal for ``value`` in a file of ``language``, in the style of the text ``like``."""
    if isinstance(value, bool):
        return _boolean(value, like, language)
    if isinstance(value, str):
        return _string(value, like, language)
    if isinstance(value, int):
        grouped = "_" in like and language in ("python", "toml") and abs(value) >= 1000
        return f"{value:_}" if grouped else str(value)
    return _float(value, like, language)


def _boolean(value: bool, like: str, language: Language) -> str:
    text = "true" if value else "false"
    if language == "python" or (language == "yaml" and like.istitle()):
        return text.title()
    return text.upper() if language == "yaml" and like.isupper() else text


def _string(value: str, like: str, language: Language) -> str:
    quote = "'" if like.endswith("'") else '"'
    plain = value.isprintable() and quote not in value and "\\" not in value
    if language == "yaml" and like[-1:] not in ("'", '"'):
        if _PLAIN_YAML.fullmatch(value) and value.lower() not in _YAML_WORDS:
            return value
        return json.dumps(value, ensure_ascii=False)
    if language == "json" or not plain:
        return repr(value) if language == "python" else json.dumps(value, ensure_ascii=False)
    return f"{quote}{value}{quote}"


def _float(value: float, like: str, language: Language) -> str:
    if not math.isfinite(value):
        raise ValueError("only finite numbers are written")
    size = abs(value)
    scientific = "e" in like.lower() and "(" not in like
    positional = size == 0 or (0.1 <= size < 1000 if scientific else 1e-4 <= size < 1e7)
    if positional:
        text = format(Decimal(repr(value)), "f")
        if "." not in text:
            text += ".0"
        if language == "python" and like.lstrip("+-").startswith(".") and size < 1 and value:
            text = text.replace("0.", ".", 1)
        return text
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    power = exponent + len(digits) - 1
    tail = "".join(map(str, digits[1:]))
    if not tail and language == "yaml":
        tail = "0"  # YAML 1.1 reads `3e-4` as text: it wants the point and a signed exponent
    mantissa = f"{digits[0]}.{tail}" if tail else str(digits[0])
    plus = "+" if language == "yaml" and power >= 0 else ""
    return f"{'-' if sign else ''}{mantissa}e{plus}{power}"
