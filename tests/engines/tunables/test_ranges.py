from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.engines.tunables import Space, Tunable
from orgloop.engines.tunables.candidate import Candidate
from orgloop.engines.tunables.names import barred, family, words
from orgloop.engines.tunables.ranges import Range, range_of

SpaceOf = Callable[..., Space]


def infer(name: str, value: float | bool) -> Range | str:
    return range_of(Candidate(name, 0, 1, 1, str(value), value), None)


@pytest.mark.parametrize(
    ("name", "value", "low", "high", "scale"),
    [
        ("LR", 3e-4, 3e-5, 3e-3, "log"),
        ("learningRate", 0.1, 0.01, 1.0, "log"),
        ("weight_decay", 0.1, 0.01, 1.0, "log"),
        ("weight_decay", 0.0, 0.0, 0.1, "linear"),
        ("beta2", 0.999, 0.99, 0.9999, "one_minus"),
        ("momentum", 0.0, 0.0, 0.99, "linear"),
        ("dropout", 0.1, 0.0, 0.5, "linear"),
        ("mask_prob", 0.15, 0.0, 1.0, "linear"),
        ("warmup_ratio", 0.02, 0.0, 0.25, "linear"),
        ("DEPTH", 4, 2, 8, "linear"),
        ("width", 96, 32, 384, "log"),
        ("eps", 1e-8, 1e-10, 1e-6, "log"),
        ("threshold", 0.5, 0.125, 1.0, "log"),
        ("init_scale", 0.5, 0.125, 2.0, "log"),
        ("bias_init", -2.0, -8.0, -0.5, "linear"),
    ],
)
def test_ranges_are_what_practitioners_choose(
    name: str, value: float, low: float, high: float, scale: str
) -> None:
    found = infer(name, value)
    assert isinstance(found, Range)
    assert (found.low, found.high, found.scale) == (low, high, scale)


def test_powers_of_two_stay_powers_of_two() -> None:
    found = infer("batch_size", 64)
    assert isinstance(found, Range) and found.grid == (16, 32, 64, 128, 256)


def test_multiples_stay_multiples(space_of: SpaceOf) -> None:
    (width,) = space_of("WIDTH = 192\n")
    assert {width.from_unit(u / 50) for u in range(51)} <= set(range(64, 769, 64))


def test_heads_are_halved_and_doubled() -> None:
    found = infer("n_head", 6)
    assert isinstance(found, Range) and found.grid == (3, 6, 12, 24)


def test_a_stated_range_of_integers_between_powers_of_two_keeps_them(space_of: SpaceOf) -> None:
    (width,) = space_of("WIDTH = 64  # 16..256\n")
    (depth,) = space_of("DEPTH = 4  # 1..8\n")
    assert width.grid == (16, 32, 64, 128, 256)
    assert depth.grid is None and [depth.from_unit(u / 20) for u in range(21)][-1] == 8


NAMES = ("LR", "beta", "dropout", "prob", "ratio", "depth", "n_head", "width", "eps", "wd", "gain")


@given(
    name=st.sampled_from(NAMES),
    value=st.one_of(
        st.integers(-(10**6), 10**9), st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: v + 0.0)
    ),
)
def test_every_inferred_range_holds_its_value_and_round_trips(name: str, value: float) -> None:
    found = infer(name, value)
    if isinstance(found, str):
        return
    knob = Tunable(
        "k", "p", name, found.kind, value, 1, 0, 1, "", "python", found.low, found.high,
        found.scale, found.step, found.grid, found.choices,
    )  # fmt: skip
    assert found.low is not None and found.high is not None
    assert found.low < found.high or knob.single
    if abs(value) > 1e-6:
        assert found.low <= value * (1 + 1e-2) + 1e-2 and value <= found.high * (1 + 1e-2) + 1e-2
    for u in (0.0, 0.3, 0.5, 1.0):
        drawn = knob.from_unit(u)
        assert knob.admits(drawn)
        assert knob.clip(drawn) == drawn
        again = knob.from_unit(knob.to_unit(drawn))
        assert again == pytest.approx(drawn, rel=0.02, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("n_layer", ("n", "layer")),
        ("maxLR", ("max", "lr")),
        ("LRDecay", ("lr", "decay")),
        ("--warmup-ratio", ("warmup", "ratio")),
        ("beta2", ("beta", "2")),
        ("USE_BF16", ("use", "bf16")),
    ],
)
def test_names_are_read_as_words(name: str, split: tuple[str, ...]) -> None:
    assert words(name) == split


def test_a_bar_names_its_word_and_reason() -> None:
    assert barred("train.max_steps") == ("steps", "the length of a run")
    assert barred("eval.batch_size") == ("eval", "how it is evaluated")
    assert barred("gradient_clip_val") is None
    assert barred("timestep_embedding") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [("final_lr_frac", "fraction"), ("head_dim", "width"), ("hidden_dropout_prob", "dropout"),
     ("adam.betas.1", "momentum"), ("C.wd", "decay"), ("num_layers", "depth")],
)  # fmt: skip
def test_a_name_suggests_its_kind(name: str, kind: str) -> None:
    assert family(name) == kind
