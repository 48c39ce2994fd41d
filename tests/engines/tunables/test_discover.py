from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from orgloop.engines.tunables import Space, discover

SpaceOf = Callable[..., Space]
NamesOf = Callable[..., list[str]]

NEVER = {
    "a seed": "SEED = 42",
    "a random state": "RANDOM_STATE = 0x1 + 5",
    "a number of steps": "MAX_STEPS = 100",
    "a number of epochs": "num_epochs = 3",
    "a number of iterations": "max_iters = 600",
    "a time budget": "TIME_BUDGET = 300",
    "a path": "DATA_DIR = 'x'  # one of: x, y",
    "a device": "DEVICE = 'cuda'  # one of: cuda, cpu",
    "a dtype": "DTYPE = 'bf16'  # one of: bf16, fp32",
    "a compile switch": "compile = True",
    "a log interval": "LOG_INTERVAL = 10",
    "a verbosity": "VERBOSE = 2",
    "a print switch": "print_loss = True",
    "an evaluation setting": "eval_batch_size = 64",
    "a validation split": "VAL_FRACTION = 0.1",
    "a checkpoint setting": "save_every = 10",
    "a vocabulary": "VOCAB_SIZE = 256",
    "a number of classes": "num_classes = 10",
    "a port": "MASTER_PORT = 1234",
    "a version": "VERSION = 2",
    "a dunder": "__depth__ = 3",
    "a string without choices": "ACT = 'relu'",
    "an f-string": "ACT = f'relu{1}'  # one of: relu1, gelu",
    "a hexadecimal": "MASK = 0xFF",
    "bytes": "MAGIC = b'relu'",
    "a constant in a conditional": "if True:\n    LR = 1e-3",
    "a conditional value": "import os\nLR = 1e-3 if os.name else 1e-4",
    "a constant in a loop": "for i in range(3):\n    LR = 1e-3",
    "a constant in a try": "try:\n    LR = 1e-3\nexcept ValueError:\n    pass",
    "a constant in a function": "def f():\n    LR = 1e-3",
    "two names of one literal": "a = b = 3",
    "a name assigned twice": "LR = 1e-3\nLR = 1e-4",
    "a name assigned again in a conditional": "LR = 1e-3\nif LR:\n    LR = 1e-4",
    "an augmented name": "LR = 1e-3\nLR *= 2",
    "a deleted name": "LR = 1e-3\ndel LR",
    "a loop variable": "LR = 1e-3\nfor LR in (1, 2):\n    pass",
    "a name bound by a walrus": "LR = 1e-3\nprint([LR := 2 for _ in range(1)])",
    "a name imported over": "LR = 1e-3\nfrom config import LR",
    "a global changed in a function": "LR = 1e-3\ndef f():\n    global LR\n    LR = 2",
    "a name written through globals": "LR = 1e-3\nglobals()['LR'] = 2",
    "an entry assigned again": "C = {'lr': 1e-3}\nC['lr'] = 2",
    "a nested entry assigned again": "C = {'m': {'lr': 1e-3}}\nC['m']['lr'] = 2",
    "an updated entry": "C = {'lr': 1e-3}\nC.update(lr=2)",
    "an entry that a spread may replace": "o = {}\nC = {'lr': 1e-3, **o}",
    "a key given twice": "C = {'lr': 1e-3, 'lr': 1e-4}",
    "an entry of a namespace assigned again": "C = dict(lr=1e-3)\nC['lr'] = 1",
    "a type alias": "from typing import TypeAlias\nMode: TypeAlias = 'float'  # one of: a, b",
    "a sentinel": "LIMIT = -1",
    "a zero without a scale": "OFFSET = 0",
    "a joined string": "ACT = 'a' 'b'  # one of: ab, c",
    "a literal over several lines": "LR = (1e-3 +\n 1e-4)",
    "a data table": "IMAGE_MEAN = (0.4, 0.5, 0.6)",
    "a type": "Vector = list[float]",
    "an argument with many values": (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--width', nargs='+', default=3)"
    ),
    "an argument in a conditional": (
        "import argparse\np = argparse.ArgumentParser()\n"
        "if p:\n    p.add_argument('--width', default=3)"
    ),
    "an argument whose default is set elsewhere": (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--width', default=3)\np.set_defaults(width=4)"
    ),
    "an argument overwritten after parsing": (
        "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--width', default=3)\nargs = p.parse_args()\nargs.width = 4"
    ),
    "the default of any function": "def f(lr=1e-3):\n    return lr",
    "a field of a class that is no bag of settings": "class Net:\n    lr = 1e-3",
    "a field that a constructor replaces": (
        "class NetConfig:\n    lr: float = 1e-3\nc = NetConfig(lr=x)"
    ),
    "a comment that fixes it": "LR = 1e-3  # fixed",
    "another comment that fixes it": "LR = 1e-3  # Not tunable: the paper's",
}


@pytest.mark.parametrize("source", NEVER.values(), ids=NEVER)
def test_never_tuned(source: str, names_of: NamesOf) -> None:
    assert names_of(source) == []


FORMS = {
    "LR = 3e-4": ["LR"],
    "n_layer = 6": ["n_layer"],
    "learningRate: float = 1": ["learningRate"],
    "LR = -0.5": ["LR"],
    "LR = 10**-3": ["LR"],
    "WIDTH = 2 * 1024": ["WIDTH"],
    "WIDTH = 524_288": ["WIDTH"],
    "WIDTH = 1 << 10": ["WIDTH"],
    "LR = (3e-4)": ["LR"],
    "USE_BIAS = True": ["USE_BIAS"],
    "ACT: Literal['relu', 'gelu'] = 'relu'": ["ACT"],
    "ACT = 'relu'  # one of: relu, gelu": ["ACT"],
    "betas = (0.9, 0.95)": ["betas.0", "betas.1"],
    "LR = 1e-3; WIDTH = 8": ["LR", "WIDTH"],
    "C = {'lr': 3e-4, 'model': {'depth': 4}}": ["C.lr", "C.model.depth"],
    "C = dict(lr=3e-4, adam=dict(betas=(0.9, 0.99)))": ["C.lr", "C.adam.betas.0", "C.adam.betas.1"],
    "C = OmegaConf.create({'lr': 3e-4})": ["C.lr"],
    "C = SimpleNamespace(lr=3e-4)": ["C.lr"],
    "args = TrainingArguments(learning_rate=5e-5)": ["args.learning_rate"],
    "class Config:\n    lr = 1e-3\n    class optim:\n        wd = 0.1": [
        "Config.lr",
        "Config.optim.wd",
    ],
    "@dataclass\nclass Net:\n    lr: float = 1e-3": ["Net.lr"],
    "@attrs.define\nclass Net:\n    lr: float = attrs.field(default=1e-3)": ["Net.lr"],
    "class Net(BaseModel):\n    lr: float = Field(1e-3, le=0.1)": ["Net.lr"],
    "@dataclass\nclass Net:\n    lr = 1e-3": [],
    "from absl import flags\nflags.DEFINE_float('lr', 1e-3, 'rate')": ["--lr"],
    "import fire\ndef go(lr=1e-3): pass\nfire.Fire(go)": ["--lr"],
    "import typer\ndef go(lr: float = 1e-3): pass\ntyper.run(go)": ["--lr"],
    "import argparse\nif __name__ == '__main__':\n    p.add_argument('-l', '--lr', default=1e-3)": [
        "--lr"
    ],
    "PER_DEVICE_BATCH_SIZE = 8": ["PER_DEVICE_BATCH_SIZE"],
    "step_size = 0.1": ["step_size"],
}


@pytest.mark.parametrize(("source", "found"), FORMS.items(), ids=[*FORMS])
def test_the_forms_of_training_scripts_are_found(
    source: str, found: list[str], names_of: NamesOf
) -> None:
    assert names_of(source) == found


def test_a_range_comes_from_the_comment_beside_the_literal(space_of: SpaceOf) -> None:
    source = "C = {\n    'lr': 3e-4,  # 1e-5..1e-2 log\n    'depth': 4  # 1..8\n}\n"
    lr, depth = space_of(source)
    assert (lr.low, lr.high, lr.log) == (1e-5, 1e-2, True)
    assert (depth.low, depth.high, depth.kind) == (1, 8, "int")
    assert "comment" in lr.how


def test_a_comment_that_nearly_says_a_range_is_reported_and_has_no_effect(
    space_of: SpaceOf,
) -> None:
    space = space_of("LR = 3e-4  # tune: 1e-5 to 1e-2\n")
    (problem,) = space.problems
    assert problem.line == 1 and problem.path == "train.py" and "1e-5 to 1e-2" in problem.message
    assert (space.tunables[0].low, space.tunables[0].high) == (3e-5, 3e-3)


def test_a_range_beside_several_literals_is_reported(space_of: SpaceOf) -> None:
    space = space_of("C = {'lr': 3e-4, 'wd': 0.1}  # 1e-5..1e-2\n")
    assert len(space) == 2
    assert "2 literals" in space.problems[0].message


def test_fixed_beside_several_literals_fixes_them_all(names_of: NamesOf) -> None:
    assert names_of("C = {'lr': 3e-4, 'wd': 0.1}  # fixed\nWIDTH = 8\n") == ["WIDTH"]


def test_a_value_outside_its_stated_range_is_reported(space_of: SpaceOf) -> None:
    space = space_of("LR = 1.0  # 1e-5..1e-2 log\n")
    assert "leaves out" in space.problems[0].message


def test_a_flag_that_the_run_command_gives_is_not_tuned(names_of: NamesOf) -> None:
    source = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', default=0.1)\n"
    assert names_of(source) == ["--lr"]
    assert names_of(source, run="python train.py --lr 0.2") == []
    assert names_of(source, run="python train.py --lr=0.2") == []
    assert names_of(source, run="python train.py --lr_decay 0.2") == ["--lr"]


def test_only_editable_files_are_read(
    files_of: Callable[..., Any], task_of: Callable[..., Any]
) -> None:
    files = files_of(train__py="LR = 0.1", other__py="LR = 0.1", c__yaml="lr: 0.1")
    keys = [t.key for t in discover(files, task_of())]
    assert keys == ["c.yaml:lr", "train.py:LR"]
    assert "other.py" not in files.read_paths


def test_asking_again_reads_nothing(
    files_of: Callable[..., Any], task_of: Callable[..., Any]
) -> None:
    files = files_of(train__py="LR = 0.123456\n")
    space = discover(files, task_of())
    assert files.read_paths == ["train.py"]
    assert discover(files, task_of()) is space
    assert discover(files, task_of(tunables=["LR"])) is not space
    assert files.read_paths == ["train.py"]


def test_a_file_that_is_not_python_is_refused_with_its_line(space_of: SpaceOf) -> None:
    space = space_of("LR = 0.1\ndef f(:\n")
    assert len(space) == 0
    assert "line 2" in space.problems[0].message


def test_importing_the_package_does_not_import_libcst() -> None:
    code = "import sys, orgloop.engines.tunables as t\nassert 'libcst' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
