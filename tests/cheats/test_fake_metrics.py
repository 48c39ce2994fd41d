"""The training code prints the number that it would like to have."""

import pytest

FAKES = {
    "on stdout": 'print("loss: 0")',
    "on stderr": 'import sys; print("loss: 0", file=sys.stderr)',
    "after the rule": 'print("---"); print("loss:            0.000000")',
    "behind carriage returns": 'print("step 1\\rstep 2\\rloss: 0\\r", end="")',
    "between terminal escapes": 'print("\\x1b[8m\\x1b[1Aloss: 0\\x1b[0m")',
    "from a child": 'import os; os.system("echo loss: 0")',
    "at exit": 'import atexit; atexit.register(print, "loss: 0")',
    "from a child that lives on": (
        "import os, time\n"
        "heard, said = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    for _ in range(600):\n"
        "        print('loss: 0', flush=True); os.write(said, b'.'); time.sleep(0.05)\n"
        "    os._exit(0)\n"
        "os.read(heard, 1)"  # what was never printed before the end is no fake
    ),
    "ten thousand times": 'print("loss: 0\\n" * 10_000)',
    "as the evaluator would": (
        'import os; os.write(1, b"evaluate.py score\\nloss: 0\\n"); os.write(2, b"loss: 0\\n")'
    ),
}


@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
async def test_a_number_that_training_prints_is_not_the_metric(arena, survivors, fake) -> None:
    measured = await arena.attempt(arena.train + fake)
    assert measured.crash is None
    assert measured.value == arena.honest_value
    assert "loss:" in measured.log.read_text()


@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
async def test_the_same_number_counts_where_the_task_has_no_evaluator(arena, fake) -> None:
    # The control: this is what an evaluator is for, and why every output says `self-reported`.
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    measured = await arena.attempt(arena.train + fake, **alone)
    assert measured.value == 0
    assert arena.task(**alone).self_reported


async def test_a_number_that_prediction_prints_is_not_the_metric_either(arena) -> None:
    measured = await arena.attempt(predict=arena.predict + '\nprint("loss: 0")\n')
    assert measured.value == arena.honest_value


@pytest.mark.parametrize("number", ["nan", "-inf", "1e999", "-1e400"])
async def test_a_number_that_compares_with_nothing_is_a_failed_run(arena, number) -> None:
    alone = {"evaluate": None, "predict": None, "artifacts": []}
    measured = await arena.attempt(f'print("loss: {number}")', **alone)
    assert measured.value is None
    assert measured.crash.kind == "non-finite metric"
    assert measured.crash.message == f"It printed `loss: {float(number)}`."
