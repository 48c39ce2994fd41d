"""The training run of a tuning lab, and its evaluator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orgloop.markdown.rewrite import with_keys
from orgloop.org.files import CHARTER
from orgloop.problems import ProblemsFound
from orgloop.tune.outer import play, score
from orgloop.tune.outer.places import CANDIDATE, TRIALS
from orgloop.tune.tasks import TrialTask

SAGE = """\
---
name: sage
description: Thinks.
tools: Bash
org: {every: 5 experiments}
---
Think.
"""
ARGUMENTS = ("--tasks", "bowl", "--experiments", "2", "--seed", "3")


@pytest.fixture
def here(lab: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tuning lab, as the bench would enter it."""
    monkeypatch.chdir(lab)
    return lab


def change(lab: Path, path: str, key: tuple[str, ...], value: str | float) -> None:
    file = lab / CANDIDATE / path
    changed = with_keys(file.read_bytes(), {key: value})
    assert changed is not None
    file.write_bytes(changed)


def test_a_run_is_scored_in_units_of_optuna_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play.main(ARGUMENTS) == 0
    assert "bowl: " in capsys.readouterr().out
    (result,) = json.loads((here / TRIALS).read_text())
    assert (result["task"], result["budget"]) == ("bowl", 2)
    assert score.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"bowl: {result['progress'] / 0.5:.6g}",
        f"progress: {result['progress'] / 0.5:.6g}",
    ]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_and_another_another(bowl: TrialTask, here: Path) -> None:
    org = play.checked(here, [bowl])
    first, again, other = (play.played(org, [bowl], 3, seed)[0] for seed in (1, 1, 2))
    assert first.curve[-1].gain == again.curve[-1].gain and first.key == again.key
    assert first.baseline == other.baseline and first.key != other.key


@pytest.mark.parametrize(
    ("path", "key", "value", "said"),
    [
        (CHARTER, ("accept",), "greedy", "`accept` is for a person to change"),
        ("roles/reviewer.md", ("tools",), "Bash", "take tools away and give none"),
        ("roles/pi.md", ("model",), "openai:big", "a model that no file of yours names"),
        ("roles/pi.md", ("org", "boldness"), -1.0, "boldness"),
    ],
)
def test_what_an_amendment_may_not_do_is_not_run(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    key: tuple[str, ...],
    value: str | float,
    said: str,
) -> None:
    change(here, path, key, value)
    assert play.main(ARGUMENTS) == 1
    assert said in capsys.readouterr().err
    assert not (here / TRIALS).exists()


def test_a_role_can_go_and_one_can_be_added_with_no_more_tools(bowl: TrialTask, here: Path) -> None:
    chart = here / CANDIDATE / CHARTER
    text = chart.read_text()
    for line in ("reviewer -- revise", "reviewer -- reject"):
        text = "\n".join(one for one in text.splitlines() if line not in one) + "\n"
    text = text.replace("reviewer -- approve --> bench", "")
    chart.write_text(text.replace("--> reviewer", "--> bench"))
    (here / CANDIDATE / "roles" / "reviewer.md").unlink()
    assert "roles/reviewer.md" not in play.checked(here, [bowl]).files
    extra = here / CANDIDATE / "roles" / "sage.md"
    extra.write_text(SAGE)
    with pytest.raises(ProblemsFound) as refused:
        play.checked(here, [bowl])
    assert "the tools of one that a person wrote" in str(refused.value.problems[0])


def test_results_of_other_tasks_are_not_scored(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / TRIALS).write_text("[]")
    assert score.main() == 1
    assert "not of the tasks" in capsys.readouterr().err
