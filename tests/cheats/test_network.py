"""The run calls somebody: for help, for the answers, or to carry something away."""

import socket
import sys
import threading

import pytest

pytestmark = pytest.mark.slow

CALLS = {
    "tcp": "s = socket.socket(); s.settimeout(2); s.connect(('127.0.0.1', TCP))",
    "tcp over IPv6": "s = socket.socket(10); s.settimeout(2); s.connect(('::1', TCP))",
    "udp": (
        "s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(2)\n"
        "s.sendto(b'hi', ('127.0.0.1', UDP)); s.recv(10)"
    ),
    "a name": "socket.getaddrinfo('localhost.example.org', 80)",
    "an abstract socket": "s = socket.socket(socket.AF_UNIX); s.connect(b'\\0' + ABSTRACT)",
    "a socket in a file": "s = socket.socket(socket.AF_UNIX); s.connect(PATH)",
    "the machine below": (
        "s = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM); s.settimeout(2)\n"
        "s.connect((2, 1024))"
    ),
    "a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "the crypto sockets of the kernel": "socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)",
    "another network namespace": "os.setns(os.open('/proc/1/ns/net', os.O_RDONLY), 0)",
    "a ring": (
        "import ctypes\n"
        "if ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(120)) < 0: raise OSError"
    ),
    "an interface made for it": (
        "import subprocess\nsubprocess.run('ip link set lo up', shell=True, stderr=-3)\n"
        "s = socket.socket(); s.connect(('127.0.0.1', TCP))"
    ),
}
REACHABLE = {"tcp", "udp", "an abstract socket", "a socket in a file"}


@pytest.fixture
def listening(tmp_path):
    """Something to reach by every way that there is, and the names of it."""
    path, abstract = f"{tmp_path}/socket", f"orgloop-{tmp_path.name}".encode()
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as hidden,
    ):
        udp.bind(("127.0.0.1", 0))
        unix.bind(path)
        unix.listen()
        hidden.bind(b"\0" + abstract)
        hidden.listen()

        def answer() -> None:
            try:
                _, who = udp.recvfrom(10)
                udp.sendto(b"hi", who)
            except OSError:
                return

        thread = threading.Thread(target=answer)
        thread.start()
        names = {"TCP": tcp.getsockname()[1], "UDP": udp.getsockname()[1]}
        yield {**names, "PATH": repr(path), "ABSTRACT": repr(abstract)}
        with socket.socket(type=socket.SOCK_DGRAM) as last:
            last.sendto(b"end", udp.getsockname())
        thread.join()


def call(way: str, listening: dict[str, object]) -> str:
    for name, value in listening.items():
        way = way.replace(name, str(value))
    body = "".join(f"    {line}\n" for line in way.splitlines())
    return (
        f"import os, socket\ntry:\n{body}    print('STOLEN')\n"
        "except (OSError, FileNotFoundError, AttributeError): print('nobody')\n"
    )


@pytest.mark.parametrize("way", CALLS)
async def test_nobody_can_be_called(arena, listening, way) -> None:
    assert await arena.alone(call(CALLS[way], listening)) == "nobody\n"


@pytest.mark.parametrize("way", sorted(REACHABLE))
def test_without_a_box_somebody_answers(arena, listening, way) -> None:
    assert arena.naive(call(CALLS[way], listening)) == "STOLEN\n"


async def test_two_runs_at_one_time_cannot_talk(arena) -> None:
    import asyncio

    serve = """
    import socket, time
    s = socket.socket(socket.AF_UNIX); s.bind(b"\\0meet"); s.listen()
    t = socket.create_server(("127.0.0.1", 9999))
    open("ready", "w").close()
    time.sleep(1)
    """
    ask = """
    import os, socket, time
    time.sleep(0.5)
    for make in (lambda: socket.socket(socket.AF_UNIX).connect(b"\\0meet"),
                 lambda: socket.create_connection(("127.0.0.1", 9999), 1)):
        try: make(); print("STOLEN")
        except OSError: print("nobody")
    """
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    first, second = await asyncio.gather(
        arena.attempt(serve, slot=1, **alone), _later(arena, ask, alone)
    )
    assert first.crash.kind == "no metric"
    assert second.log.read_text() == "nobody\nnobody\n"


async def _later(arena, code, keys):
    import asyncio

    while not (arena.slot(1).lab / "ready").exists():
        await asyncio.sleep(0.01)
    (arena.slot(2).lab / "train.py").write_text("")
    return await arena.attempt(code, slot=2, **keys)


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
def test_the_filter_of_system_calls_is_well_formed_for_every_machine_it_knows() -> None:
    import struct

    from orgloop.bench.supervisor.seccomp import syscall_filter

    for machine in ("x86_64", "aarch64"):
        for nesting in (True, False):
            program = syscall_filter(nesting=nesting, machine=machine)
            steps = list(struct.iter_unpack("=HBBI", program))
            for at, (code, if_so, if_not, _) in enumerate(steps):
                assert code in (0x20, 0x15, 0x45, 0x35, 0x06)
                assert at + 1 + max(if_so, if_not) < len(steps) or code == 0x06
            assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
    assert syscall_filter(nesting=False, machine="vax") == b""
