"""The constants of a training script that an optimiser may tune, and changing exactly those.

:func:`discover` finds them in a task's editable files: module-level constants, dictionary
literals, fields of configuration classes, command-line defaults, and YAML, TOML and JSON values.
:func:`splice` writes new values into the literals and proves that nothing else changed. How a
comment states a range is in :mod:`~orgloop.engines.tunables.comments`, what ``tunables:`` says in
:mod:`~orgloop.engines.tunables.wishes`, what is inferred in
:mod:`~orgloop.engines.tunables.ranges`, and which names are never tuned in
:mod:`~orgloop.engines.tunables.names`.

Importing this package does not import libcst; the first Python file does.
"""

from __future__ import annotations

from orgloop.engines.tunables.candidate import Scale, Value
from orgloop.engines.tunables.discover import discover
from orgloop.engines.tunables.editable import is_editable
from orgloop.engines.tunables.model import Kind, Note, Space, Tunable
from orgloop.engines.tunables.splice import splice
from orgloop.engines.tunables.writing import rounded, written

__all__ = [
    "Kind",
    "Note",
    "Scale",
    "Space",
    "Tunable",
    "Value",
    "discover",
    "is_editable",
    "rounded",
    "splice",
    "written",
]
