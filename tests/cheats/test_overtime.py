"""The run takes more time than it was given, or hides that it does."""

import pytest

from orgloop.bench import CrashKind

pytestmark = pytest.mark.slow

BURN = """
import os, signal, sys, time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
"""
CPU = {
    "by itself": "burn(60)",
    "in children one after another": (
        "for _ in range(300):\n    if os.fork() == 0: burn(0.2); os._exit(0)\n    os.wait()"
    ),
    "in children at one time": (
        "for _ in range(4):\n    if os.fork() == 0: burn(30); os._exit(0)\nwhile True: os.wait()"
    ),
    "in children of which nobody is told": (
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n"
        "    r, w = os.pipe()\n"
        "    if os.fork() == 0: burn(0.004); os._exit(0)\n"
        "    os.close(w); os.read(r, 1); os.close(r)"
    ),
    "in grandchildren without a parent": (
        "while True:\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0: burn(0.05)\n"
        "        os._exit(0)\n"
        "    os.wait()"
    ),
    "in threads": (
        "import threading, hashlib\n"
        "def work():\n    while True: hashlib.pbkdf2_hmac('sha256', b'x', b'y', 50_000)\n"
        "[threading.Thread(target=work).start() for _ in range(3)]"
    ),
    "deaf to the system's warnings": (
        "for n in (signal.SIGXCPU, signal.SIGTERM, signal.SIGINT, signal.SIGALRM):\n"
        "    signal.signal(n, signal.SIG_IGN)\n"
        "burn(60)"
    ),
    "with a clock of its own": (
        "time.time = time.monotonic = time.process_time = lambda: 0.0\nwhile True: pass"
    ),
    "with its limits raised": (
        "import resource\n"
        "for n in (resource.RLIMIT_CPU, resource.RLIMIT_NPROC):\n"
        "    try: resource.setrlimit(n, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "    except (OSError, ValueError): pass\n"
        "try: os.nice(-20)\n"
        "except OSError: pass\n"
        "burn(60)"
    ),
    "and reports success half way": "print('loss: 0', flush=True); burn(60)",
}
WALL = {
    "asleep": "time.sleep(60)",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "waiting for a child": "os.fork() or time.sleep(60); os.wait()",
    "holding the first process": (
        "import ctypes; ctypes.CDLL(None).ptrace(16, 1, 0, 0); time.sleep(60)"
    ),
    "with the alarm off": (
        "signal.alarm(0); signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(60)"
    ),
}
LEFT_BEHIND = {
    "in the background": "os.fork() or time.sleep(600)",
    "in a session of its own": "os.fork() or (os.setsid(), time.sleep(600))",
    "after two forks": (
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(600)\n"
        "    os._exit(0)"
    ),
    "deaf to signals": (
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    for n in range(1, 65):\n"
        "        try: signal.signal(n, signal.SIG_IGN)\n"
        "        except (OSError, ValueError): pass\n"
        "    time.sleep(600)"
    ),
    "forking for its life": (
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    for _ in range(400):\n"
        "        if os.fork(): os._exit(0)\n"
        "        time.sleep(0.01)\n"
        "    time.sleep(600)"
    ),
    "stopped": "os.fork() or os.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("way", CPU.values(), ids=CPU)
async def test_cpu_time_over_the_limit_is_a_crash(arena, survivors, way) -> None:
    measured = await arena.attempt(arena.train + BURN + way, limits={"cpu": "0.4s", "wall": "60s"})
    assert measured.value is None
    assert measured.crash.kind is CrashKind.CPU
    assert measured.crash.message.startswith("It used ")
    assert measured.crash.message.endswith(" s of CPU time and had 0.4 s (`limits.cpu`).")


@pytest.mark.parametrize("way", WALL.values(), ids=WALL)
async def test_time_over_the_limit_is_a_crash(arena, survivors, way) -> None:
    measured = await arena.attempt(arena.train + BURN + way, limits={"wall": "0.5s"})
    assert measured.crash.kind is CrashKind.TIMEOUT
    assert measured.crash.message.endswith(" s and had 0.5 s (`limits.wall`).")


@pytest.mark.parametrize("way", LEFT_BEHIND.values(), ids=LEFT_BEHIND)
async def test_what_is_left_running_is_gone_before_prediction(arena, survivors, way) -> None:
    train = arena.train + BURN + "print('trained', flush=True)\n" + way
    predict = (
        "import os\n"
        "others = {int(p) for p in os.listdir('/proc') if p.isdecimal()} - {1, os.getpid()}\n"
        "assert not others, others\n"
    )
    measured = await arena.attempt(train, predict=predict + arena.predict)
    assert measured.value == arena.honest_value, measured.crash
    assert await arena.is_unharmed()


async def test_training_goes_on_during_prediction_only_within_the_same_limit(arena) -> None:
    predict = BURN + "burn(0.5)\n" + arena.predict
    train = arena.train + BURN + "burn(0.5)\n"
    measured = await arena.attempt(train, predict=predict, limits={"cpu": "0.8s", "wall": "60s"})
    assert measured.crash.kind is CrashKind.CPU
    assert measured.crash.step == "predict"


async def test_a_process_that_ends_itself_by_the_judges_signal_is_not_taken_for_a_limit(
    arena,
) -> None:
    measured = await arena.attempt("import os; os.kill(os.getpid(), 9)", limits={"memory": "1GB"})
    assert measured.crash.kind is CrashKind.EXIT
    assert "which no limit of the task's sent" in measured.crash.message
