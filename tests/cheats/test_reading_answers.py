"""The candidate looks for what it is scored against, everywhere it can."""

import subprocess

import pytest

pytestmark = pytest.mark.slow

SEARCH = """
import os, sys
MARK = b"the-judge-" + b"knows"   # put together, or it would find itself

def look(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try: data = os.read(fd, 1 << 22)
        finally: os.close(fd)
    except OSError:
        return
    if MARK in data:
        print("STOLEN", path, flush=True)

for top in TOPS:
    for folder, folders, names in os.walk(top):
        if folder.startswith(("/usr", "/lib", "/opt", "/sys")) or "/task/" in folder:
            folders[:] = []
            continue
        for name in names:
            look(os.path.join(folder, name))
for pid in PIDS:
    if pid.isdecimal():
        for name in ("environ", "cmdline", "maps", "comm", "mountinfo"):
            look(f"/proc/{pid}/{name}")
        for link in ("cwd", "root"):
            for inner in ("hidden.txt", "truth.txt", ".orgloop/lab.db", "../../frozen/hidden.txt"):
                look(f"/proc/{pid}/{link}/{inner}")
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                look(f"/proc/{pid}/fd/{fd}")
        except OSError:
            pass
print("searched", flush=True)
"""
CONFINED = {"sandbox": {"packages": []}}


def search(tops: str = "['/']", pids: str = "os.listdir('/proc')") -> str:
    return SEARCH.replace("TOPS", tops).replace("PIDS", pids)


async def test_a_search_of_everything_finds_no_answer(arena) -> None:
    (arena.home / "logs").mkdir()
    (arena.home / "logs" / "old.log").write_text(arena.truth)
    said = await arena.alone(search(), **CONFINED)
    assert "searched" in said
    assert "STOLEN" not in said


def test_without_a_box_the_same_search_finds_them(arena) -> None:
    # Its own process alone: to read another's pipe is to take what somebody else waits for.
    said = arena.naive(search(repr([str(arena.root)]), "[str(os.getpid())]"))
    assert "STOLEN" in said


async def test_a_search_during_prediction_finds_none_either(arena) -> None:
    # The truth of this very measurement lies on the disk by then.
    predict = arena.predict + search()
    measured = await arena.attempt(predict=predict, **CONFINED)
    assert measured.value == arena.honest_value, measured.crash
    log = next((arena.home / "jobs").rglob("*predict.log")).read_text()
    assert "searched" in log
    assert "STOLEN" not in log


@pytest.mark.parametrize(
    "way",
    [
        "open('hidden.txt').read()",
        "open(os.path.realpath('hidden.txt')).read()",
        "os.pread(os.open('.', os.O_RDONLY), 100, 0)",
        "open('/proc/self/cwd/hidden.txt').read()",
        "open('/proc/1/root' + os.path.abspath('hidden.txt')).read()",
        "(os.link('hidden.txt', 'copy'), open('copy').read())[1]",
        "(os.rename('hidden.txt', 'copy'), open('copy').read())[1]",
        "subprocess.run(['cat', 'hidden.txt'], capture_output=True, text=True).stdout",
        "(os.umask(0), os.chmod('hidden.txt', 0o777), open('hidden.txt').read())[2]",
    ],
)
async def test_a_hidden_file_is_empty_by_every_way_to_it(arena, way) -> None:
    said = await arena.alone(
        f"""
        import os, subprocess
        try: found = {way}
        except OSError as error: found = type(error).__name__
        print("found", found)
        """
    )
    assert "found" in said
    assert arena.truth not in said
    assert (arena.slot().lab / "hidden.txt").read_text() == arena.truth


async def test_a_mask_cannot_be_taken_off(arena) -> None:
    said = await arena.alone(
        """
        import ctypes, os, subprocess
        libc = ctypes.CDLL(None, use_errno=True)
        print("umount", libc.umount2(os.path.abspath("hidden.txt").encode(), 2))
        print("unshare", libc.unshare(0x10000000 | 0x00020000))
        print("setns", libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))
        print("found", open("hidden.txt").read())
        """
    )
    assert said.splitlines() == ["umount -1", "unshare -1", "setns -1", "found "]


async def test_git_objects_and_other_worktrees_are_not_there(arena) -> None:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "-f", "hidden.txt"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], cwd=arena.root, check=True)
    said = await arena.alone(
        f"""
        import os
        for path in ({str(arena.root)!r} + "/.git", {str(arena.slot(2).lab)!r}, "../2", "../../.."):
            print(os.path.exists(path) and sorted(os.listdir(path)))
        print(repr(open(".git").read()))
        """
    )
    *places, up, link = said.splitlines()
    assert places == ["False"] * 3
    assert up == "['.orgloop']"  # the way to the slot, and nothing beside it
    assert link == "''"


async def test_the_order_of_the_steps_gives_nothing_away(arena) -> None:
    # Scoring's own files exist while prediction runs; their place is known and leads nowhere.
    predict = arena.predict + (
        "\nbeside = os.path.dirname(os.environ['ORGLOOP_ANSWERS'])\n"
        "assert sorted(os.listdir(beside)) == ['answers', 'questions']\n"
        "assert 'ORGLOOP_SCORING' not in os.environ\n"
        "for name in ('scoring', 'answered', 'artifacts'):\n"
        "    assert not os.path.exists(os.path.join(beside, name))\n"
    )
    measured = await arena.attempt(predict=predict)
    assert measured.value == arena.honest_value, measured.crash


async def test_questions_cannot_be_changed_to_fit_the_answers(arena) -> None:
    predict = arena.predict + (
        "\ntry: (Path(os.environ['ORGLOOP_QUESTIONS']) / 'questions.json').write_text('[0, 0]')\n"
        "except OSError as error: print('refused', error.errno)\n"
        "else: print('STOLEN')\n"
    )
    assert (await arena.attempt(predict=predict)).value == arena.honest_value
    assert "refused 30" in next((arena.home / "jobs").rglob("*predict.log")).read_text()
