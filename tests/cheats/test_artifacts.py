"""What a run leaves for the judge is a trap: a link, a pipe, a bomb, a name."""

import os
import shutil

import pytest

from orgloop.bench import CrashKind

pytestmark = pytest.mark.slow

HEAD = "import os, socket\n"
TRAPS = {
    "a link to a hidden file": "os.symlink('hidden.txt', 'model.txt')",
    "a link to the frozen code": "os.symlink('ROOT/.orgloop/frozen/hidden.txt', 'model.txt')",
    "a link to the ledger": "os.symlink('ROOT/.orgloop/lab.db', 'model.txt')",
    "a link to another slot": "os.symlink('../2/hidden.txt', 'model.txt')",
    "a link to itself": "os.symlink('model.txt', 'model.txt')",
    "a link to the process": "os.symlink('/proc/self/environ', 'model.txt')",
    "a pipe": "os.mkfifo('model.txt')",
    "a socket": "socket.socket(socket.AF_UNIX).bind('model.txt')",
    "a link by way of a folder": (
        "os.makedirs('d'); os.symlink('d', 'e'); os.symlink('e/x', 'model.txt')"
    ),
    "a folder with a link in it": "os.makedirs('model.txt'); os.symlink('/etc', 'model.txt/etc')",
    "nothing": "pass",
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
async def test_what_is_no_plain_file_never_reaches_the_judge(arena, trap) -> None:
    measured = await arena.attempt(HEAD + trap.replace("ROOT", str(arena.root)))
    assert measured.crash.kind is CrashKind.ARTIFACTS
    assert measured.crash.message.startswith("It ended well, but ")
    assert "`model.txt" in measured.crash.message


async def test_a_device_cannot_be_made(arena) -> None:
    measured = await arena.attempt("import os; os.mknod('model.txt', 0o20666, os.makedev(1, 5))")
    assert measured.crash.kind is CrashKind.EXCEPTION
    assert "PermissionError" in measured.crash.message


async def test_a_hard_link_is_only_a_copy_of_what_the_run_could_read(arena) -> None:
    train = "import os; os.link('hidden.txt', 'model.txt')"
    measured = await arena.attempt(train)
    assert measured.crash is not None
    assert arena.truth not in measured.crash.tail


@pytest.mark.parametrize("name", ["../../escaped", "a/../../escaped", "/tmp/escaped", "new\nline"])
async def test_a_name_that_leads_elsewhere_stays_where_it_is(arena, name) -> None:
    before = arena.outside()
    train = f"""
    import os
    os.makedirs("out", exist_ok=True)
    try:
        with open(os.path.join("out", {name!r}), "w") as file: file.write("x")
    except OSError: pass
    open("out/model.txt", "w").write("5.625")
    open("model.txt", "w").write("5.625")
    """
    measured = await arena.attempt(train, artifacts=["model.txt", "out"])
    assert measured.value == arena.honest_value, measured.crash
    assert arena.outside() == before


async def test_ten_thousand_artifacts_and_one_are_too_many(arena) -> None:
    train = "import os; os.mkdir('out')\nfor i in range(10_001): open(f'out/{i}', 'w').close()"
    measured = await arena.attempt(train, artifacts=["out"])
    assert measured.crash.kind is CrashKind.ARTIFACTS
    assert "more than 10000 files" in measured.crash.message


NEST = "for _ in range(300): os.mkdir('d'); os.chdir('d')\n"


@pytest.fixture
def cleared(arena):
    """Takes a nest apart from its top, as the pool's trash does: no path would reach its end."""
    yield
    top = arena.slot().lab
    for _ in range(400):
        nests = [path for path in (top / "d", top / "model.txt" / "d") if path.is_dir()]
        if not nests:
            return
        nest = nests[0]
        inner = nest / "d"
        if inner.is_dir():
            inner.rename(top / "next")
        shutil.rmtree(nest)  # the innermost holds a file
        if (top / "next").is_dir():
            (top / "next").rename(top / "d")


async def test_a_deep_nest_in_an_artifact_is_refused(arena, cleared) -> None:
    train = f"import os\nos.makedirs('model.txt'); os.chdir('model.txt')\n{NEST}"
    measured = await arena.attempt(train)
    assert measured.crash.kind is CrashKind.ARTIFACTS
    assert "nested more than 200 deep" in measured.crash.message


async def test_a_deep_nest_that_hides_what_is_written_counts_as_too_much(arena, cleared) -> None:
    train = f"import os, time\n{NEST}open('x', 'wb').write(bytes(1 << 20))\ntime.sleep(20)"
    measured = await arena.attempt(train, limits={"disk": "64MB", "wall": "60s"})
    assert measured.crash.kind is CrashKind.DISK


ANSWERS = {
    "a link to the truth": "os.symlink(answers.replace('answers', 'scoring') + '/truth.txt', path)",
    "a link to a hidden file": "os.symlink(os.path.abspath('hidden.txt'), path)",
    "a pipe": "os.mkfifo(path)",
    "a folder": "os.mkdir(path)",
    "a file nobody may read": "open(path, 'w').close(); os.chmod(path, 0)",
    "nothing": "pass",
    "no number": "open(path, 'w').write('not a number')",
    "a program": "open(path, 'w').write('exit() or __import__(chr(111) + chr(115))')",
    "not a number, as a number": "open(path, 'w').write('nan')",
    "without end": "open(path, 'w').write('inf')",
    "more digits than there is room for": "open(path, 'w').write('9' * 10_000_000)",
    "bytes of no text": "open(path, 'wb').write(bytes(range(256)))",
}


@pytest.mark.parametrize("trap", ANSWERS.values(), ids=ANSWERS)
async def test_answers_of_any_kind_but_the_right_one_give_no_number(arena, trap) -> None:
    predict = f"""
import os
import shutil
answers = os.environ["ORGLOOP_ANSWERS"]
path = answers + "/answer.txt"
{trap}
"""
    measured = await arena.attempt(predict=predict, limits={"wall": "20s"})
    assert measured.value is None or measured.value > arena.honest_value
    if measured.crash is not None:
        assert measured.crash.kind in (
            CrashKind.ARTIFACTS,
            CrashKind.EVALUATOR,
            CrashKind.NON_FINITE,
        )
    assert await arena.is_unharmed()


async def test_a_pickle_is_never_opened(arena, tmp_path) -> None:
    marker = tmp_path / "unpickled"
    predict = f"""
    import os, pickle
    class Bomb:
        def __reduce__(self): return os.system, ("touch {marker}; echo loss: 0",)
    with open(os.environ["ORGLOOP_ANSWERS"] + "/answer.txt", "wb") as file:
        pickle.dump(Bomb(), file)
    """
    measured = await arena.attempt(predict=predict)
    assert measured.crash.kind is CrashKind.EVALUATOR
    assert not marker.exists()
    assert os.listdir(arena.home / "scratch") == []
