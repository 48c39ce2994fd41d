"""The training code rewrites, shadows or hooks into the code that scores it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.bench import CrashKind

pytestmark = pytest.mark.slow

FAKE = "print('loss: 0'); raise SystemExit"
HOOK = """
import atexit, builtins, sys
if len(sys.argv) > 1 and sys.argv[1] == "score":
    print("loss: 0", flush=True)
    import os; os._exit(0)
"""
TOOLS = f"""
import os, pathlib
FAKE, HOOK = {FAKE!r}, {HOOK!r}
def plant(path, text=HOOK):
    path = pathlib.Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError:
        pass
"""
REWRITES = {
    "writes over it": 'plant("evaluate.py", FAKE)',
    "replaces it": 'os.unlink("evaluate.py"); plant("evaluate.py", FAKE)',
    "moves another file there": 'plant("new.py", FAKE); os.replace("new.py", "evaluate.py")',
    "links it to another file": (
        'plant("new.py", FAKE); os.unlink("evaluate.py"); os.symlink("new.py", "evaluate.py")'
    ),
    "changes it and sets its times back": (
        'about = os.stat("evaluate.py"); plant("evaluate.py", FAKE);'
        ' os.utime("evaluate.py", ns=(about.st_atime_ns, about.st_mtime_ns))'
    ),
    "makes it executable": 'os.chmod("evaluate.py", 0o777)',
    "removes it": 'os.unlink("evaluate.py")',
    "turns itself into other code": 'plant("train.py", FAKE)',
    "rewrites prediction": 'plant("predict.py", "print(1)")',
}
SHADOWS = {
    "a module of the standard library": 'plant("json.py")',
    "a package of it": 'plant("pathlib/__init__.py")',
    "a module it will import": 'plant("numpy.py"); plant("random.py"); plant("os.py")',
    "sitecustomize": 'plant("sitecustomize.py"); plant("usercustomize.py")',
    "a .pth file": 'plant("x.pth", "import os; print(\'loss: 0\')")',
    "conftest": 'plant("conftest.py"); plant("pytest.ini", "[pytest]")',
    "compiled code": (
        "import py_compile; plant('fake.py', FAKE);"
        " os.makedirs('__pycache__', exist_ok=True);"
        " py_compile.compile('fake.py', '__pycache__/evaluate.cpython-311.pyc');"
        " py_compile.compile('fake.py', '__pycache__/json.cpython-311.pyc')"
    ),
    "the user's site-packages": (
        "import site; plant(site.getusersitepackages() + '/usercustomize.py');"
        " plant(site.getusersitepackages() + '/x.pth', 'import usercustomize')"
    ),
    "the installed packages": (
        "import sysconfig\n"
        "for name in ('purelib', 'stdlib', 'platlib'):\n"
        "    plant(sysconfig.get_path(name) + '/sitecustomize.py')"
    ),
    "start-up files": (
        "home = pathlib.Path(os.environ['HOME'])\n"
        "for name in ('.pythonrc', '.profile', '.bashrc', '.config/git/config', '.pdbrc'):\n"
        "    plant(home / name)\n"
        "os.environ['PYTHONSTARTUP'] = str(home / '.pythonrc')\n"
        "os.environ['PYTHONPATH'] = os.getcwd()"
    ),
}


@pytest.mark.parametrize("trick", REWRITES.values(), ids=REWRITES)
async def test_a_run_that_rewrites_the_judges_code_is_told_so(arena, trick) -> None:
    measured = await arena.attempt(arena.train + TOOLS + trick)
    assert measured.value is None
    assert measured.crash.kind is CrashKind.FROZEN
    assert measured.crash.message.startswith("It changed tracked files while it ran: `")
    assert measured.crash.step == "run"
    assert await arena.is_unharmed()


@pytest.mark.parametrize("trick", SHADOWS.values(), ids=SHADOWS)
async def test_a_file_beside_the_code_changes_nothing_for_the_judge(arena, trick) -> None:
    before = arena.outside()
    measured = await arena.attempt(arena.train + TOOLS + trick, predict=arena.predict)
    if measured.crash is None:
        assert measured.value == arena.honest_value
    else:  # it has shadowed what its own prediction imports, and so only hurt itself
        assert measured.crash.step == "predict"
    assert arena.outside() == before


def test_in_the_runs_own_directory_the_same_files_would_decide_the_score(arena) -> None:
    # The control: a harness that scores where the run has been.
    slot = arena.slot().lab
    (slot / "json.py").write_text(HOOK)
    (slot / "score.py").write_text("import json\nprint('loss: 1')")
    said = subprocess.run(
        [sys.executable, "-S", "score.py", "score"], cwd=slot, capture_output=True, text=True
    )
    assert said.stdout == "loss: 0\n"


async def test_the_frozen_copy_cannot_be_found_or_written(arena) -> None:
    frozen = arena.home / "frozen" / "evaluate.py"
    said = await arena.alone(
        f"""
        import os
        for path in ({str(frozen)!r}, "../../frozen/evaluate.py", "/proc/1/root{frozen}"):
            try: open(path, "a").write("#")
            except OSError as error: print(type(error).__name__)
            else: print("STOLEN")
        print(os.path.exists({str(frozen.parent)!r}))
        """
    )
    assert "STOLEN" not in said
    assert said.endswith("False\n")
    assert arena.naive(f"open({str(frozen)!r}, 'a'); print('STOLEN')") == "STOLEN\n"


async def test_prediction_in_a_package_of_the_evaluators_name_is_not_the_evaluator(arena) -> None:
    predict = arena.predict + TOOLS + 'plant("evaluate/__init__.py", FAKE)'
    measured = await arena.attempt(predict=predict)
    assert measured.value == arena.honest_value
    assert not Path(arena.home, "frozen", "evaluate").exists()
    assert os.listdir(arena.home / "scratch") == []
