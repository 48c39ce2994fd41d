"""The labs in examples/labs: each is forked, checks, and runs with no key."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from orgloop.adopt.upstream import needs_repository
from orgloop.bench.python_env import python_env
from orgloop.bench.python_packages import chosen_packages
from orgloop.engines.tunables.python.scan import scan_python
from orgloop.errors import UserError
from orgloop.lab.options import RunOptions
from orgloop.lab.run import run_lab
from orgloop.org import load_lab
from orgloop.org.bundled import bundled_root
from orgloop.org.lab_templates import lab_templates, write_out
from orgloop.repo.fresh import begin_repository

LABS = sorted(name for name in lab_templates() if not needs_repository(name))
FOLDER = bundled_root() / "examples" / "labs"
NEEDS = {"tabular": "sklearn", "nano-gpt": "torch"}


def here(name: str) -> bool:
    return name not in NEEDS or find_spec(NEEDS[name]) is not None


def test_there_are_those_that_the_documentation_promises() -> None:
    assert {"bytes-lm", "fast-kernel", "nano-gpt", "tabular"} <= set(LABS)


@pytest.mark.parametrize("name", LABS)
def test_it_checks_and_has_a_hold_out_and_a_readme(name: str) -> None:
    lab, problems = load_lab(FOLDER / name)
    assert lab is not None and list(problems) == []
    assert (lab.task.name, lab.task.holdout) == (name, "python evaluate.py holdout")
    readme = (FOLDER / name / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {name}\n") and "## Figures" in readme
    assert NEEDS.get(name) is None or f'pip install "orgloop[{name}]"' in readme


@pytest.mark.slow
@pytest.mark.parametrize("name", LABS)
def test_it_runs_with_no_key(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not here(name):
        pytest.skip(f"{NEEDS[name]} is not installed")
    monkeypatch.delenv("ORGLOOP_MODEL", raising=False)
    write_out(name, tmp_path / "lab")
    begin_repository(tmp_path / "lab", "start")
    summary = run_lab(tmp_path / "lab", RunOptions(experiments=2, seed=1), on_open=lambda _: None)
    assert summary.experiments == 2 and summary.baseline is not None
    assert summary.crashed < 2, "a constant may be set too high for the limits, not both"


@pytest.mark.parametrize("name", LABS)
def test_an_embedded_engine_finds_constants_with_ranges(name: str) -> None:
    (editable,) = load_lab(FOLDER / name)[0].task.editable  # type: ignore[union-attr]
    source = (FOLDER / name / editable).read_bytes()
    assert len(scan_python(source).candidates) >= 5


# What a missing package says


@pytest.mark.parametrize(("package", "extra"), [("torch", "nano-gpt"), ("sklearn", "tabular")])
def test_a_missing_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, package: str, extra: str
) -> None:
    monkeypatch.setattr("orgloop.bench.python_packages.site_folders", lambda: ())
    with pytest.raises(UserError, match=f"`{package}`, which is not installed") as caught:
        chosen_packages((package,))
    assert f'pip install "orgloop[{extra}]"' in caught.value.hint


@pytest.mark.skipif(not here("tabular"), reason="scikit-learn is not installed")
def test_a_package_brings_what_it_requires_and_leaves_out_what_the_task_says() -> None:
    chosen = chosen_packages(("sklearn", "-sklearn.datasets.data"))
    names = {path.name for path in chosen.files}
    assert {"sklearn", "numpy", "scipy", "joblib"} <= names
    assert not {"sqlalchemy", "statsmodels", "textual"} & names
    (data,) = chosen.hollow
    assert (data / "digits.csv.gz").is_file()
    assert data in python_env(("sklearn", "-sklearn.datasets.data")).hollow
    with pytest.raises(UserError, match="leaves out `sklearn"):
        chosen_packages(("sklearn", "-sklearn.nothing"))


# fast-kernel


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    names = ("baseline", "kernel", "scenes", "check")
    monkeypatch.syspath_prepend(str(FOLDER / "fast-kernel"))
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("sums", ["blocks", "separable", "running"])
@pytest.mark.parametrize("cell", ["int64", "int32", "uint16"])
def test_every_way_that_the_kernel_offers_is_right(
    kernel: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, sums: str, cell: str
) -> None:
    monkeypatch.setattr(kernel.kernel, "SUMS", sums)
    monkeypatch.setattr(kernel.kernel, "CELL", cell)
    monkeypatch.setattr(kernel.kernel, "BAND", 11)
    for difference in ("widened", "extremes"):
        for pick in ("stacked", "best-so-far"):
            monkeypatch.setattr(kernel.kernel, "DIFFERENCE", difference)
            monkeypatch.setattr(kernel.kernel, "PICK", pick)
            assert kernel.check.main(1) == 0


def test_one_wrong_pixel_is_found(
    kernel: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def off(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        found = kernel.baseline.depth_map(left, right)
        found[0, -1] ^= 1
        return found

    monkeypatch.setattr(kernel.kernel, "depth_map", off)
    assert kernel.check.main(1) == 1
    assert "1 pixels differ, the first at row 0" in capsys.readouterr().err


# tabular


@pytest.mark.slow
@pytest.mark.skipif(not here("tabular"), reason="scikit-learn is not installed")
def test_the_training_rows_are_the_librarys_and_no_others_are_given_away(tmp_path: Path) -> None:
    script = (
        "import evaluate, numpy as np, table\n"
        "known, _ = table.training_rows()\n"
        "for part, count in ((table.VALIDATION, 450), (table.HOLDOUT, 447)):\n"
        "    rows, digits = evaluate.rows_of(part)\n"
        "    assert len(digits) == count\n"
        "    assert not (rows[:, None] == known).all(axis=2).any()\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=FOLDER / "tabular", check=True)
