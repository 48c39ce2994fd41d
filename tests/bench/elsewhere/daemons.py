"""Real clusters of one node on this machine, begun and ended by whoever asks: Slurm, Ray."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "sinfo")
PATIENCE = 60.0
_CONFIGURATION = """\
ClusterName=orgloop
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort={controller}
SlurmdPort={daemon}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmdSpoolDir={folder}/spool
StateSaveLocation={folder}/state
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
MinJobAge=300
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def no_slurm() -> str:
    """Why there can be no Slurm here; empty where there can."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [program for program in PROGRAMS if shutil.which(program, path=path) is None]
    if missing:
        return f"{', '.join(missing)} not installed (apt-get install slurm-wlm munge)"
    return "" if os.geteuid() == 0 else "Slurm's daemons are started by root alone"


@contextlib.contextmanager
def slurm(folder: Path) -> Iterator[None]:
    """A controller and a node, and `$SLURM_CONF` set to them."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    for name in ("munge", "spool", "state", "log"):
        (folder / name).mkdir(mode=0o700)
    folder.chmod(0o755)
    (folder / "munge").chmod(0o711)
    (folder / "munge" / "key").write_bytes(os.urandom(1024))
    (folder / "munge" / "key").chmod(0o400)
    cpus = len(os.sched_getaffinity(0))
    configuration = folder / "slurm.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            host=socket.gethostname().partition(".")[0],
            folder=folder,
            controller=_port(),
            daemon=_port(),
            cpus=cpus,
        )
    )
    munge = ["munged", "--foreground", "--force", "--num-threads=2"]
    for name in ("key-file=key", "socket=socket", "pid-file=pid", "log-file=log", "seed-file=seed"):
        option, _, file = name.partition("=")
        munge.append(f"--{option}={folder}/munge/{file}")
    variables = {**os.environ, "PATH": path, "SLURM_CONF": str(configuration)}
    started: list[subprocess.Popen[bytes]] = []
    before = os.environ.get("SLURM_CONF")
    try:
        for words in (munge, ["slurmctld", "-D"], ["slurmd", "-D"]):
            with (folder / "log" / words[0]).open("wb") as log:
                started.append(subprocess.Popen(words, env=variables, stdout=log, stderr=log))
            if words is munge:
                _wait_for(lambda: (folder / "munge" / "socket").exists(), "munged")
        os.environ["SLURM_CONF"] = str(configuration)
        _wait_for(lambda: "idle" in _said(["sinfo", "-h", "-o", "%t"]), "a node of Slurm's")
        yield
        subprocess.run(["scancel", "-u", str(os.geteuid())], check=False, capture_output=True)
        _wait_for(lambda: not _said(["squeue", "-h"]).strip(), "the end of Slurm's jobs")
    finally:
        if before is None:
            os.environ.pop("SLURM_CONF", None)
        else:
            os.environ["SLURM_CONF"] = before
        _end(reversed(started))


@contextlib.contextmanager
def ray(cpus: int = 2) -> Iterator[None]:
    """A cluster that outlives the labs on it, and `$RAY_ADDRESS` set to it."""
    program, port = str(Path(sys.executable).with_name("ray")), _port()
    # A socket's path may have a hundred characters, and pytest's directories have more.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    words = [program, "start", "--head", "--block", f"--port={port}", f"--num-cpus={cpus}"]
    words += ["--include-dashboard=false", f"--temp-dir={folder}"]
    ours = {"RAY_AUTH_MODE": "disabled", "RAY_ADDRESS": f"127.0.0.1:{port}"}
    before = {name: os.environ.get(name) for name in ours}
    variables = {**os.environ, "RAY_AUTH_MODE": "disabled", "PYTHONUNBUFFERED": "1"}
    variables.pop("RAY_ADDRESS", None)
    with (folder / "log").open("wb") as log:
        head = subprocess.Popen(
            words, stdout=log, stderr=log, env=variables, start_new_session=True
        )
    try:
        _wait_for(lambda: b"Ray runtime started" in (folder / "log").read_bytes(), "Ray")
        os.environ.update(ours)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _end([head])
        shutil.rmtree(folder, ignore_errors=True)


def _end(started: Iterator[subprocess.Popen[bytes]] | list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(there: object, what: str) -> None:
    assert callable(there)
    give_up = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < give_up, f"{what} did not come"
        time.sleep(0.1)


def _said(words: list[str]) -> str:
    return subprocess.run(words, check=False, capture_output=True, text=True).stdout


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
