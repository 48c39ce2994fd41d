"""The lab that `make run` starts with: its evaluator trusts nothing, and its model learns."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import frontmatter
import numpy as np
import pytest

from orgloop.task.model import TaskFrontmatter

LAB = Path(__file__).parents[2] / "examples" / "labs" / "bytes-lm"
MODULES = ("corpus", "train", "predict", "evaluate")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The lab's modules, imported afresh, and the directories that a bench would give."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "1")
    folders = {}
    for part in ("QUESTIONS", "ANSWERS", "SCORING", "ARTIFACTS"):
        folders[part.lower()] = folder = tmp_path / part.lower()
        folder.mkdir()
        monkeypatch.setenv(f"ORGLOOP_{part}", str(folder))
    monkeypatch.syspath_prepend(str(LAB))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    modules: dict[str, ModuleType] = {name: importlib.import_module(name) for name in MODULES}
    yield SimpleNamespace(**modules, **folders)
    for name in MODULES:
        sys.modules.pop(name, None)


def uniform(count: int, dtype: type = np.float32) -> np.ndarray:
    return np.full((count, 256), -np.log(256), dtype)


def give_answers(lab: SimpleNamespace, answers: np.ndarray, count: int = 10) -> None:
    np.save(lab.scoring / "targets.npy", np.arange(count, dtype=np.uint8))
    (lab.scoring / "provenance.txt").write_text("validation text: made up")
    np.save(lab.answers / "answers.npy", answers, allow_pickle=True)


def stop_after(monkeypatch: pytest.MonkeyPatch, lab: SimpleNamespace, steps: int) -> None:
    """Replace the clock by one that counts the times it is read."""
    ticks = iter(np.arange(steps) / steps)
    monkeypatch.setattr(lab.corpus, "spent", lambda: next(ticks, 1.0))


# The questions


def test_asking_finds_the_text_without_importing_it_and_writes_questions(
    lab: SimpleNamespace,
) -> None:
    check = (
        "import sys, evaluate; code = evaluate.main(['ask']); "
        "sys.exit(code or 'sqlalchemy' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", check], cwd=LAB, check=True, env={**os.environ}, capture_output=True
    )
    contexts = np.load(lab.questions / "contexts.npy")
    targets = np.load(lab.scoring / "targets.npy")
    assert contexts.dtype == np.uint8
    assert contexts.shape == (len(targets), 128)
    assert 30_000 < len(targets) <= 32_768
    assert "SQLAlchemy" in (lab.scoring / "provenance.txt").read_text()
    assert [path.name for path in lab.questions.iterdir()] == ["contexts.npy"]


def test_no_target_stands_in_a_question_and_no_two_questions_overlap(lab: SimpleNamespace) -> None:
    rng = np.random.default_rng(0)
    text = rng.integers(0, 256, 200_000, np.uint8)
    contexts, targets = lab.evaluate.questions(text, rng.integers(0, 256, 999, np.uint8))
    assert len(targets) == len(text) // 256
    raw = text.tobytes()
    starts = np.array([raw.find(row.tobytes()) for row in contexts])
    assert (text[starts + 128] == targets).all()
    ordered = np.sort(starts)
    assert (np.diff(ordered) > 129).all(), "bytes between a target and the next context"
    assert (starts != ordered).any(), "the order says nothing"


def test_the_questions_are_the_same_each_time(lab: SimpleNamespace) -> None:
    text = np.random.default_rng(1).integers(0, 256, 50_000, np.uint8)
    first, second = (lab.evaluate.questions(text, text[:64] ^ 1) for _ in range(2))
    assert (first[0] == second[0]).all()


@pytest.mark.parametrize("offset", range(0, 66, 5))
def test_a_window_that_shares_63_bytes_with_the_training_text_is_dropped(
    lab: SimpleNamespace, offset: int
) -> None:
    rng = np.random.default_rng(2)
    known, windows = rng.integers(0, 256, 4001, np.uint8), rng.integers(0, 256, (5, 129), np.uint8)
    windows[3, offset : offset + 63] = known[1001 + offset : 1064 + offset]
    assert lab.evaluate.shared(windows, known).tolist() == [False, False, False, True, False]


def test_a_window_that_shares_55_bytes_stays(lab: SimpleNamespace) -> None:
    rng = np.random.default_rng(3)
    known, windows = rng.integers(0, 256, 4000, np.uint8), rng.integers(0, 256, (5, 129), np.uint8)
    windows[3, 8:63] = known[1000:1055]
    assert not lab.evaluate.shared(windows, known).any()


def test_another_version_of_a_text_is_noted(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(lab.evaluate.PUBLISHED, "validation", ("SQLAlchemy 1.0", "0" * 16))
    lines = lab.evaluate.provenance(b"new", b"text").splitlines()
    assert any(line.startswith("note: ") and "SQLAlchemy 1.0" in line for line in lines)


def test_the_training_text_is_the_standard_library_and_nothing_installed(
    lab: SimpleNamespace,
) -> None:
    paths = [Path(path) for path in lab.corpus.files()]
    assert any(path.name == "argparse.py" for path in paths)
    assert not any("-packages" in part for path in paths for part in path.parts)


# The answers


def spoilt(change: str) -> np.ndarray:
    answers = uniform(10)
    if change == "nan":
        answers[3, 5] = np.nan
    elif change == "minus infinity":
        answers[3, 5] = -np.inf
    elif change == "a probability above one":
        answers[3, 5] = 0.5
    elif change == "sums to too much":
        answers[3] += 0.02
    elif change == "sums to too little":
        answers[3] -= 0.02
    elif change == "too few rows":
        answers = answers[:9]
    elif change == "too few columns":
        answers = answers[:, :255]
    elif change == "flat":
        answers = answers.reshape(-1)
    elif change == "by column":
        answers = np.asfortranarray(answers)
    elif change == "doubles":
        answers = answers[:, :128].astype(np.float64)
    elif change == "integers":
        answers = np.zeros((10, 256), np.int32)
    elif change == "pickled objects":
        answers = np.array([[Bomb()]], dtype=object)
    elif change == "records":
        answers = np.zeros((10, 256), [("a", np.float32)])
    elif change == "too large":
        answers = uniform(40)
    return answers


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("the evaluator unpickled a candidate's file",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("nan", "not a number"),
        ("minus infinity", "infinite"),
        ("a probability above one", "above one"),
        ("sums to too much", "answer 3 sum to 1.02"),
        ("sums to too little", "answer 3 sum to 0.98"),
        ("too few rows", r"shape \(9, 256\)"),
        ("too few columns", r"shape \(10, 255\)"),
        ("flat", r"shape \(2560,\)"),
        ("by column", "in rows"),
        ("doubles", "float64"),
        ("integers", "int32"),
        ("pickled objects", "object"),
        ("records", "asked was float32"),
        ("too large", "larger than its content"),
    ],
)
def test_answers_that_are_not_what_was_asked_are_refused(
    lab: SimpleNamespace, change: str, reason: str
) -> None:
    give_answers(lab, spoilt(change))
    with pytest.raises(lab.evaluate.Refused, match=reason):
        lab.evaluate.score(lab.answers, lab.scoring)


def test_a_header_that_claims_more_than_the_file_holds_is_refused(lab: SimpleNamespace) -> None:
    give_answers(lab, uniform(10))
    path = lab.answers / "answers.npy"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(lab.evaluate.Refused, match="cut short"):
        lab.evaluate.score(lab.answers, lab.scoring)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a zip", b"\x93NUMPY\x01\x00\xff\xff{", b"\x93NUMPY\x09\x00\x00"]
)
def test_a_file_of_another_kind_is_refused(lab: SimpleNamespace, content: bytes) -> None:
    give_answers(lab, uniform(10))
    (lab.answers / "answers.npy").write_bytes(content)
    with pytest.raises(lab.evaluate.Refused, match="no NumPy file"):
        lab.evaluate.score(lab.answers, lab.scoring)


def test_a_link_is_not_followed_and_a_pipe_does_not_hang(lab: SimpleNamespace) -> None:
    give_answers(lab, uniform(10))
    path = lab.answers / "answers.npy"
    path.rename(lab.artifacts / "elsewhere.npy")
    with pytest.raises(lab.evaluate.Refused, match=r"no answers\.npy"):
        lab.evaluate.score(lab.answers, lab.scoring)
    path.symlink_to(lab.artifacts / "elsewhere.npy")
    with pytest.raises(lab.evaluate.Refused, match=r"no answers\.npy"):
        lab.evaluate.score(lab.answers, lab.scoring)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(lab.evaluate.Refused, match="no plain file"):
        lab.evaluate.score(lab.answers, lab.scoring)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_knowing_nothing_costs_eight_bits(
    lab: SimpleNamespace, dtype: type, capsys: pytest.CaptureFixture[str]
) -> None:
    give_answers(lab, uniform(256, dtype), 256)
    assert lab.evaluate.main(["score"]) == 0
    name, value = capsys.readouterr().out.splitlines()[-1].split()
    assert (name, float(value)) == ("val_bpb:", pytest.approx(8.0, abs=1e-5))


def test_a_refusal_is_one_line_and_a_failure(
    lab: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    give_answers(lab, spoilt("nan"))
    assert lab.evaluate.main(["score"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("evaluate.py: refused: ")
    assert "val_bpb" not in said.out


def test_a_step_without_its_directories_says_which_is_missing(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ORGLOOP_SCORING")
    assert lab.evaluate.main(["ask"]) == 2
    assert "ORGLOOP_SCORING" in capsys.readouterr().err


# The model


def test_a_short_training_run_learns_and_its_model_answers(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lab.artifacts)
    stop_after(monkeypatch, lab, 150)
    np.savez("model.npz", **lab.train.train(1))
    validation = np.frombuffer((LAB / "train.py").read_bytes() * 9, np.uint8)
    contexts, targets = lab.evaluate.questions(validation, np.zeros(64, np.uint8))
    np.save(lab.questions / "contexts.npy", contexts)
    lab.predict.main()
    give_answers(lab, np.load(lab.answers / "answers.npy"), len(targets))
    np.save(lab.scoring / "targets.npy", targets)
    assert lab.evaluate.main(["score"]) == 0
    value = float(capsys.readouterr().out.rsplit("val_bpb: ", 1)[1])
    assert 1.0 < value < 5.5


def test_seeds_give_different_models_and_one_seed_the_same(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = []
    for seed in (1, 1, 2):
        stop_after(monkeypatch, lab, 2)
        tables.append(lab.train.train(seed)["table"])
    assert (tables[0] == tables[1]).all()
    assert (tables[0] != tables[2]).any()


def test_a_model_that_is_not_finite_fails_where_it_was_made(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab.train, "initial", lambda rng: broken(lab))
    stop_after(monkeypatch, lab, 2)
    with pytest.raises(SystemExit, match="diverged at step 1"):
        lab.train.train(1)
    np.savez(lab.artifacts / "model.npz", **broken(lab))
    np.save(lab.questions / "contexts.npy", np.zeros((4, 128), np.uint8))
    with pytest.raises(SystemExit, match="not a number"):
        lab.predict.main()


def broken(lab: SimpleNamespace) -> dict[str, np.ndarray]:
    shape = (256, lab.train.EMBEDDING)
    sizes = [lab.train.CONTEXT * lab.train.EMBEDDING, lab.train.HIDDEN, lab.train.HIDDEN, 256]
    params = {"table": np.full(shape, np.nan, np.float32)}
    for i in range(3):
        params[f"w{i}"] = np.ones((sizes[i], sizes[i + 1]), np.float32)
        params[f"b{i}"] = np.zeros(sizes[i + 1], np.float32)
    return params


@pytest.mark.parametrize("activation", ["tanh", "relu", "relu2", "silu"])
@pytest.mark.parametrize("layers", [1, 3])
def test_the_gradient_is_the_slope_of_the_loss(
    lab: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, activation: str, layers: int
) -> None:
    train = lab.train
    for name, value in {"CONTEXT": 3, "EMBEDDING": 4, "HIDDEN": 8}.items():
        monkeypatch.setattr(train, name, value)
    monkeypatch.setattr(train, "ACTIVATION", activation)
    monkeypatch.setattr(train, "HIDDEN_LAYERS", layers)
    rng = np.random.default_rng(4)
    params = {name: value.astype(np.float64) for name, value in train.initial(rng).items()}
    contexts, targets = rng.integers(0, 256, (6, 3)), rng.integers(0, 256, 6)

    def loss() -> float:
        return -float(train.forward(params, contexts)[0][np.arange(6), targets].mean())

    grads = train.backward(params, contexts, targets, *train.forward(params, contexts))
    for name, value in params.items():
        direction = rng.standard_normal(value.shape)
        saved, tiny = value.copy(), 1e-6
        value += tiny * direction
        above = loss()
        value[:] = saved - tiny * direction
        slope = (above - loss()) / (2 * tiny)
        value[:] = saved
        assert np.vdot(grads[name], direction) == pytest.approx(slope, rel=1e-4, abs=1e-7)


# The task


def test_the_frozen_files_are_not_editable_and_the_limit_leaves_no_room_to_train_longer(
    lab: SimpleNamespace,
) -> None:
    post = frontmatter.load(str(LAB / "task.md"))
    task = TaskFrontmatter.model_validate(post.metadata)
    assert task.editable == ("train.py",)
    assert task.sandbox.packages == ("numpy",)
    assert task.artifacts == ("model.npz",)
    assert task.limits.cpu is not None
    assert 1.2 < task.limits.cpu / lab.corpus.CPU_BUDGET_SECONDS <= 1.3


# The hold-out


def test_the_holdout_asks_about_another_text(lab: SimpleNamespace) -> None:
    assert lab.evaluate.main(["holdout", "ask"]) == 0
    said = (lab.scoring / "provenance.txt").read_text()
    assert "hold-out text: Textual" in said
    assert "SQLAlchemy" not in said
    contexts = np.load(lab.questions / "contexts.npy")
    assert len(contexts) > 8_000
    count = len(contexts)
    np.save(lab.answers / "answers.npy", uniform(count))
    assert lab.evaluate.main(["holdout", "score"]) == 0


def test_the_task_names_the_holdout_and_the_sandbox_does_not_have_its_text() -> None:
    task = TaskFrontmatter.model_validate(frontmatter.load(str(LAB / "task.md")).metadata)
    assert task.holdout == "python evaluate.py holdout"
    assert task.sandbox.packages == ("numpy",)
