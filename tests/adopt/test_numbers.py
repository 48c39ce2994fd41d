"""Named numbers are found in whatever form they are printed, and read again by the bench."""

from __future__ import annotations

import pytest

from orgloop.adopt.naming import goal_of
from orgloop.adopt.numbers import likely, printed, written_pattern
from orgloop.bench.metric import MetricReader
from orgloop.errors import UserError

FORMS = [
    ("val_bpb:          0.997900", "val_bpb", 0.9979),
    ("epoch 3 | train_loss 0.4123 | val_loss 0.3371 | 12.1s", "val_loss", 0.3371),
    ("step=10 loss=0.51 acc=0.93 lr=1e-3", "acc", 0.93),
    ('{"epoch": 1, "val_loss": 0.25, "time": 3.1}', "val_loss", 0.25),
    ("{'eval_loss': 1.5, 'eval_runtime': 2.0, 'epoch': 3.0}", "eval_loss", 1.5),
    ("INFO:root:val_loss = 0.30", "val_loss", 0.30),
    ("2026-01-02 12:30:01,123 INFO Test accuracy: 93.25%", "Test_accuracy", 93.25),
    ("100%|####| 10/10 [00:01<00:00, 9.9it/s, loss=0.125]", "loss", 0.125),
    ("Final score is 12", "Final_score", 12.0),
    ("val/loss -> 2.5e-2", "val/loss", 0.025),
    ("latency: 3.5ms", "latency", 3.5),
    ("\rstep 1 loss: 3.0\rstep 2 loss: 2.0\r\x1b[32mstep 3 loss: 1.0\x1b[0m", "loss", 1.0),
]


@pytest.mark.parametrize(("line", "metric", "value"), FORMS)
def test_a_number_is_found_and_the_bench_reads_it_by_what_is_proposed(
    line: str, metric: str, value: float
) -> None:
    text = f"Loading data\n{line}\n"
    found = {one.metric: one for one in printed(text)}
    assert metric in found
    one = found[metric]
    assert MetricReader(metric, one.pattern).read(text).value == value == one.value


def test_a_line_of_its_own_needs_no_pattern() -> None:
    [one] = [one for one in printed("---\nval_bpb:   0.9979\n") if one.metric == "val_bpb"]
    assert one.pattern is None


def test_what_is_printed_inline_after_the_line_of_its_own_counts() -> None:
    text = "val_loss: 0.5\nbest val_loss=0.25\n"
    one = next(one for one in printed(text) if one.metric == "val_loss")
    assert (one.value, one.times) == (0.25, 2)
    assert one.pattern is not None


def test_the_result_is_offered_before_what_only_tells_how_far_it_is() -> None:
    text = "epoch: 3\ntrain_loss: 0.2\nval_loss: 0.3\nlr: 0.001\ntotal_seconds: 9.0\nseed: 4\n"
    assert printed(text)[0].metric == "val_loss"
    assert [one.metric for one in likely(printed(text))] == ["val_loss", "train_loss"]


def test_a_number_that_diverged_later_is_no_result() -> None:
    text = "val_loss 0.5\nval_loss nan\n"
    assert "val_loss" not in {one.metric for one in printed(text)}


@pytest.mark.parametrize("line", ["tokens: 1,234", "commit: 3f9a2c", "version: 1.2.3", "42", ""])
def test_parts_of_longer_things_are_not_numbers(line: str) -> None:
    assert printed(line) == []


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("val_bpb", "minimize"),
        ("evalLoss", "minimize"),
        ("test_accuracy", "maximize"),
        ("accuracy_of_the_model", "maximize"),
        ("time_to_accuracy", "maximize"),
        ("quux", None),
    ],
)
def test_names_say_which_way_is_better(name: str, goal: str | None) -> None:
    assert goal_of(name) == goal


def test_a_pattern_of_ones_own_is_tested_too() -> None:
    assert written_pattern("x", r"got (?P<value>\d+)", "we got 7\n").value == 7
    with pytest.raises(UserError, match="reads no `x`"):
        written_pattern("x", r"got (?P<value>\d+)", "nothing\n")
    with pytest.raises(UserError, match="no group"):
        written_pattern("x", r"got (\d+)", "we got 7\n")
