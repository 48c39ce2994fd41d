"""Limits on whole process trees, enforced by the supervisor."""

import os
import sys
from pathlib import Path

import pytest

from orgloop.bench import Ending, Job

PY = "exec python -S -c"


async def test_a_command_that_ends_well_is_ok_and_its_output_is_kept(shell) -> None:
    ran = await shell("echo out; echo err >&2")
    assert ran.step.ending is Ending.OK
    assert ran.step.exit_code == 0
    assert ran.said == "out\nerr\n"


async def test_an_exit_status_is_reported(shell) -> None:
    ran = await shell("exit 3")
    assert (ran.step.ending, ran.step.exit_code) == (Ending.EXIT, 3)


async def test_a_signal_is_reported_as_a_shell_would(shell) -> None:
    ran = await shell(f"{PY} 'import os; os.kill(os.getpid(), 11)'")
    assert (ran.step.ending, ran.step.exit_code) == (Ending.EXIT, 139)


async def test_a_command_that_does_not_exist_fails_and_says_so(shell) -> None:
    ran = await shell("no-such-program --now")
    assert ran.step.ending is Ending.EXIT
    assert "no-such-program" in ran.said


async def test_time_on_the_clock_is_limited(shell) -> None:
    ran = await shell("sleep 60", wall=0.2)
    assert ran.step.ending is Ending.WALL


async def test_cpu_time_is_what_the_command_used(shell) -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    ran = await shell(f"python -S -c '{burn}'; true")
    assert ran.step.ending is Ending.OK
    assert 0.3 <= ran.step.cpu_s < 0.7


async def test_cpu_is_summed_over_children_that_run_and_that_ended(shell) -> None:
    spin = "import time\nwhile time.process_time() < 0.15: pass"
    ran = await shell(f"for i in 1 2 3 4 5 6 7 8; do python -S -c '{spin}'; done", cpu=0.5)
    assert ran.step.ending is Ending.CPU
    assert ran.step.cpu_s < 1.2


async def test_children_that_nobody_waits_for_are_counted(shell) -> None:
    ran = await shell(
        f"""{PY} '
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(12):
    if os.fork() == 0:
        while time.process_time() < 0.2: pass
        os._exit(0)
    try: os.wait()
    except ChildProcessError: pass
'""",
        cpu=0.7,
    )
    assert ran.step.ending is Ending.CPU


async def test_cpu_over_the_limit_is_a_crash_even_if_the_run_got_away(executor, step) -> None:
    first = step("python -S -c 'import time\nwhile time.process_time() < 0.3: pass'", cpu=0.5)
    second = first.model_copy(update={"name": "predict"})
    result = await executor.run(Job(id="j", steps=(first, second)))
    assert [part.ending for part in result.steps] == [Ending.OK, Ending.CPU]


async def test_a_trusted_step_does_not_use_up_the_candidates_cpu(executor, step) -> None:
    burn = "python -S -c 'import time\nwhile time.process_time() < 0.3: pass'"
    trusted = step(burn).model_copy(update={"name": "ask", "untrusted": False})
    result = await executor.run(
        Job(id="j", steps=(step(burn, cpu=0.6), trusted, step("true", cpu=0.6)))
    )
    assert [part.ending for part in result.steps] == [Ending.OK] * 3


async def test_the_first_step_that_fails_ends_the_job(executor, step) -> None:
    result = await executor.run(Job(id="j", steps=(step("false"), step("echo late > late"))))
    assert [part.ending for part in result.steps] == [Ending.EXIT]
    assert not (step("true").cwd / "late").exists()


async def test_a_memory_bomb_is_stopped(shell) -> None:
    bomb = 'x = []\nwhile True: x.append(bytearray(b"1" * 4_000_000))'
    ran = await shell(f"{PY} '{bomb}'", memory=100 * 2**20)
    assert ran.step.ending is Ending.MEMORY
    assert ran.step.peak_bytes > 100 * 2**20


async def test_memory_is_summed_over_processes(shell) -> None:
    hold = 'import time; x = bytearray(b"1" * 40_000_000); time.sleep(20)'
    ran = await shell(
        f"for i in 1 2 3 4; do python -S -c '{hold}' & done; wait", memory=100 * 2**20
    )
    assert ran.step.ending is Ending.MEMORY


async def test_too_many_processes_are_stopped(shell) -> None:
    ran = await shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 30 & done; wait", processes=8)
    assert ran.step.ending is Ending.PROCESSES


async def test_a_fork_bomb_is_contained(shell, processes_of) -> None:
    # Bounded: three generations of four, eighty-five in all, whatever the limit does.
    ran = await shell(
        f"""{PY} '
import os, time
for _ in range(3):
    for _ in range(3):
        if os.fork() == 0: break
    time.sleep(0.15)
time.sleep(20) #fork-bomb-mark
'""",
        processes=10,
    )
    assert ran.step.ending is Ending.PROCESSES
    assert processes_of("fork-bomb-mark") == []


async def test_survivors_are_gone_when_the_run_ends(shell, processes_of) -> None:
    ran = await shell(
        f"""{PY} '
import os, time #survivor-mark
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
os.wait(); print("done", flush=True)
'"""
    )
    assert ran.step.ending is Ending.OK
    assert "done" in ran.said
    assert processes_of("survivor-mark") == []


async def test_a_flood_of_output_neither_blocks_nor_fills_the_disk(shell) -> None:
    flood = (
        'import sys\nfor _ in range(3000): sys.stdout.write("x" * 9999 + chr(10))\nprint("loss: 1")'
    )
    ran = await shell(f"{PY} '{flood}'", output=20_000)
    assert ran.step.ending is Ending.OK
    assert len(ran.said) < 21_000
    assert ran.said.endswith("loss: 1\n")
    assert "bytes left out" in ran.said


async def test_a_run_that_fills_the_disk_is_stopped(shell) -> None:
    fill = """
import time
with open("big", "wb") as f:
    for _ in range(400):
        f.write(bytes(100_000)); f.flush(); time.sleep(0.002)
"""
    ran = await shell(f"{PY} '{fill}'", disk=2_000_000)
    assert ran.step.ending is Ending.DISK


async def test_a_flood_of_empty_files_fills_the_disk_too(shell) -> None:
    fill = 'import time\nfor i in range(3000): open(str(i), "w").close()\ntime.sleep(20)'
    ran = await shell(f"{PY} '{fill}'", disk=2_000_000)
    assert ran.step.ending is Ending.DISK


async def test_a_job_runs_on_the_cpus_it_was_given(executor, step) -> None:
    cpu = min(os.sched_getaffinity(0))
    show = step(f"{PY} 'import os; print(os.sched_getaffinity(0))'")
    result = await executor.run(Job(id="j", steps=(show,), cpus=(cpu,)))
    assert result.steps[0].output.read_text() == f"{{{cpu}}}\n"


async def test_a_job_is_killed_on_request(executor, step) -> None:
    import asyncio

    running = asyncio.create_task(executor.run(Job(id="j", steps=(step("touch begun; sleep 60"),))))
    work = step("true").cwd
    while not (work / "begun").exists():
        await asyncio.sleep(0.01)
    await executor.kill("j")
    assert (await running).steps[-1].ending is Ending.KILLED


async def test_one_supervisor_serves_job_after_job(executor, step) -> None:
    parents = set()
    for number in range(3):
        await executor.run(Job(id=f"j{number}", steps=(step("true"),)))
        parents |= {each.pid for each in executor._idle}
    assert len(parents) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the box is Linux's")
async def test_the_supervisor_holds_no_secret_of_the_labs(monkeypatch, executor, step) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    await executor.run(Job(id="j", steps=(step("true"),)))
    [supervised] = executor._idle
    assert b"hunter2" not in Path(f"/proc/{supervised.pid}/environ").read_bytes()
