"""The filter of system calls that candidate code runs under: what no namespace takes away.

A network namespace does not hold virtual-machine sockets, which reach the machine below this one;
System V memory and kernel keys are in no process and no file, so no limit and no clean-up would
find them; an `io_uring` opens sockets past any filter. A kernel without these calls is an ordinary
thing, so they answer as such a kernel does and programs fall back.

The program is classic BPF over ``struct seccomp_data`` (seccomp(2), Linux): number, architecture,
and the low halves of arguments, 8 bytes an instruction.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import NamedTuple

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NEW_USER = 0x10000000
_X32 = 0x40000000
_FAMILIES = (1, 2, 10, 16)
"""Unix, IPv4, IPv6, netlink: those that a network namespace holds."""


class _Machine(NamedTuple):
    """What a processor calls itself and its system calls."""

    architecture: int
    absent: tuple[int, ...]
    """shmget, add_key, request_key, keyctl, io_uring_setup, bpf."""
    socket: tuple[int, ...]
    """socket, socketpair."""
    clone: int
    unshare: int
    setns: int
    clone3: int


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E, (29, 248, 249, 250, 425, 321), (41, 53), clone=56, unshare=272, setns=308,
        clone3=435,
    ),
    "aarch64": _Machine(
        0xC00000B7, (194, 217, 218, 219, 425, 280), (198, 199), clone=220, unshare=97, setns=268,
        clone3=435,
    ),
}  # fmt: skip


def syscall_filter(*, nesting: bool, machine: str | None = None) -> bytes:
    """The program, for this machine unless another is named; empty for a kind that is not known.

    ``nesting`` leaves user namespaces, out of which sandboxes within the sandbox are made.
    """
    known = _MACHINES.get(os.uname().machine if machine is None else machine)
    if known is None:
        return b""
    refuse = [_op(_RETURN, _ERRNO | errno.ENOSYS)]
    program = [
        _op(_LOAD, _ARCHITECTURE),
        # A 32-bit program has other numbers for all of these, and so has none.
        _op(_EQUAL, known.architecture, 1, 0),
        *refuse,
        _op(_LOAD, _NUMBER),
        _op(_AT_LEAST, _X32, 0, 1),
        *refuse,
    ]
    for number in known.absent:
        program += [_op(_EQUAL, number, 0, 1), *refuse]
    for number in known.socket:
        program += [
            _op(_EQUAL, number, 0, 3 + len(_FAMILIES)),
            _op(_LOAD, _FIRST),
            *(_op(_EQUAL, f, len(_FAMILIES) - at, 0) for at, f in enumerate(_FAMILIES)),
            _op(_RETURN, _ERRNO | errno.EAFNOSUPPORT),
            _op(_RETURN, _ALLOW),
        ]
    if not nesting:
        # clone3 has its flags in memory, where a filter cannot look: libraries use clone instead.
        program += [_op(_EQUAL, known.clone3, 0, 1), *refuse]
        program += [_op(_EQUAL, known.setns, 0, 1), _op(_RETURN, _ERRNO | errno.EPERM)]
        for number in (known.clone, known.unshare):
            program += [
                _op(_EQUAL, number, 0, 4),
                _op(_LOAD, _FIRST),
                _op(_ANY_BIT, _NEW_USER, 0, 1),
                _op(_RETURN, _ERRNO | errno.EPERM),
                _op(_RETURN, _ALLOW),
            ]
    return b"".join([*program, _op(_RETURN, _ALLOW)])


def pipe_of(program: bytes) -> int:
    """A descriptor to read the program from; the other end is closed."""
    source, sink = os.pipe()
    os.write(sink, program)  # a few hundred bytes: a pipe takes them at once
    os.close(sink)
    return source


def _op(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_so, if_not, value)
