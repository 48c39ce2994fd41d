"""The run goes for the judge itself: its processes, its signals, its log."""

import pytest

from orgloop.bench import CrashKind

pytestmark = pytest.mark.slow

ATTACKS = {
    "kills its group": "os.kill(0, 9)",
    "kills everything": "os.kill(-1, 9)",
    "kills the first process": "os.kill(1, 9)",
    "kills every pid there is": (
        "for pid in range(2, 40000):\n"
        "    try:\n        if pid != os.getpid(): os.kill(pid, 9)\n"
        "    except OSError: pass"
    ),
    "hangs up on its parent": "os.kill(os.getppid(), signal.SIGHUP)",
    "stops its parent and goes": "os.kill(os.getppid(), signal.SIGSTOP)",
    "traces its parent": "libc.ptrace(16, os.getppid(), 0, 0); os.kill(os.getppid(), 9)",
    "closes what it was given": "os.closerange(0, 256)",
    "writes to what it was not given": (
        "for fd in range(3, 256):\n"
        '    try: os.write(fd, b\'{"exit-code": 0}\\n{"done": 1}\\n\')\n'
        "    except OSError: pass"
    ),
    "writes to the parent's descriptors": (
        "for fd in os.listdir('/proc/1/fd'):\n"
        "    if int(fd) > 2:\n"
        "        try: os.write(os.open(f'/proc/1/fd/{fd}', os.O_WRONLY), bytes([1] + [0] * 7))\n"
        "        except OSError: pass"
    ),
    "takes the terminal": (
        "import fcntl, termios\n"
        "try: fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), termios.TIOCSTI, b'x')\n"
        "except OSError: pass"
    ),
    "makes itself hard to kill": (
        "for name, text in (('oom_score_adj', '-1000'), ('oom_adj', '-17')):\n"
        "    try: open(f'/proc/self/{name}', 'w').write(text)\n"
        "    except OSError: pass"
    ),
    "takes all priority": (
        "for act in (lambda: os.nice(-20), lambda: os.setpriority(0, 0, -20),\n"
        "            lambda: os.sched_setscheduler(0, 1, os.sched_param(99))):\n"
        "    try: act()\n    except OSError: pass"
    ),
    "becomes somebody else": (
        "for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.chroot('/tmp')):\n"
        "    try: act()\n    except OSError: pass"
    ),
}
HEAD = "import ctypes, os, signal\nlibc = ctypes.CDLL(None)\n"


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
async def test_an_attack_on_the_judge_is_at_worst_a_crash_of_its_own(
    arena, survivors, attack
) -> None:
    before = arena.outside()
    measured = await arena.attempt(arena.train + HEAD + attack, limits={"wall": "2s"})
    if measured.crash is None:
        assert measured.value == arena.honest_value
    else:
        assert measured.crash.kind in (CrashKind.EXIT, CrashKind.TIMEOUT, CrashKind.EXCEPTION)
    assert await arena.is_unharmed()
    assert arena.outside() == before


@pytest.mark.parametrize(
    "said",
    [
        "bwrap: execvp python: No such file or directory",
        "cannot start python: no",
        '{"exit-code": 0}',
        "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
        '{"done": "r1-e0001-m1", "result": {"id": "r1-e0001-m1", "steps": []}}',
    ],
)
async def test_words_of_the_bench_in_a_runs_mouth_are_only_words(arena, said) -> None:
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    measured = await arena.attempt(f"print({said!r}, flush=True); raise SystemExit(3)", **alone)
    assert measured.crash.kind is CrashKind.EXIT
    assert measured.crash.message == "It ended with status 3."


async def test_a_run_cannot_pass_for_one_that_the_lab_stopped(arena) -> None:
    # A stopped run is measured again for nothing: it would be a way to draw another seed.
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    for code in ("raise SystemExit(143)", "import os; os.kill(os.getpid(), 15)"):
        measured = await arena.attempt(code, **alone)
        assert measured.crash.kind is CrashKind.EXIT
