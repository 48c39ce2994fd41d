"""The run uses up what the machine has: processes, memory, disk, the log."""

import pytest

from orgloop.bench import CrashKind

pytestmark = pytest.mark.slow

MEMORY = {
    "on the heap": "x = []\nwhile True: x.append(bytearray(b'1' * 4_000_000))",
    "in one go": "x = b'1' * 400_000_000; time.sleep(20)",
    "in many processes": (
        "for _ in range(6):\n"
        "    if os.fork() == 0: x = bytearray(b'1' * 30_000_000); time.sleep(20); os._exit(0)\n"
        "time.sleep(20)"
    ),
    "in many processes that let nobody look": (
        "import ctypes\n"
        "for _ in range(6):\n"
        "    if os.fork() == 0:\n"
        "        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
        "        x = bytearray(b'1' * 30_000_000); time.sleep(20); os._exit(0)\n"
        "time.sleep(20)"
    ),
    "in /dev/shm and /tmp": (
        "for path in ('/dev/shm/x', '/tmp/x', os.environ['HOME'] + '/x'):\n"
        "    with open(path, 'wb') as f:\n"
        "        for _ in range(47): f.write(bytes(1 << 20))\n"
        "time.sleep(20)"
    ),
    "in a file that has no name": (
        "fd = os.memfd_create('x')\n"
        "for _ in range(400): os.write(fd, bytes(1 << 20))\n"
        "time.sleep(20)"
    ),
    "in pages shared with nobody": (
        "import mmap\n"
        "m = mmap.mmap(-1, 400 << 20)\n"
        "for at in range(0, 400 << 20, 4096): m[at] = 1\n"
        "time.sleep(20)"
    ),
    "in a mapped file in memory": (
        "import mmap\n"
        "fd = os.memfd_create('x'); os.ftruncate(fd, 400 << 20)\n"
        "m = mmap.mmap(fd, 400 << 20)\n"
        "for at in range(0, 400 << 20, 4096): m[at] = 1\n"
        "time.sleep(20)"
    ),
}
PROCESSES = {
    "processes": "for _ in range(60): os.fork() or time.sleep(20)\ntime.sleep(20)",
    "a fork bomb": (
        # Bounded, whatever the limit does: eight generations are 256.
        "for _ in range(8): os.fork(); time.sleep(0.02)\ntime.sleep(20)"
    ),
    "threads": (
        "import threading\nthreading.stack_size(65536)\n"
        "for _ in range(800): threading.Thread(target=time.sleep, args=(20,)).start()"
    ),
}
DISK = {
    "in one file": "f = open('big', 'wb')\nwhile True: f.write(bytes(100_000)); f.flush()",
    "in many small files": ("for i in range(4000): open(f'f{i}', 'w').close()\ntime.sleep(20)"),
    "in a file without a name": (
        "f = open('big', 'wb'); os.unlink('big')\n"
        "for _ in range(3000): f.write(bytes(10_000)); f.flush(); time.sleep(0.0005)\n"
        "time.sleep(20)"
    ),
    "in folders": "for i in range(4000): os.mkdir(f'd{i}')\ntime.sleep(20)",
    "behind many small files": (
        "for i in range(900): open(f'f{i}', 'w').close()\n"
        "f = open('big', 'wb')\n"
        "while True: f.write(bytes(100_000)); f.flush()"
    ),
}
HEAD = "import os, sys, time\n"


@pytest.mark.parametrize("way", MEMORY.values(), ids=MEMORY)
async def test_memory_over_the_limit_is_a_crash(arena, survivors, way) -> None:
    measured = await arena.attempt(HEAD + way, limits={"memory": "100MB", "wall": "60s"})
    assert measured.crash.kind is CrashKind.MEMORY
    assert measured.crash.message.endswith(" of memory and had 100 MB (`limits.memory`).")
    assert await arena.is_unharmed()


async def test_memory_outside_of_every_process_cannot_be_had(arena) -> None:
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None)\nprint('kept', libc.shmget(0, 1 << 20, 0o1600))\n"
    )
    assert "kept -1" in await arena.alone(code)
    assert "kept -1" not in arena.naive(code + "libc.shmctl(libc.shmget(1, 1, 0), 0, None)")


@pytest.mark.parametrize("way", PROCESSES.values(), ids=PROCESSES)
async def test_a_flood_of_processes_is_a_crash(arena, survivors, way) -> None:
    limits = {"processes": 40, "wall": "60s"}
    measured = await arena.attempt(HEAD + way, limits=limits)
    assert measured.crash.kind is CrashKind.PROCESSES
    assert measured.crash.message in (
        "It had more than 40 processes at one time (`limits.processes`).",
        "It had more than 320 threads at one time (`limits.processes`).",
    )
    assert await arena.is_unharmed()


@pytest.mark.parametrize("way", DISK.values(), ids=DISK)
async def test_a_flood_of_files_is_a_crash(arena, way) -> None:
    measured = await arena.attempt(HEAD + way, limits={"disk": "4MB", "wall": "60s"})
    assert measured.crash.kind is CrashKind.DISK
    assert measured.crash.message == "It wrote more than 4 MB to disk (`limits.disk`)."
    assert await arena.is_unharmed()


async def test_a_file_of_holes_is_no_flood_but_is_not_copied_either(arena) -> None:
    train = "f = open('model.txt', 'wb'); f.truncate(1 << 30)"
    measured = await arena.attempt(train, limits={"disk": "100MB", "wall": "60s"})
    assert measured.crash.kind in (CrashKind.ARTIFACTS, CrashKind.EXCEPTION, CrashKind.DISK)
    assert measured.value is None


@pytest.mark.parametrize("place", ["/tmp/x", "/dev/shm/x"])
async def test_scratch_space_that_is_full_is_told_as_that(arena, place) -> None:
    train = f"f = open({place!r}, 'wb')\nwhile True: f.write(bytes(1 << 20))"
    measured = await arena.attempt(train, limits={"disk": "4MB", "wall": "60s"})
    assert measured.crash.kind is CrashKind.DISK
    assert measured.crash.message.startswith("It found no more room to write: OSError: [Errno 2")


@pytest.mark.parametrize("line", ["'x' * 9999 + chr(10)", "'x' * 10_000", "chr(13) * 10_000"])
async def test_a_flood_of_output_is_cut_and_said(arena, line) -> None:
    train = f"import sys\nfor _ in range(3000): sys.stdout.write({line})"
    measured = await arena.attempt(
        train, evaluate=None, predict=None, artifacts=[], limits={"output": "64KB"}
    )
    assert measured.crash.kind is CrashKind.NO_METRIC
    assert "28.5 MB more than is kept (`limits.output`)" in measured.crash.message
    assert len(measured.crash.tail.encode()) <= 4096
    assert measured.log.stat().st_size < 70_000


async def test_a_metric_at_the_end_of_a_flood_is_still_found(arena) -> None:
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    train = "print(('x' * 99 + chr(10)) * 100_000)\nprint('loss: 3')"
    assert (await arena.attempt(train, **alone)).value == 3


async def test_lines_made_to_be_slow_to_read_are_read(arena) -> None:
    # Every line is as long as a metric line may be, and fails to be one at its very end.
    line = "a" + " " * 390 + ":x"
    train = f"print({line!r} + '\\n' + ('a: ' * 130 + '\\n') * 2000)\nprint('loss: 3')"
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    assert (await arena.attempt(train, **alone)).value == 3


@pytest.mark.parametrize(
    "hoard",
    [
        "[os.open('/dev/null', 0) for _ in range(10**6)]",
        "[os.pipe() for _ in range(10**6)]",
        "[ctypes.CDLL(None).inotify_init() for _ in range(10**3)]",
        "[os.eventfd(0) for _ in range(10**6)]",
    ],
)
async def test_what_a_run_hoards_is_free_again_after_it(arena, hoard) -> None:
    await arena.alone(
        f"import ctypes, os, resource\nresource.setrlimit(7, (4096, 4096))\nx = {hoard}"
    )
    assert await arena.is_unharmed()
