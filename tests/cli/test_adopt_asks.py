"""At a terminal `adopt` asks; without one it takes nothing for granted."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import pytest

from orgloop.adopt import Choice
from orgloop.cli.adopt import SHOWN, Terminal, goal_from, seconds_from
from orgloop.errors import UserError

CHOICES = [Choice("train.py", "its name"), Choice("main.py")]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person types, in turn."""
    lines: list[str] = []

    def say(prompt: str = "") -> str:
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(builtins, "input", say)
    return lines


@pytest.mark.parametrize(
    ("line", "chosen"), [("2", "main.py"), ("", "train.py"), ("own.py", "own.py"), ("9", "9")]
)
def test_a_number_chooses_and_text_is_taken(
    typed: list[str], capsys: pytest.CaptureFixture[str], line: str, chosen: str
) -> None:
    typed.append(line)
    assert Terminal(yes=False).choose("Which?", CHOICES, flag="--run") == chosen
    assert "  1  train.py   (its name)\n  2  main.py\n" in capsys.readouterr().err


def test_the_end_of_the_input_is_the_first_choice(typed: list[str]) -> None:
    assert Terminal(yes=False).choose("Which?", CHOICES, flag="--run") == "train.py"


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(UserError, match="nobody to ask") as refused:
        Terminal(yes=False).choose("Which?", CHOICES, flag="--run")
    assert "`train.py`, as `--yes` lets it; else say `--run ...`." in refused.value.hint
    assert Terminal(yes=True).choose("Which?", CHOICES, flag="--run") == "train.py"
    with pytest.raises(UserError):
        Terminal(yes=True).choose("Which?", [Choice("")], flag="--goal")


def test_of_a_long_output_the_beginning_and_the_end_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asker = Terminal(yes=True)
    pieces: Iterator[str] = (f"\x1b[31mline {number}\r" for number in range(SHOWN + 3))
    for piece in pieces:
        asker.show(piece)
    asker.say("Done.")
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "  | line 0" and "\x1b" not in "".join(said)
    assert said[-3:] == ["  | ... 3 more, the last:", f"  | line {SHOWN + 2}", "Done."]


def test_options_that_mean_nothing_are_refused() -> None:
    assert (goal_from(None), goal_from("maximize"), seconds_from("2min")) == (None, "maximize", 120)
    with pytest.raises(UserError, match="no goal"):
        goal_from("up")
    with pytest.raises(UserError, match="--limit"):
        seconds_from("soon")
