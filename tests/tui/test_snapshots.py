"""Every screen as text, in three sizes, as it was when somebody last looked at it.

A screen that has become another is written anew, and the test fails once: look at what changed
(`git diff tests/tui/snapshots`), and commit it where it is better.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .scenes import SCENES, Scene, app_for, play, shows

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 40), (200, 60))


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(scene, id=scene.name, marks=[pytest.mark.slow] if scene.slow else [])
        for scene in SCENES
    ],
)
async def test_a_screen_looks_as_it_did(
    scene: Scene, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/ada/.config")
    monkeypatch.chdir(fresh)
    changed = []
    async with (app := app_for(scene, Path())).run_test(size=SIZES[0]) as pilot:
        await play(scene, app, pilot)
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            lines = (await shows(pilot, app, scene.says)).split("\n")
            assert len(lines) == height
            drawn = "\n".join(line.rstrip() for line in lines).rstrip() + "\n"
            path = SNAPSHOTS / scene.name / f"{width}x{height}.txt"
            if not path.exists() or path.read_text(encoding="utf-8") != drawn:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(drawn, encoding="utf-8")
                changed.append(path.relative_to(SNAPSHOTS))
    assert not changed, f"made anew, so look at {', '.join(map(str, changed))}"
