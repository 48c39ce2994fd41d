"""The run looks for the keys of the person whose machine it is on."""

import ctypes
import socket
from pathlib import Path

import pytest

SECRET = "hunter2-correct-horse"
FILES = (
    ".ssh/id_ed25519",
    ".config/gh/hosts.yml",
    ".netrc",
    ".aws/credentials",
    ".git-credentials",
    ".gitconfig",
    ".bash_history",
    ".cache/huggingface/token",
    ".docker/config.json",
    ".kube/config",
)
SEARCH = """
import os
MARK = b"hunter2-" + b"correct"
found = []
for name, value in os.environ.items():
    if MARK in value.encode(): found.append(name)
for top in HOMES:
    for folder, _, names in os.walk(top):
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    if MARK in file.read(1 << 20): found.append(name)
            except OSError: pass
for pid in os.listdir("/proc"):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                if MARK in file.read(): found.append(pid)
        except OSError: pass
print("STOLEN" if found else "nothing", sorted(found))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    for name in FILES:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(SECRET)
    monkeypatch.setenv("HOME", str(made))
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, SECRET)
    return made


async def test_keys_in_the_environment_and_in_the_home_directory_are_not_found(arena, home) -> None:
    code = SEARCH.replace("HOMES", f"[{str(home)!r}, '/etc', '/run', '/var']")
    assert (await arena.alone(code)).startswith("nothing")
    naive = arena.naive(SEARCH.replace("HOMES", f"[{str(home)!r}]"))
    assert naive.startswith("STOLEN")
    assert all(Path(name).name in naive for name in FILES)


@pytest.mark.parametrize("step", ["ask", "score"])
async def test_the_evaluators_steps_have_no_keys_either(arena, home, step) -> None:
    # It reads what a candidate wrote: if that ever misleads it, there is nothing to be had.
    spy = SEARCH.replace("HOMES", "[os.environ['HOME']]")
    await arena.attempt()
    frozen = arena.home / "frozen" / "evaluate.py"
    told = (
        frozen.read_text()
        + f"\nif sys.argv[1] == {step!r}:\n"
        + "".join(f"    {line}\n" for line in spy.splitlines())
    )
    measured = await spied(arena, told)
    assert measured.value == arena.honest_value
    said = next((arena.home / "jobs").rglob(f"*-{step}.log")).read_text()
    assert "nothing []" in said


async def spied(arena, evaluate: str):
    arena.executor.forget("r1-e0001-m1")
    lay_out = arena.lay_out

    def with_spy() -> None:
        lay_out()
        for place in (arena.home / "frozen", arena.slot().lab):
            (place / "evaluate.py").write_text(evaluate)

    arena.lay_out = with_spy
    return await arena.attempt()


@pytest.mark.parametrize(
    "variable", ["SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY"]
)
async def test_the_sockets_of_a_session_cannot_be_reached(
    arena, tmp_path, monkeypatch, variable
) -> None:
    path = f"{tmp_path}/s"
    monkeypatch.setenv(variable, path)
    code = f"""
    import os, socket
    print(os.environ.get({variable!r}))
    s = socket.socket(socket.AF_UNIX)
    try: s.connect({path!r}); print("STOLEN")
    except OSError as error: print(type(error).__name__)
    """
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        assert await arena.alone(code) == "None\nFileNotFoundError\n"
        assert arena.naive(code).endswith("STOLEN\n")


async def test_kernel_keys_cannot_be_read_or_left(arena) -> None:
    code = """
    import ctypes, os
    libc = ctypes.CDLL(None)
    add, search = {"x86_64": (248, 250), "aarch64": (217, 219)}[os.uname().machine]
    for ring in (-3, -4, -5):
        print(libc.syscall(add, b"user", b"note", b"weights", 7, ring))
        print(libc.syscall(search, 10, ring, b"user", b"token", 0))
    """
    assert (await arena.alone(code)).split() == ["-1"] * 6
    assert set(arena.naive(code).split()) != {"-1"}


async def test_the_lab_and_its_supervisor_cannot_be_looked_into(arena) -> None:
    said = await arena.alone(
        """
        import os
        for pid in sorted(p for p in os.listdir("/proc") if p.isdecimal()):
            words = open(f"/proc/{pid}/cmdline").read().split("\\0")
            print(pid, os.path.basename(words[0]))
        print(sorted(open("/proc/1/environ").read().replace("\\0", "\\n").split("\\n"))[-1:])
        """
    )
    names = {line.split()[1] for line in said.splitlines()[:-1]}
    assert names <= {"bwrap", "python"}


def test_the_seed_of_the_next_measurement_is_nowhere_in_this_process_tree() -> None:
    # A run knows its own seed, which is in its command. What it cannot know is how seeds are made.
    from orgloop.bench.seeds import seed_value

    assert len({seed_value(run, 0, "search") for run in range(100)}) == 100
    assert seed_value(1, 0, "search") != seed_value(1, 0, "audit")
    assert ctypes.sizeof(ctypes.c_long) >= 4
