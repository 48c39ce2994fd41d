"""The end of a log, fit to be shown."""

from hypothesis import given
from hypothesis import strategies as st

from orgloop.bench.tail import BYTES, LINES, exception_line, ran_out_of_memory, tail


def test_progress_lines_do_not_crowd_out_the_rest() -> None:
    shown = tail("Traceback\n" + "\r".join(f"step {n}" for n in range(1000)))
    assert shown.splitlines()[-1] == "step 999"
    assert len(shown.splitlines()) == LINES


def test_escapes_and_hidden_characters_are_stripped() -> None:
    said = "\x1b[31mred\x1b[0m \x1b]0;title\x07ok\x08\u202e\u200b done\x00"
    assert tail(said) == "red ok done"


def test_the_last_line_of_a_traceback_is_found() -> None:
    text = 'step 9\rTraceback (most recent call last):\n  File "x"\n    1/0\na.b.BadThing: no\n'
    assert exception_line(text) == "a.b.BadThing: no"


def test_a_line_that_only_looks_like_an_exception_is_none() -> None:
    assert exception_line("ValueError: said without a traceback") is None


def test_a_gpu_that_is_full_is_out_of_memory() -> None:
    assert ran_out_of_memory("torch.OutOfMemoryError: CUDA out of memory. Tried to")
    assert not ran_out_of_memory("memory is fine")


@given(st.text(max_size=9000))
def test_a_tail_is_bounded(text) -> None:
    shown = tail(text)
    assert len(shown.encode()) <= BYTES
    assert len(shown.splitlines()) <= LINES
