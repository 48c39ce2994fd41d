"""A lab from elsewhere shows what it would run, and runs nothing before it is trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Orgloop, git


def test_what_it_would_run_is_shown_and_nothing_is_forked_unasked(
    orgloop: Orgloop, lab: Path, tmp_path: Path
) -> None:
    task = (lab / "task.md").read_text()
    more = 'setup: "./fetch\\e[2J.sh"\nenv: {API: there}\nsandbox: {network: true}\n'
    more += "executor: slurm\nslurm: {setup: [./prepare.sh], options: {bell: on}}\n---\n"
    (lab / "task.md").write_text(task.replace("---\nMake", f"{more}Make"))
    git(lab, "commit", "-qam", "more")
    said = orgloop("fork", "--from", lab, "mine")
    assert (said.code, said.out) == (2, "")
    assert not (tmp_path / "mine").exists()
    for shown in (
        "run python -S -E train.py --seed {seed}",
        "(with the network)",
        "API=there",
        "network yes",
        "executor slurm",
        "slurm ./prepare.sh (on the node, outside of the sandbox)",
        "slurm --bell=",
        "engine pi: embedded",
        "--trust",
    ):
        assert shown in " ".join(said.err.split()), shown
    assert "\x1b" not in said.err


@pytest.mark.parametrize("repository", [True, False])
def test_with_trust_it_is_a_lab_of_the_persons_own(
    orgloop: Orgloop, lab: Path, tmp_path: Path, repository: bool
) -> None:
    if not repository:
        (lab / ".git").rename(tmp_path / "away")
    assert orgloop("fork", "--from", lab, "mine", "--trust").code == 0
    mine = tmp_path / "mine"
    assert git(mine, "rev-list", "--count", "HEAD").strip() == "1"
    assert {"task.md", "train.py", "org/charter.md", "roles/pi.md"} <= set(
        git(mine, "ls-files").split()
    )
    assert orgloop("check", mine).code == 0


def test_a_link_that_leads_out_is_refused(orgloop: Orgloop, lab: Path, tmp_path: Path) -> None:
    (lab / "key").symlink_to("/etc/hostname")
    git(lab, "add", "-A")
    git(lab, "commit", "-qm", "link")
    said = orgloop("fork", "--from", lab, "mine", "--trust")
    assert said.code == 2 and "leads out of the lab" in said.err
    assert not (tmp_path / "mine").exists()


def test_what_is_no_lab_is_told(orgloop: Orgloop, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert orgloop("fork", "--from", "empty", "mine", "--trust").code == 2
    said = orgloop("fork", "--from", "ext::sh -c 'touch planted'", "mine", "--trust")
    assert said.code == 2 and not (tmp_path / "planted").exists()
    said = orgloop("fork", "--from", tmp_path / "nowhere", "mine", "--trust")
    assert said.code == 2 and "cannot be fetched" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["bytes-lm"],
        ["bytes-lm", "mine", "--trust"],
        ["bytes-lm", "mine", "--update"],
        ["a", "b", "--from", "c"],
    ],
)
def test_arguments_that_do_not_go_together_are_told(orgloop: Orgloop, arguments: list[str]) -> None:
    assert orgloop("fork", *arguments).code == 2
