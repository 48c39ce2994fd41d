"""What a mount brings beside its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orgloop.bench import Slot
from orgloop.bench.boxes import Boxes
from orgloop.testing.requests import a_task


@dataclass(frozen=True)
class Checkout:
    path: Path
    lab: Path


def test_a_mounted_program_is_found_on_the_path_and_data_is_not(tmp_path: Path) -> None:
    lab, checkout, tools = tmp_path / "lab", tmp_path / "checkout", tmp_path / "tools"
    for folder in (lab, checkout, tools):
        folder.mkdir()
    for name, mode in (("uv", 0o755), ("data.bin", 0o644)):
        (tools / name).write_text("")
        (tools / name).chmod(mode)
    (lab / "own").mkdir()
    for mounts, found in (
        ((str(tools / "uv"),), True),
        ((str(tools / "data.bin"),), False),
        (("own",), False),
    ):
        boxes = Boxes(a_task(mounts=mounts), lab, checkout)
        box, path = boxes.candidate(Checkout(checkout, checkout), Slot(0))
        assert (str(tools) in path) is found
        shown = {str(item.target or item.source) for item in box.binds}
        assert shown & {str(tools / "uv"), str(tools / "data.bin"), str(checkout / "own")}
        assert str(tools) not in shown
