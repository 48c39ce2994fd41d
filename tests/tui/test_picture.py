"""The README's picture of the floor, made from a run that is always the same."""

from __future__ import annotations

import random
from pathlib import Path

from orgloop_tui.widgets.table import Body

from .conftest import Opened, Recorded, until

PICTURE = Path(__file__).parents[2] / "docs" / "floor.svg"
TRIED = ("CONTEXT 6 -> 4", "HIDDEN 128 -> 160", "LEARNING_RATE 0.002 -> 0.004", "CLIP 1 -> 2",
         "ACTIVATION tanh -> relu", "WARM_UP 0.05 -> 0", "BATCH 64 -> 128", "BETA2 0.99 -> 0.999",
         "WEIGHT_DECAY 0 -> 0.01", "EMBEDDING 8 -> 16")  # fmt: skip


def go_on(lab: Recorded) -> None:
    """Forty experiments more: few are better, some crash."""
    chance, best = random.Random(6), 2.5
    for at in range(40):
        title = TRIED[at % len(TRIED)]
        if at % 7 == 2 and best > 2.3:
            best -= chance.uniform(0.01, 0.05)
            lab.keep(title, best)
        elif at % 13 == 5:
            lab.crash(title, "a loss that is not a number")
        else:
            lab.discard(title, best + chance.uniform(-0.005, 0.15))
    ledger, run = lab.ledger, lab.run.id
    ledger.runs.set_options(run, {"experiments": 60})
    for node, title in (("critic", TRIED[3]), ("experimenter", TRIED[6]), ("pi", "")):
        ledger.steps.begin(run, lab.start(title), node, 1)


async def test_the_picture_in_the_readme_is_of_this_version(
    recorded: Recorded, opened: Opened
) -> None:
    go_on(recorded)
    async with opened(recorded.root, (130, 40)) as (app, pilot, _):
        await until(pilot, lambda: len(app.screen.query_one(Body).lines) == 48)
        await pilot.pause(0.5)
        drawn = app.export_screenshot(title="orgloop watch")
    before = PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else ""
    if drawn != before:
        PICTURE.write_text(drawn, encoding="utf-8")
    assert drawn == before, "docs/floor.svg was out of date and is made anew: look at it"
