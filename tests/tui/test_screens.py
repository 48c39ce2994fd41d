"""What a person sees, and what their keys do, with a lab that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from orgloop_tui.app import WatchApp
from orgloop_tui.model.source import Source
from orgloop_tui.screens.experiment import ExperimentScreen
from orgloop_tui.screens.floor import Floor
from orgloop_tui.screens.help import Help
from orgloop_tui.widgets.table import Body

from .conftest import EVIL, FakeDoors, Opened, Recorded, text_of, until

SIZES = [(80, 24), (120, 40), (300, 80)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_floor_shows_the_run_in_every_size(
    recorded: Recorded, opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(recorded.root, size) as (app, pilot, _):
        await until(pilot, lambda: "e0005" in text_of(app))
        shown = text_of(app)
        for said in ("tiny, run r1", "2.500 ± 0.010", "4/12 experiments", "5 experiments", "bench"):
            assert said in shown
        assert "waits for you" in shown
        assert all(len(line) <= size[0] for line in shown.split("\n"))


@pytest.mark.parametrize(
    ("given", "theme"),
    [
        ({}, "orgloop-dark"),
        ({"COLORFGBG": "0;15"}, "orgloop-light"),
        ({"TEXTUAL_THEME": "orgloop-light"}, "orgloop-light"),
        ({"TEXTUAL_THEME": "nord", "COLORFGBG": "0;15"}, "nord"),
        ({"TEXTUAL_THEME": "no-such"}, "orgloop-dark"),
    ],
)
def test_the_theme_is_the_persons_else_the_terminals(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], theme: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert WatchApp(Source(fresh), FakeDoors()).theme == theme


async def test_a_lab_that_has_not_run_says_what_to_do(fresh: Path, opened: Opened) -> None:
    async with opened(fresh, (80, 24)) as (app, pilot, _):
        await until(pilot, lambda: "orgloop run" in text_of(app))
        assert "no run yet" in text_of(app)


async def test_what_a_model_wrote_is_never_markup(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root, (200, 50)) as (app, pilot, _):
        await until(pilot, lambda: "[red]not markup[/]" in text_of(app))
        assert "\x1b" not in text_of(app) and "owned" not in text_of(app)
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: "it broke" in text_of(app))
        assert "\x1b" not in text_of(app) and "owned" not in text_of(app)
        assert "[red]not markup[/]" in text_of(app)
        assert EVIL not in text_of(app)


async def test_the_table_is_filtered_as_words_are_typed(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root) as (app, pilot, _):
        body = app.screen.query_one(Body)
        await until(pilot, lambda: len(body.lines) == 5)
        await pilot.press("slash", *"rate")
        await until(pilot, lambda: [line.id for line in body.lines] == ["e0001"])
        assert "1 of 5 experiments match" in text_of(app)
        await pilot.press("enter", "escape")
        await until(pilot, lambda: len(body.lines) == 5)
        assert not app.screen.query_one("#filter", Input).has_class("open")


async def test_vim_keys_move_and_s_sorts(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root) as (app, pilot, _):
        body = app.screen.query_one(Body)
        await until(pilot, lambda: len(body.lines) == 5)
        await pilot.press("G")
        assert body.chosen is not None and body.chosen.id == "e0001"
        await pilot.press("g", "j")
        assert body.chosen.id == "e0004"
        await pilot.press("g", "s")
        assert [line.id for line in body.lines][:3] == ["e0004", "e0001", "e0002"]


async def test_an_experiment_shows_its_parts(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root, (110, 36)) as (app, pilot, _):
        await until(pilot, lambda: len(app.screen.query_one(Body).lines) == 5)
        await pilot.press("G", "enter")
        await until(pilot, lambda: "Verdict" in text_of(app) or "Measurements" in text_of(app))
        shown = text_of(app)
        assert "e0001  RATE 0.1 -> 0.3" in shown and "kept" in shown and "better" in shown
        await pilot.press("2")
        await until(pilot, lambda: "+RATE = 0.3  # how fast" in text_of(app))
        await pilot.press("4")
        await until(pilot, lambda: "on the record" in text_of(app))
        assert text_of(app).count("●") >= 2
        await pilot.press("3")
        await until(pilot, lambda: "No output is kept." in text_of(app))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, ExperimentScreen))
        await until(pilot, lambda: "e0002  WIDTH" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Floor))


@pytest.mark.slow
async def test_a_person_pauses_stops_tells_and_answers(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root) as (app, pilot, doors):
        await until(pilot, lambda: len(app.screen.query_one(Body).lines) == 5)
        await pilot.press("p")
        await until(pilot, lambda: doors.asked == [("ask", "pause")])
        await pilot.press("x", "n")
        await pilot.press("x", "y")
        await until(pilot, lambda: doors.asked[1:] == [("ask", "stop")])
        await pilot.press("t", *"pi:try", "space", *"less", "enter")
        await until(pilot, lambda: doors.asked[2:] == [("tell", "try less", "pi")])
        await pilot.press("a")
        await until(pilot, lambda: "Is this worth a run?" in text_of(app))
        await pilot.press("down", "enter", *"no", "enter")
        await until(pilot, lambda: doors.asked[3:] == [("answer", "q1", "reject", "no")])


async def test_a_refusal_is_said_and_nothing_breaks(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root) as (app, pilot, doors):
        doors.refuse = "Nobody [b]runs[/b] this."
        await pilot.press("p")
        await until(pilot, lambda: "Nobody [b]runs[/b] this." in text_of(app))


async def test_the_help_names_every_key_and_a_key_can_be_another(
    recorded: Recorded, opened: Opened
) -> None:
    async with opened(recorded.root, (100, 50), run_pause="P") as (app, pilot, doors):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, Help))
        await until(pilot, lambda: "run.pause" in text_of(app))
        assert "keys.toml" in text_of(app)
        await pilot.press("escape", "p", "P")
        await until(pilot, lambda: doors.asked == [("ask", "pause")])


@pytest.mark.slow
async def test_a_person_decides_about_the_experiment_under_the_cursor_or_that_is_open(
    recorded: Recorded, opened: Opened
) -> None:
    async with opened(recorded.root, (120, 50)) as (app, pilot, doors):
        await until(pilot, lambda: len(app.screen.query_one(Body).lines) == 5)
        await pilot.press("d", "enter")
        await until(pilot, lambda: doors.about == [("stop-experiment", "e0005", {})])
        await pilot.press("j", "V", *"cheats", "enter")
        await until(pilot, lambda: doors.about[1:] == [("veto", "e0004", {"reason": "cheats"})])
        await pilot.press("G", "enter")
        await until(pilot, lambda: isinstance(app.screen, ExperimentScreen))
        await pilot.press("O", *"fine", "enter")
        await until(pilot, lambda: doors.about[2:] == [("overrule", "e0001", {"reason": "fine"})])
        await pilot.press("V", "escape", "B", "ctrl+u", *"40", "enter")
        await until(pilot, lambda: doors.about[3:] == [("budget", None, {"experiments": 40})])
        await pilot.press("question_mark")
        await until(pilot, lambda: "experiment.veto" in text_of(app))
        shown = text_of(app)
        for name in ("experiment.stop", "experiment.overrule", "run.budget"):
            assert name in shown


async def test_what_a_person_overturns_is_shown_at_once(recorded: Recorded, opened: Opened) -> None:
    async with opened(recorded.root) as (app, pilot, _):
        body = app.screen.query_one(Body)
        await until(pilot, lambda: len(body.lines) == 5)
        assert recorded.ledger.overturns.veto("r1", "e0004", "Vetoed by a person: no")
        await until(
            pilot, lambda: {line.id: line.status for line in body.lines}["e0004"] == "discard"
        )
        assert app.frame is not None
        assert app.frame.feed[-1].text == "Vetoed by a person: no"
        assert "2.600 ± 0.010  +0.100 by e0001" in text_of(app)


async def test_only_the_latest_run_is_steered(recorded: Recorded, opened: Opened) -> None:
    recorded.ledger.runs.create(baseline_commit="c" * 40, task={"name": "tiny"})
    async with opened(recorded.root) as (app, pilot, doors):
        app.source.show("r1")
        await until(pilot, lambda: app.frame is not None and len(app.frame.finished) == 4)
        await pilot.press("G", "V")
        await until(pilot, lambda: "Run r2 came after this one" in text_of(app))
        assert isinstance(app.screen, Floor) and not doors.about
