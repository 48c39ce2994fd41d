"""The summary at the end of a run: believable numbers and commands that can be copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.cli.shown import argument, program, shown
from orgloop.cli.summary import summary_text
from orgloop.lab.summary import RunSummary

KEPT = RunSummary(
    run="r1", task="bytes-lm", metric="val_bpb", goal="minimize", self_reported=False,
    state="finished", reason="The budget of experiments is used up.", baseline=2.989,
    baseline_stderr=0.011, best=2.9051, best_stderr=0.0131, best_commit="f70a300ce475" + "0" * 28,
    best_experiment="e0001", branch="orgloop/r1", gain=0.0839, gain_low=0.0496, gain_high=0.119,
    gain_text="0.084 ± 0.016 better", deterministic=False, experiments=12, running=0, kept=1,
    discarded=11, crashed=0, overruled=0, generation=1, measurements=22, wall_s=177.0,
    bench_busy_s=343.0, slots=2, tokens=0, cost_usd=0.0,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def text(lab: str = "my-lab", **changed: object) -> str:
    return summary_text(KEPT.model_copy(update=changed), Path(lab))


def test_a_run_with_a_keep() -> None:
    assert (
        text()
        == """
bytes-lm, run r1: The budget of experiments is used up.

  baseline  val_bpb 2.989 ± 0.011  (lower is better)
  best      val_bpb 2.905 ± 0.013  by e0001
  gain      0.084 better, 95% interval 0.050 to 0.119

  12 experiments: 1 kept, 11 discarded, 0 crashed
  22 runs on the bench in 2 min 57 s, 2 at one time, 97% busy
  commit  f70a300ce475 on branch orgloop/r1
  cases   my-lab/.orgloop/cases/r1/

Next
  orgloop run my-lab --experiments 24   go on with a larger budget
  orgloop show e0001 --lab my-lab       why the best was kept
  orgloop log my-lab                    every experiment
  git -C my-lab diff HEAD...orgloop/r1  everything that was kept, as one diff
  orgloop audit my-lab                  does it hold on fresh seeds?
  orgloop apply my-lab                  then put what holds on your branch
  orgloop run my-lab --new              another run, from HEAD"""
    )


def test_an_interval_that_holds_zero_is_not_sold_as_a_gain() -> None:
    shown = text(gain=0.038, gain_low=-1.68e-05, gain_high=0.0765)
    assert "gain      0.038 better, 95% interval -0.000 to 0.076: it may be none" in shown


def test_nothing_kept_is_said_plainly() -> None:
    shown = text(best=2.989, best_experiment=None, gain=0.0, gain_low=None, gain_high=None, kept=0)
    assert "best      the baseline still: nothing was shown to be better" in shown
    assert "why the best was kept" not in shown and "git" not in shown


def test_a_run_that_was_stopped_names_the_command_that_goes_on() -> None:
    shown = text(state="stopped", running=2)
    assert "stopped. Nothing is lost." in shown
    assert "0 crashed; 2 in flight" in shown
    assert "  orgloop run my-lab " in shown.partition("Next\n")[2].splitlines()[0] + " "


def test_what_limits_a_claim_is_said() -> None:
    shown = text(self_reported=True, deterministic=True, overruled=1, gain_low=None, gain_high=None)
    assert "gain      0.084 ± 0.016 better\n" in shown
    assert "Self-reported: " in shown
    assert "no significance is claimed" in shown
    assert "1 keep was a person's, and left out of what is claimed." in shown


def test_names_from_files_cannot_command_the_terminal() -> None:
    assert "\x1b" not in text(task="\x1b[2Jx", metric="\x1b]0;y\x07z", reason="\x1b[1m")


def test_a_path_is_relative_below_and_absolute_elsewhere(tmp_path: Path) -> None:
    assert shown(tmp_path / "a b") == "a b"
    assert argument(tmp_path / "a b") == "'a b'"
    assert shown(Path("..") / "other") == str(tmp_path.parent / "other")
    assert shown(Path()) == "."


def test_a_program_that_is_not_on_the_path_is_named_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = tmp_path / ".venv/bin/orgloop"
    called.parent.mkdir(parents=True)
    called.touch(mode=0o755)
    monkeypatch.setattr("sys.argv", [str(called)])
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == ".venv/bin/orgloop"
    monkeypatch.setenv("PATH", str(called.parent))
    assert program() == "orgloop"


def test_keeps_for_having_less_code_are_counted_apart() -> None:
    assert "  1 keep was for having less code.\n" in text(kept=2, simplified=1)
    shown = text(kept=3, simplified=2, conceded=0.00712)
    assert "  2 keeps were for having less code, conceding at most 0.0071 in all." in shown


def test_a_best_that_was_measured_once_is_not_sold_as_certain() -> None:
    shown = text(
        best_stderr=None, gain_low=None, gain_high=None, gain_text="0.08 (noise not known)"
    )
    assert "Noise was not considered: the best is what looked best once." in shown
    assert "Noise was not considered" not in text()
