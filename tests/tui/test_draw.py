"""Pictures of characters, without a terminal."""

from __future__ import annotations

from dataclasses import replace

from orgloop_tui.draw.change import change_rows
from orgloop_tui.draw.measuring import measuring_rows
from orgloop_tui.draw.page import page
from orgloop_tui.draw.spans import text, width
from orgloop_tui.draw.staircase import Curve, _steps
from orgloop_tui.model.source import Source

from .conftest import DIFF, EVIL, Recorded


def test_a_change_keeps_every_character_and_marks_its_sides() -> None:
    rows = change_rows(DIFF)
    assert [text(row) for row in rows] == DIFF.split("\n")
    styles = [{span.style.split()[0] for span in row if span.style} for row in rows]
    assert "removed-line" in styles[4] and "added-line" in styles[5]
    assert any("comment" in span.style for span in rows[4])


def test_a_line_of_data_is_not_searched_for_words() -> None:
    line = "+" + "x = 1 " * 1000
    assert [text(row) for row in change_rows(f"@@\n{line}")][1] == line


def test_measurements_stand_on_one_axis_with_the_interval_below(recorded: Recorded) -> None:
    row = recorded.ledger.experiments.get(recorded.run.id, "e0001")
    assert row is not None
    rows = measuring_rows(row, recorded.ledger.measurements.of(recorded.run.id, "e0001"), 100)
    assert all(width(one) <= 100 for one in rows)
    first, second = (text(one).index("●") for one in rows[1:3])
    record = next(text(one) for one in rows if "on the record" in text(one))
    assert first < record.index("◆") < second
    assert record.index("├") < record.index("◆") < record.index("┤")


def test_what_was_measured_again_for_a_person_has_a_mean_of_its_own(recorded: Recorded) -> None:
    run, ledger = recorded.run.id, recorded.ledger
    for value in (2.70, 2.72):
        recorded.measure("e0002", value, kind="again")
    row = ledger.experiments.get(run, "e0002")
    assert row is not None
    rows = [text(one) for one in measuring_rows(row, ledger.measurements.of(run, "e0002"), 100)]
    assert sum("again" in one for one in rows) == 3
    mean = next(one for one in rows if "mean, measured again" in one)
    assert "2.710 ± 0.010" in mean
    assert not any("mean of its own" in one for one in rows), "of one measurement there is none"


def test_the_staircase_goes_to_a_persons_keep_when_it_was_made(recorded: Recorded) -> None:
    row = recorded.ledger.experiments.get(recorded.run.id, "e0002")
    assert row is not None and row.commit is not None
    recorded.ledger.overturns.overrule(
        recorded.run.id, "e0002", "so be it", commit=row.commit, base=row.base,
        value=2.65, stderr=0.01, gain=-0.15,
    )  # fmt: skip
    source = Source(recorded.root)
    frame = source.look()
    source.close()
    assert [line.overruled for line in frame.finished] == [False, True, False, False]
    steps = _steps(Curve(frame.finished, frame.incumbents))
    assert [(step.start, step.value) for step in steps] == [
        (0.0, 2.7), (1.0, 2.6), (4.0, 2.5), (4.0, 2.65)
    ]  # fmt: skip
    assert frame.status is not None and frame.status.best is not None
    assert frame.status.best.value == 2.5


def test_a_crash_says_why_beside_its_measurement(recorded: Recorded) -> None:
    row = recorded.ledger.experiments.get(recorded.run.id, "e0003")
    assert row is not None
    found = recorded.ledger.measurements.of(recorded.run.id, "e0003")
    shown = "\n".join(text(one) for one in measuring_rows(row, found, 120))
    assert "exception" in shown and "it broke" in shown and "\x1b" not in shown


def test_one_frame_is_plain_text_of_the_width_asked_for(recorded: Recorded) -> None:
    source = Source(recorded.root, name=f"tiny {EVIL}")
    frame = replace(source.look(), alive=True)
    source.close()
    for size in (80, 120, 300):
        shown = page(frame, size)
        assert "e0005" in shown and "\x1b" not in shown
    assert page(frame, 80, ascii_only=True).isascii()
