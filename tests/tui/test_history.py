"""The generations and the runs of a lab, key by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from orgloop_tui.app import WatchApp
from orgloop_tui.screens.asked import Asked
from orgloop_tui.screens.floor import Floor
from orgloop_tui.screens.generations import Generations
from orgloop_tui.screens.runs import Runs
from orgloop_tui.widgets.picker import Picker
from orgloop_tui.widgets.sheet import Sheet

from .conftest import NOON, text_of, until
from .scenes import SceneDoors, amended, shows, two_runs

Make = Callable[[Path], SceneDoors]


def app_on(root: Path, make: Make) -> tuple[WatchApp, SceneDoors]:
    from orgloop_tui.model.source import Source

    doors = make(root)
    source = Source(root, name="tiny", alive=doors.alive, generation=doors.generation,
                    clock=lambda: NOON + 600)  # fmt: skip
    return WatchApp(source, doors), doors


async def on_screen(pilot: Pilot[None], app: WatchApp, key: str, says: str) -> Picker:
    await until(pilot, lambda: app.frame is not None)
    await pilot.press(key)
    await shows(pilot, app, says)
    return app.screen.query_one(Picker)


@pytest.mark.slow
async def test_generations_show_what_changed_and_what_came_of_it(fresh: Path) -> None:
    app, _ = app_on(fresh, amended)
    async with app.run_test(size=(140, 40)) as pilot:
        picker = await on_screen(pilot, app, "v", "a2 is on probation")
        assert picker.chosen == "3"
        await pilot.press("j")
        shown = await shows(pilot, app, "+accept: greedy")
        assert "-accept: significant" in shown and "kept after its probation" in shown
        await pilot.press("G")
        shown = await shows(pilot, app, "nobody reads the change")
        assert "refused" in shown
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(Sheet).has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: picker.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Floor))


@pytest.mark.slow
async def test_two_generations_are_compared_with_each_other(fresh: Path) -> None:
    app, _ = app_on(fresh, amended)
    async with app.run_test(size=(140, 40)) as pilot:
        await on_screen(pilot, app, "v", "a2 is on probation")
        await pilot.press("j", "j", "c", "g")
        shown = await shows(pilot, app, "Changes from generation 1")
        assert "Generation 3" in shown and "+accept: greedy" in shown
        await pilot.press("j", "j", "c", "g")
        await shows(pilot, app, "Changes from generation 2")


@pytest.mark.slow
async def test_a_person_goes_back_to_a_generation_and_never_to_a_refused_one(fresh: Path) -> None:
    app, doors = app_on(fresh, amended)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await on_screen(pilot, app, "v", "a2 is on probation")
        await pilot.press("j", "b")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Generations))
        assert doors.asked == []
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("b")
        await until(pilot, lambda: doors.asked == [("back", "r1", 2)])
        await pilot.press("G", "b")
        await until(pilot, lambda: "An amendment that made" in text_of(app))
        assert len(doors.asked) == 1


@pytest.mark.slow
async def test_a_run_is_picked_compared_and_the_latest_followed_again(fresh: Path) -> None:
    app, _ = app_on(fresh, two_runs)
    async with app.run_test(size=(120, 40)) as pilot:
        picker = await on_screen(pilot, app, "R", "2 runs")
        await until(pilot, lambda: picker.chosen == "r2")
        await pilot.press("c", "j")
        assert "r2 leads by +0.0" in await shows(pilot, app, "leads by")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Floor))
        await until(pilot, lambda: "tiny, run r1" in text_of(app))
        picker = await on_screen(pilot, app, "R", "2 runs")
        await until(pilot, lambda: picker.chosen == "r1")
        await pilot.press("g", "enter")
        await until(pilot, lambda: "tiny, run r2" in text_of(app))
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, Runs))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Floor))
