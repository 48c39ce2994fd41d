"""Starts the supervisor without the imports that its parent packages would make."""

# pathlib is a third of a supervisor's start-up.
# ruff: noqa: PTH120

import os
import sys
from types import ModuleType


def _stand_in(name: str, folder: str) -> None:
    # The parents' own `__init__` would import pydantic, which this interpreter (-S) cannot see
    # and which would make every start slow.
    module = ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module


if __name__ == "__main__":
    here = os.path.dirname(os.path.realpath(__file__))
    _stand_in("orgloop", os.path.dirname(os.path.dirname(here)))
    _stand_in("orgloop.bench", os.path.dirname(here))
    from orgloop.bench.supervisor.serve import serve

    serve(sys.argv[1], bound="--bound" in sys.argv[2:])
