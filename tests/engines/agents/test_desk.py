"""What a client at a desk sees, what is left of it, and how it ends."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from orgloop.bench import LocalExecutor
from orgloop.bench.protocol import Ending, Job, JobResult, StepResult
from orgloop.bench.serving import sweep_desks
from orgloop.errors import EngineOutage

from .conftest import Office


async def test_it_works_in_the_lab_and_sees_nothing_else_of_the_persons(office: Office) -> None:
    looked = (
        office.person / ".ssh" / "id_ed25519",
        office.state / "lab.db",
        office.root / "lab" / ".git" / "config",
        office.state / "frozen" / "train.py",
        office.state / "jobs",
    )
    script = "".join(f"cat {path}; ls {path}; " for path in looked)
    served = await office.desk().serve(
        office.shell(f"cat secret.txt .git; {script} sed -i s/1/2/ train.py; cat train.py")
    )
    assert served.output == "LR = 2\n"
    assert (office.lab / "train.py").read_text() == "LR = 2\n"
    assert served.exit_code == 0


async def test_it_reads_its_prompt_and_has_a_home_of_its_own(office: Office) -> None:
    program = office.shell(
        "cat; echo; cat ~/.config/login; ls -A ~; echo $HOME $KEY $SETTING",
        stdin="What now?",
        files={".config/login": b"token\n"},
        secrets={"KEY": 'it\'s "secret" $HOME'},
        env={"SETTING": "plain"},
    )
    served = await office.desk().serve(program)
    asked, token, *listed, variables = served.output.splitlines()
    assert (asked, token) == ("What now?", "token")
    assert listed == [".config", ".orgloop"]
    assert variables == '/home/agent it\'s "secret" $HOME plain'


async def test_variables_of_the_lab_are_not_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER_API_KEY", "sk-other")
    served = await office.desk().serve(office.shell("env"))
    assert "sk-other" not in served.output


async def test_it_has_the_network(office: Office) -> None:
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    code = f"import socket; socket.create_connection(('127.0.0.1', {port})); print('reached')"
    async with server:
        served = await office.desk().serve(office.shell(f'python3 -S -c "{code}"'))
    assert served.output == "reached\n"


async def test_it_can_make_a_sandbox_of_its_own(office: Office) -> None:
    served = await office.desk().serve(office.shell("unshare --user echo within"))
    assert served.output == "within\n", "Codex confines the commands of its model"


async def test_stdout_and_stderr_are_kept_apart(office: Office) -> None:
    served = await office.desk().serve(office.shell("echo out; echo err >&2; exit 3"))
    assert (served.output, served.errors, served.exit_code) == ("out\n", "err", 3)


async def test_its_errors_are_not_read_through_a_link(office: Office) -> None:
    outside = office.root / "outside"
    outside.write_text("not yours")
    link = f"rm ~/.orgloop/errors; ln -s {outside} ~/.orgloop/errors"
    served = await office.desk().serve(office.shell(link))
    assert served.errors == ""


async def test_a_second_program_of_the_visit_finds_the_home_of_the_first(office: Office) -> None:
    desk = office.desk()
    await desk.serve(office.shell("echo session > ~/kept; rm -rf ~/.config; ln -s / ~/.config"))
    program = office.shell("cat ~/kept ~/.config/login", files={".config/login": b"token\n"})
    assert (await desk.serve(program)).output == "session\ntoken\n"
    desk.close()
    assert not list((office.state / "desks").iterdir())


class Recording:
    """An executor that runs nothing and keeps what it was given."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    async def run(self, job: Job) -> JobResult:
        self.jobs.append(job)
        return JobResult(id=job.id, steps=(StepResult(name="client", ending=Ending.OK),))

    def unfinished(self) -> list[Job]:
        return []

    async def kill(self, job_id: str) -> None: ...

    def forget(self, job_id: str) -> None: ...

    async def close(self) -> None: ...


async def test_no_record_of_the_job_holds_a_key(office: Office) -> None:
    recording = Recording()
    program = office.shell("true", secrets={"ANTHROPIC_API_KEY": "sk-secret"})
    await office.desk(recording).serve(program)
    [job] = recording.jobs
    assert "sk-secret" not in job.model_dump_json()
    home = office.state / "desks" / "client-r1-e0001-worker-1"
    assert home.stat().st_mode & 0o077 == 0
    assert (home / ".orgloop" / "keys").stat().st_mode & 0o077 == 0


async def test_the_file_of_keys_is_gone_before_the_program_begins(office: Office) -> None:
    served = await office.desk().serve(office.shell("ls ~/.orgloop", secrets={"KEY": "k"}))
    assert served.output == "errors\nprompt\n"


async def test_it_is_ended_at_its_limit_and_what_it_said_is_kept(office: Office) -> None:
    served = await office.desk().serve(office.shell("echo begun; sleep 60", seconds=3.0))
    assert served.exit_code is None
    assert re.fullmatch(r"It took \d+\.\d s and had 3 s\.", served.why)
    assert served.output == "begun\n"


async def begun(path: Path) -> int:
    """The process id that a client wrote once it had begun."""
    while not path.exists() or not path.read_text().strip():
        await asyncio.sleep(0.02)
    return int(path.read_text())


def clients_alive(mark: str) -> bool:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark in (entry / "cmdline").read_text():
                    return True
            except OSError:
                continue
    return False


async def test_cancelling_ends_it(office: Office) -> None:
    mark = f"7{os.getpid()}"
    asked = asyncio.create_task(office.desk().serve(office.shell(f"echo 1 > begun; sleep {mark}")))
    await begun(office.lab / "begun")
    while not clients_alive(f"sleep\0{mark}"):
        await asyncio.sleep(0.02)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    while clients_alive(f"sleep\0{mark}"):
        await asyncio.sleep(0.02)


async def test_one_that_somebody_ended_is_asked_again_and_not_charged(office: Office) -> None:
    asked = asyncio.create_task(office.desk().serve(office.shell("echo 1 > begun; sleep 60")))
    await begun(office.lab / "begun")
    await office.executor.kill("client-r1-e0001-worker-1-1")
    with pytest.raises(EngineOutage, match="was stopped"):
        await asked


async def test_a_lab_that_died_finds_its_client_still_at_work(office: Office) -> None:
    script = "echo once >> count; echo 1 > begun; sleep 1; echo done"
    first = LocalExecutor(office.state / "jobs")
    asked = asyncio.create_task(office.desk(first).serve(office.shell(script)))
    await begun(office.lab / "begun")
    await first.close()  # as a lab's end leaves it: the job goes on
    with pytest.raises(asyncio.CancelledError):
        await asked
    second = LocalExecutor(office.state / "jobs")
    served = await office.desk(second).serve(office.shell("echo another"))
    await second.close()
    assert served.output == "done\n"
    assert (office.lab / "count").read_text() == "once\n"


async def test_homes_of_clients_that_are_gone_are_swept(office: Office) -> None:
    for visit in ("client-r1-e0001-pi-1", "client-r1-e0002-pi-1"):
        (office.state / "desks" / visit).mkdir(parents=True)
    sweep_desks(office.state, {"client-r1-e0002-pi-1-1", "r1-e0001-m1"})
    assert [path.name for path in (office.state / "desks").iterdir()] == ["client-r1-e0002-pi-1"]
