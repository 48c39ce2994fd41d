"""How commands become argument lists."""

import pytest

from orgloop.bench import LocalExecutor, executor_for
from orgloop.bench.command import argv_for, fill_in
from orgloop.errors import UserError
from orgloop.testing.requests import a_task


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        ("python train.py --seed 3", ["python", "train.py", "--seed", "3"]),
        ("python -c 'print(1)'", ["sh", "-c", "python -c 'print(1)'"]),
        ("cd x && make", ["sh", "-c", "cd x && make"]),
        ("A=1 python x.py", ["sh", "-c", "A=1 python x.py"]),
        ("exit 3", ["sh", "-c", "exit 3"]),
        ("python 'a b.py'", ["python", "a b.py"]),
        ("python 'open", ["sh", "-c", "python 'open"]),
    ],
)
def test_only_a_plain_command_goes_without_a_shell(command, argv) -> None:
    assert argv_for(command) == argv


def test_the_seed_is_filled_in_wherever_it_stands() -> None:
    assert fill_in("x --seed={seed} {other} {seed}", 7) == "x --seed=7 {other} 7"


def test_the_local_executor_is_there_by_name() -> None:
    assert executor_for(a_task()) is LocalExecutor


def test_an_unknown_executor_is_named_with_what_is_near() -> None:
    with pytest.raises(UserError, match="`lcoal`") as caught:
        executor_for(a_task(), "lcoal")
    assert "`local`" in caught.value.hint
