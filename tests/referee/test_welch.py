"""The fixed test that the significant rule is compared with."""

import pytest

from orgloop.referee import Call, Case, Sample, noise_sd, referee_for


def case(candidate: list[float], incumbent: list[float], **more: object) -> Case:
    return Case(
        "maximize",
        [Sample(i, v) for i, v in enumerate(candidate)],
        [Sample(10 + i, v) for i, v in enumerate(incumbent)],
        **more,  # type: ignore[arg-type]
    )


def test_the_probability_is_that_of_a_one_sided_t_test() -> None:
    # 1 - scipy.stats.ttest_ind(ours, theirs, alternative="greater").pvalue
    ruling = referee_for("welch").rule(case([1.2, 1.5, 1.1], [1.0, 0.9, 1.3]))
    assert ruling.p_better == pytest.approx(0.84772060, abs=1e-6)


def test_noise_is_pooled_over_the_run() -> None:
    history = [[5.0, 5.1], [4.0, 4.1], [3.0, 3.1]]
    ruling = referee_for("welch").rule(case([1.0], [0.8, 0.9], history=history))
    assert "4 df" in ruling.why
    assert noise_sd([*history, [0.8, 0.9]])[0] == pytest.approx(0.0707, abs=1e-3)


def test_unclear_is_measured_again_until_the_cap() -> None:
    rule = referee_for("welch").rule
    assert rule(case([1.05], [1.0, 1.1, 0.9])).call is Call.AGAIN
    assert rule(case([1.05, 1.06, 1.0, 1.1, 1.0, 1.1], [1.0, 1.1, 0.9])).call is Call.SPENT
