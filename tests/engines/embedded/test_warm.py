import subprocess
import sys

from orgloop.engines.embedded.warm import HEAVY, warm_up
from orgloop.testing.requests import FilesInMemory, a_task


def test_warming_up_loads_what_is_heavy() -> None:
    warm_up().join()
    assert all(name in sys.modules for name in HEAVY)


def test_warming_up_on_files_that_cannot_be_read_is_quiet() -> None:
    warm_up(FilesInMemory({"train.py": b"def f(:"}), a_task()).join()


def test_engines_and_the_embedded_package_import_nothing_heavy() -> None:
    code = (
        "import sys, orgloop.engines, orgloop.engines.embedded, orgloop.engines.embedded.warm;"
        "print([m for m in ('numpy', 'optuna', 'libcst', 'scipy', 'langgraph', 'git')"
        " if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
