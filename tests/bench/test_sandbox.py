"""What a box keeps from the code in it. Each test is a real attempt from inside."""

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from orgloop.bench import Bind, Ending, Job, LocalExecutor, Step
from orgloop.bench.python_env import python_env
from orgloop.bench.sandbox import Bubblewrap, Plain, find
from orgloop.bench.system_files import libraries_only
from orgloop.errors import SandboxUnavailable, UserError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")


async def test_there_is_no_network(shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = await shell(
            f"python -S -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'"
        )
    assert ran.step.ending is Ending.EXIT
    assert "Connection refused" in ran.said


async def test_there_is_network_where_the_box_says_so(executor, step) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        asked = step(
            f"python -S -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'"
        )
        open_ = asked.model_copy(update={"box": asked.box.model_copy(update={"network": True})})
        result = await executor.run(Job(id="j", steps=(open_,)))
    assert result.steps[0].ending is Ending.OK


@pytest.mark.parametrize(
    "place", ["/", "/etc", "/usr", "/dev", "/proc", "/sys", "/work", "/var", sys.prefix]
)
async def test_nothing_can_be_written_outside_the_worktree(shell, place) -> None:
    ran = await shell(f"touch {place}/planted && echo written")
    assert "written" not in ran.said


async def test_scratch_space_can_be_written_and_is_limited(shell) -> None:
    ran = await shell(
        "touch /tmp/a $HOME/b && echo written;"
        " head -c 30000000 /dev/zero > /tmp/big; head -c 30000000 /dev/zero > /dev/shm/big",
        disk=4_000_000,
    )
    assert "written" in ran.said
    assert ran.said.count("No space left") + ran.said.count("File too large") == 2


async def test_the_persons_home_is_empty(executor, tmp_path, monkeypatch, step) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_ed25519").write_text("private")
    asked = step(f"ls -A $HOME; cat {home}/.ssh/id_ed25519")
    asked = asked.model_copy(update={"env": {**asked.env, "HOME": str(home)}})
    result = await executor.run(Job(id="j", steps=(asked,)))
    said = result.steps[0].output.read_text()
    assert "private" not in said
    assert "No such file" in said


async def test_the_labs_environment_is_not_seen(monkeypatch, shell) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "hunter2")
    ran = await shell("env; cat /proc/*/environ | tr '\\0' '\\n'")
    assert "PATH=" in ran.said
    assert "hunter2" not in ran.said


async def test_no_process_of_the_lab_is_seen(shell) -> None:
    ran = await shell("ls /proc | grep -c '^[0-9]'")
    assert int(ran.said) <= 4


async def test_no_capability_is_left(shell) -> None:
    ran = await shell("grep CapEff /proc/self/status; mount -t tmpfs none /mnt && echo mounted")
    assert "CapEff:\t0000000000000000" in ran.said
    assert "mounted" not in ran.said


async def test_masked_files_and_directories_appear_empty(executor, step) -> None:
    asked = step("cat secret.txt; ls secrets; cat data/hidden/deep; echo end; echo x > secret.txt")
    work = asked.cwd
    (work / "secret.txt").write_text("answer")
    (work / "secrets").mkdir()
    (work / "secrets" / "inner").write_text("answer")
    data = work.parent / "data"
    (data / "hidden").mkdir(parents=True)
    (data / "hidden" / "deep").write_text("answer")
    box = asked.box.model_copy(
        update={
            "binds": (*asked.box.binds, Bind(source=data, target=work / "data")),
            "masked": (
                work / "secret.txt",
                work / "secrets",
                work / "data" / "hidden",
                work / "not there",
            ),
        }
    )
    result = await executor.run(Job(id="j", steps=(asked.model_copy(update={"box": box}),)))
    said = result.steps[0].output.read_text()
    assert "answer" not in said
    assert "inner" not in said
    assert "end" in said
    assert (work / "secret.txt").read_text() == "answer"


SEARCH = """
import os, sys
import numpy
print("numpy", numpy.zeros(3).sum())
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys")):
        continue
    for name in names:
        path = os.path.join(folder, name)
        if "sqlalchemy" in path.lower():
            print("FOUND", path)
        if name.endswith((".py", ".pyc", ".whl", ".zip")):
            try:
                with open(path, "rb") as file:
                    if MARK in file.read():
                        print("FOUND", path)
            except OSError:
                pass
"""


@pytest.mark.slow
async def test_packages_that_are_not_listed_cannot_be_found_by_any_path(executor, step) -> None:
    shown = libraries_only() + python_env(("numpy",))
    plain = step("python search.py")
    mark = 'b"orm/attributes.py" + b"\\n"'  # put together, or the script would find itself
    (plain.cwd / "search.py").write_text(SEARCH.replace("MARK", mark))
    box = plain.box.model_copy(
        update={
            "binds": (*shown.binds, Bind(source=plain.cwd, writable=True)),
            "hollow": shown.hollow,
        }
    )
    env = {"PATH": ":".join(reversed(shown.path)), "HOME": os.environ.get("HOME", "/tmp/home")}
    confined = plain.model_copy(update={"box": box, "env": env})
    result = await executor.run(Job(id="j", steps=(confined,)))
    said = result.steps[0].output.read_text()
    assert result.steps[0].ending is Ending.OK, said
    assert "numpy 0.0" in said
    assert "FOUND" not in said


async def test_the_whole_environment_is_there_where_no_list_is_given(shell) -> None:
    ran = await shell("python -c 'import pydantic, numpy, sys; print(sys.prefix)'")
    assert ran.said.strip() == sys.prefix


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(UserError, match="numpyy") as caught:
        python_env(("numpyy",))
    assert "numpy" in caught.value.hint


async def test_a_box_within_a_box_works(executor, step) -> None:
    sandbox = find.find_sandbox()
    if not isinstance(sandbox, Bubblewrap):
        pytest.skip("no bubblewrap works here")
    inner = step(
        "python -c 'from orgloop.bench.sandbox import find_sandbox;"
        " print(type(find_sandbox()).__name__)'"
    )
    source = Path(find.__file__).parents[3]
    box = inner.box.model_copy(
        update={"binds": (*inner.box.binds, Bind(source=source)), "nesting": True}
    )
    env = {**inner.env, "PYTHONPATH": str(source)}
    inner = inner.model_copy(update={"box": box, "env": env})
    result = await executor.run(Job(id="j", steps=(inner,)))
    assert result.steps[0].output.read_text() == "Bubblewrap\n"


def test_a_bubblewrap_that_does_not_work_is_not_used(monkeypatch, tmp_path, caplog) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho no namespaces here >&2; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(find, "_programs", lambda: [str(broken)])
    find.find_sandbox.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, "orgloop.bench"):
            chosen = find.find_sandbox()
            again = find.find_sandbox()
        assert isinstance(chosen, Plain)
        assert again is chosen
        assert len(caplog.records) == 1
        assert "no namespaces here" in chosen.warning
        with pytest.raises(SandboxUnavailable):
            find.find_sandbox(required=True)
    finally:
        find.find_sandbox.cache_clear()


def test_a_bubblewrap_that_is_no_program_is_told(tmp_path) -> None:
    assert find.probe(Bubblewrap(str(tmp_path / "nothing"))) is not None


def test_some_sandbox_works_on_this_machine() -> None:
    assert find.find_sandbox().sealed


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_is_sandboxed_too() -> None:
    sandbox = find.find_sandbox()
    if not isinstance(sandbox, Bubblewrap):
        pytest.skip("no bubblewrap works here")
    said = subprocess.run(
        [
            *(sandbox._program, *Bubblewrap.ISOLATION, "--ro-bind", "/", "/"),
            *("--proc", "/proc", "--dev", "/dev", "id", "-u"),
        ],
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.strip() == "65534", said.stderr


async def test_a_sandbox_that_cannot_be_set_up_is_the_benchs_fault(executor, step) -> None:
    asked = step("true")
    box = asked.box.model_copy(update={"binds": (Bind(source=Path("/not/there")),)})
    result = await executor.run(Job(id="j", steps=(asked.model_copy(update={"box": box}),)))
    assert result.steps[0].ending is Ending.BROKEN


def test_a_step_is_what_a_sandbox_wraps() -> None:
    step = Step(name="run", command="true", cwd=Path("/"))
    assert Plain().wrap(step, ["true"]) == ["true"]


async def test_an_executor_can_be_told_which_sandbox_to_use(tmp_path) -> None:
    executor = LocalExecutor(tmp_path, sandbox=Plain("said so"))
    assert not executor.sandbox.sealed
    assert "said so" in executor.sandbox.warning
