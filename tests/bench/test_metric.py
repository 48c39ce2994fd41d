"""Numbers out of output, hostile output included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.bench import CrashKind
from orgloop.bench.metric import MOST_METRICS, MetricReader
from orgloop.errors import UserError


def test_the_last_occurrence_counts() -> None:
    assert MetricReader("loss").read("loss: 3\nloss: 2.5e-1\n").value == 0.25


def test_a_carriage_return_ends_a_line() -> None:
    assert MetricReader("loss").read("step 1 loss 9\rstep 2\rloss: 4\r\n").value == 4.0


def test_spaces_before_the_number_do_not_matter() -> None:
    assert MetricReader("val_bpb").read("---\nval_bpb:          0.997900\n").value == 0.9979


def test_the_name_within_a_line_is_no_metric_line() -> None:
    assert MetricReader("loss").read("step 3 loss: 2 (best)\nxloss: 1").kind is CrashKind.NO_METRIC


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "NaN", "1e999"])
def test_a_number_that_is_not_finite_is_a_crash(number) -> None:
    assert MetricReader("loss").read(f"loss: {number}").kind is CrashKind.NON_FINITE


def test_a_pattern_finds_its_value_and_its_name() -> None:
    reader = MetricReader("acc", r"(?P<name>acc|f1)=(?P<value>[\d.]+)")
    assert reader.read("epoch 1 acc=0.5 x\nepoch 2 acc=0.75 x\nf1=0.1").metrics == {
        "acc": 0.75,
        "f1": 0.1,
    }


def test_a_broken_pattern_is_the_persons_to_mend() -> None:
    with pytest.raises(UserError, match="not a regular expression"):
        MetricReader("acc", "(")


def test_constraints_may_be_about_numbers_of_other_steps_but_the_metric_may_not() -> None:
    reader = MetricReader("loss", bounds={"peak_gb": "<= 40"})
    assert reader.read("loss: 1", beside={"peak_gb": 30.0}).value == 1.0
    assert reader.read("loss: 1", beside={"peak_gb": 50.0}).kind is CrashKind.CONSTRAINT
    assert reader.read("loss: 1").kind is CrashKind.CONSTRAINT
    assert reader.read("none", beside={"loss": 0.0}).kind is CrashKind.NO_METRIC


def test_a_flood_of_names_is_bounded_and_the_metric_is_still_found() -> None:
    text = "".join(f"m{n}: {n}\n" for n in range(5000)) + "loss: 1\n"
    reading = MetricReader("loss").read(text)
    assert reading.value == 1.0
    assert len(reading.metrics) <= MOST_METRICS + 1


@given(st.text(alphabet=st.sampled_from("loss:= 0123456789.eE+-naif\r\n\x1b[m\u2028_")))
def test_no_output_raises(text) -> None:
    reading = MetricReader("loss").read(text)
    assert (reading.value is None) == (reading.kind is not None)
