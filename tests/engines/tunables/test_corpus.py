"""Real-looking scripts: what is found in each, and that any proposal changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgloop.engines.tunables import Space, discover, splice
from orgloop.engines.tunables.blob import blob_id
from orgloop.engines.tunables.scan import scan_bytes
from orgloop.task import Task

EXPECTED = {
    "autoresearch_block.py": """ASPECT_RATIO HEAD_DIM TOTAL_BATCH_SIZE EMBEDDING_LR UNEMBEDDING_LR
        MATRIX_LR SCALAR_LR WEIGHT_DECAY ADAM_BETAS.0 ADAM_BETAS.1 WARMUP_RATIO WARMDOWN_RATIO
        FINAL_LR_FRAC DEPTH DEVICE_BATCH_SIZE""",
    "nanogpt_globals.py": """batch_size block_size n_layer n_head n_embd dropout bias learning_rate
        weight_decay beta1 beta2 grad_clip decay_lr min_lr""",
    "hf_argparse.py": """--max_length --per_device_train_batch_size --learning_rate --weight_decay
        --lr_scheduler_type --warmup-ratio --label_smoothing --amsgrad --lora_rank --adam_beta2""",
    "lightning_dataclass.py": """OptimConfig.lr OptimConfig.betas.0 OptimConfig.betas.1
        OptimConfig.eps OptimConfig.weight_decay OptimConfig.schedule ModelConfig.dropout
        ModelConfig.norm_first ModelConfig.act TrainerSettings.gradient_clip_val
        TrainerSettings.label_smoothing TrainerSettings.accumulate model.depth model.width""",
    "keras_functional.py": """batch_size HP.filters HP.kernel HP.dense_units HP.dropout_rate
        HP.optimizer HP.lr HP.momentum HP.augment hidden_sizes.0 hidden_sizes.1""",
    "click_cli.py": """CLIP_NORM --lr --hidden --optimizer --nesterov --momentum --depth""",
    "typer_cli.py": """--lr --width --dropout --act --bias""",
    "sklearn_script.py": """PARAMS.n_estimators PARAMS.learning_rate PARAMS.max_depth
        PARAMS.subsample TOL""",
    "config.yaml": """model.d_model model.n_layers model.dropout model.act model.tie optimizer.lr
        optimizer.weight_decay betas.0 betas.1 training.batch_size layers.0.units""",
    "config.toml": """model.width model.depth model.act_fn model.betas.0 model.betas.1 optim.lr
        optim.wd optim.schedule.warmup_frac blocks.0.channels blocks.1.channels""",
    "config.json": """model.hidden_size model.num_attention_heads model.hidden_dropout_prob
        optimizer.learning_rate optimizer.betas.0 optimizer.betas.1 optimizer.nesterov é""",
}
FOLDER = Path(__file__).parent / "corpus"


class One:
    """A lab of one file."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data

    def paths(self) -> list[str]:
        return [self.name]

    def read(self, path: str) -> bytes:
        return self.data

    def blob(self, path: str) -> str:
        return blob_id(self.data)


def look(name: str, data: bytes) -> tuple[One, Space]:
    task = Task(name="t", metric="m", goal="minimize", run="python x.py", editable=(name,))
    files = One(name, data)
    return files, discover(files, task)


def test_every_file_of_the_corpus_has_its_expectation(corpus: dict[str, bytes]) -> None:
    assert set(corpus) == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_exactly_the_knobs_of_a_script_are_found(name: str) -> None:
    _, space = look(name, (FOLDER / name).read_bytes())
    expected = [f"{name}:{key}".replace("act_fn", "act fn") for key in EXPECTED[name].split()]
    assert [tunable.key for tunable in space] == expected
    assert list(space.values) == expected


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_found_reads_as_its_own_text(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    for tunable in look(name, data)[1]:
        assert data[tunable.start : tunable.end].decode() == tunable.text
        assert data[: tunable.start].count(b"\n") + 1 == tunable.line


SOURCES = {name: (FOLDER / name).read_bytes() for name in EXPECTED}
ENDINGS = (b"\n", b"\r\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_proposal_is_written_exactly_and_every_other_byte_is_kept(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SOURCES)))
    source = SOURCES[name].replace(b"\n", data.draw(st.sampled_from(ENDINGS)))
    files, space = look(name, source)
    chosen = data.draw(st.lists(st.sampled_from(space.tunables), unique_by=lambda t: t.key))
    changes = {t.key: t.from_unit(data.draw(st.floats(0.0, 1.0))) for t in chosen}
    edited = splice(files, space, changes).get(name, source)

    _, after = look(name, edited)
    expected = space.values | changes
    assert after.values == expected
    assert [type(v) for v in after.values.values()] == [type(v) for v in expected.values()]
    for old, new in zip(space, after, strict=True):
        if old.key not in changes:
            assert new.text == old.text
    assert outside(source, space) == outside(edited, after)


def outside(data: bytes, space: Space) -> list[bytes]:
    pieces, at = [], 0
    for tunable in sorted(space, key=lambda tunable: tunable.start):
        pieces.append(data[at : tunable.start])
        at = tunable.end
    return [*pieces, data[at:]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_scan_carried_over_an_edit_is_the_scan_of_the_edited_file(data: st.DataObject) -> None:
    from orgloop.engines.tunables.scan import SCANS

    name = data.draw(st.sampled_from(sorted(SOURCES)))
    files, space = look(name, SOURCES[name])
    chosen = data.draw(st.lists(st.sampled_from(space.tunables), min_size=1, unique_by=id))
    edited = splice(files, space, {t.key: t.from_unit(data.draw(st.floats(0, 1))) for t in chosen})
    for new in edited.values():
        language = space.tunables[0].language
        assert SCANS.known(language, blob_id(new)) == scan_bytes(language, new)


PYTHON = sorted(name for name in SOURCES if name.endswith(".py"))
JUNK = b"\\ ''' ( ] \r \x0c \xff # **{} : 0x = \xef\xbb\xbf".split(b" ")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mutated_scripts_never_crash_a_scan(data: st.DataObject) -> None:
    text = SOURCES[data.draw(st.sampled_from(PYTHON))]
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 12)))
    mutated = text[:at] + data.draw(st.sampled_from(JUNK) | st.binary(max_size=4)) + text[end:]
    for candidate in scan_bytes("python", mutated).candidates:
        assert mutated[candidate.start : candidate.end].decode() == candidate.text
