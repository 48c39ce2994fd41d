"""The organization screen, key by key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from orgloop.org.files import CHARTER
from orgloop_tui.app import WatchApp
from orgloop_tui.model.kept import read_kept
from orgloop_tui.screens.asked import Asked
from orgloop_tui.screens.organization import Organization
from orgloop_tui.widgets.code import Code

from .organizations import app_of, make_lab

Watch = Pilot[None]


async def until(pilot: Watch, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await pilot.pause(0.02)


async def opened(pilot: Watch, app: WatchApp) -> Code:
    """The screen with the charter in the editor and the keys going to it."""
    await pilot.press("o")
    await until(pilot, lambda: isinstance(app.screen, Organization))
    code = app.screen.query_one(Code)
    await until(pilot, lambda: "flowchart" in code.text)
    await pilot.press("enter")
    await until(pilot, lambda: code.has_focus)
    return code


@pytest.mark.slow
async def test_a_good_edit_is_saved_and_a_bad_one_only_when_it_is_forced(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    app = app_of(lab)
    charter = lab / "org" / "charter.md"
    async with app.run_test(size=(120, 40)) as pilot:
        code = await opened(pilot, app)
        code.move_cursor(code.document.end)
        code.insert("A word.\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: charter.read_text().endswith("A word.\n"))
        await until(pilot, lambda: not app.drafts.unsaved)
        good = charter.read_text()
        code.insert("flowchart LR")
        code.replace("accept: nonsense", (0, 0), (0, 3))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        assert charter.read_text() == good
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Organization))
        assert charter.read_text() == good
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("s")
        await until(pilot, lambda: "nonsense" in charter.read_text())


@pytest.mark.slow
async def test_quitting_and_leaving_lose_no_edit_silently(tmp_path: Path) -> None:
    app = app_of(make_lab(tmp_path / "lab"))
    async with app.run_test(size=(80, 24)) as pilot:
        code = await opened(pilot, app)
        code.insert("%")
        await until(pilot, lambda: bool(app.drafts.unsaved))
        await pilot.press("escape")
        await until(pilot, lambda: not code.has_focus)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Organization))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Organization))
        again = app.screen.query_one(Code)
        await until(pilot, lambda: again.text.startswith("%"))
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Organization))
        assert app.drafts.unsaved == ["org/charter.md"]


@pytest.mark.slow
async def test_what_others_write_is_shown_and_never_replaces_edits(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    app = app_of(lab)
    charter = lab / "org" / "charter.md"
    async with app.run_test(size=(120, 40)) as pilot:
        code = await opened(pilot, app)
        charter.write_text(charter.read_text() + "Theirs.\n")
        await until(pilot, lambda: code.text.endswith("Theirs.\n"))
        code.insert("%")
        await until(pilot, lambda: bool(app.drafts.unsaved))
        charter.write_text(charter.read_text() + "Again.\n")
        await until(pilot, lambda: "changed on disk" in str(code.border_title))
        assert "Again" not in code.text
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        assert charter.read_text().endswith("Again.\n")


@pytest.mark.slow
async def test_edits_that_were_not_saved_are_offered_again_after_a_crash(tmp_path: Path) -> None:
    lab = make_lab(tmp_path / "lab")
    async with (app := app_of(lab)).run_test(size=(120, 40)) as pilot:
        code = await opened(pilot, app)
        code.insert("%")
        await until(pilot, lambda: "%" in read_kept(lab)[CHARTER].text if read_kept(lab) else False)
    # Whatever ended it, nobody said that they are to be dropped.
    async with (app := app_of(lab)).run_test(size=(120, 40)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Organization))
        assert app.drafts.unsaved == [] and read_kept(lab)
    async with (app := app_of(lab)).run_test(size=(120, 40)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Organization))
        code = app.screen.query_one(Code)
        await until(pilot, lambda: code.text.startswith("%"))
        assert app.drafts.unsaved == [CHARTER]
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Asked))
        await pilot.press("x")
        await until(pilot, lambda: not read_kept(lab))
