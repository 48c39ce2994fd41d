import os
from pathlib import Path

import pytest

from orgloop.engines import ModelUnavailable, model_problems, resolve
from orgloop.engines.agents.installed import PACKAGES, installed, missing
from orgloop.role import Role


def program(path: Path, text: str = "#!/usr/bin/env node\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_client_that_is_not_there_is_a_problem_with_the_line_that_installs_it() -> None:
    role = Role("pi", "Plans.", model="codex", path="roles/pi.md")
    [problem] = model_problems([role], "", env={"PATH": ""})
    assert problem.path == "roles/pi.md"
    assert "there is no `codex` on the PATH" in problem.message
    assert "npm install -g @openai/codex" in problem.hint
    with pytest.raises(ModelUnavailable):
        installed("opencode/anthropic/claude", {"PATH": ""})


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_every_client_may_be_named_with_a_model(name: str) -> None:
    assert resolve(Role("pi", "Plans.", model=f"{name}/some/model"), "", env={}).engine_key == name
    assert missing(f"{name}/some/model", {"PATH": ""}) is not None


def test_a_client_of_npms_is_shown_with_all_that_it_needs(tmp_path: Path) -> None:
    modules = tmp_path / "lib" / "node_modules"
    real = program(modules / "@openai" / "codex" / "bin" / "codex.js")
    node = program(tmp_path / "node" / "node", "")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "codex").symlink_to(real)
    path = os.pathsep.join([str(tmp_path / "bin"), str(node.parent)])
    found = installed("codex", {"PATH": path})
    assert found.program == real
    assert found.sees == (modules, node)
    assert found.path == (node.parent,)


def test_a_client_that_is_one_program_is_shown_alone(tmp_path: Path) -> None:
    real = program(tmp_path / "versions" / "2.1", "\x7fELF")
    (tmp_path / "claude").symlink_to(real)
    found = installed("claude-code/opus", {"PATH": str(tmp_path)})
    assert (found.program, found.sees, found.path) == (real, (real,), ())
