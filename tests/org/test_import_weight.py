from __future__ import annotations

import subprocess
import sys

HEAVY = ("langgraph", "langchain_core", "optuna", "libcst", "scipy", "numpy", "git", "textual")


def test_checking_a_lab_imports_nothing_heavy() -> None:
    program = (
        "import sys, orgloop.org, orgloop.cli.check, orgloop.cli.graph\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
