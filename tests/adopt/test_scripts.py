"""The command that trains is found where people write it down."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.adopt.scripts import commands, project_name, script_of, with_seed

SEEDED = 'parser.add_argument("--seed", type=int)\n'


def lay(root: Path, **files: str) -> list[str]:
    names = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    for name, text in names.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return sorted(names)


def found(root: Path, tracked: list[str]) -> list[str]:
    return [one.line for one in commands(root, tracked)]


def test_what_the_readme_runs_goes_before_names(tmp_path: Path) -> None:
    readme = (
        "```bash\npip install x\n$ python prepare.py\npython train.py --size 2  # quick\n"
        "python train.py --help\npython train.py --config path/to/x\n```\npython no.py\n"
    )
    files = lay(
        tmp_path, README_dot_md=readme, train_dot_py=SEEDED, prepare_dot_py="", main_dot_py=""
    )
    assert found(tmp_path, files) == [
        "python train.py --size 2 --seed {seed}",
        "python train.py --seed {seed}",
        "python main.py",
        "python prepare.py",
    ]


def test_a_project_of_uvs_is_run_by_uv(tmp_path: Path) -> None:
    files = lay(tmp_path, uv_dot_lock="", src__main_dot_py="")
    assert found(tmp_path, files) == ["uv run src/main.py"]


@pytest.mark.parametrize(
    ("line", "seeded"),
    [
        ("python train.py", "python train.py --seed {seed}"),
        ("python train.py --seed 3 --x", "python train.py --seed {seed} --x"),
        ("python train.py --seed=3", "python train.py --seed={seed}"),
        ("python train.py --seed {seed}", "python train.py --seed {seed}"),
        ("python other.py", "python other.py"),
    ],
)
def test_an_option_for_a_seed_is_filled_in(tmp_path: Path, line: str, seeded: str) -> None:
    lay(tmp_path, train_dot_py=SEEDED, other_dot_py="")
    assert with_seed(line, tmp_path) == seeded


def test_a_module_is_a_script_too(tmp_path: Path) -> None:
    lay(tmp_path, pkg__fit_dot_py="", app____main___dot_py="")
    assert script_of("python -m pkg.fit --x", tmp_path) == "pkg/fit.py"
    assert script_of("make train", tmp_path) is None
    assert script_of("python 'unclosed", tmp_path) is None


def test_the_name_is_the_projects(tmp_path: Path) -> None:
    assert project_name(tmp_path, "My Net!") == "my-net"
    lay(tmp_path, pyproject_dot_toml='[project]\nname = "Own_Net"\n')
    assert project_name(tmp_path, "x") == "own-net"
    (tmp_path / "pyproject.toml").write_text("no toml [")
    assert project_name(tmp_path, "x") == "x"
