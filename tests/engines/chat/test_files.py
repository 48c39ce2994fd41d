"""What a model can reach at its desk, and what not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orgloop.engines.chat.files import DeskFiles, Refused
from orgloop.engines.chat.toolbox import READ_CHARACTERS, Toolbox, tools_of
from orgloop.role import Role
from orgloop.testing.desk import FolderDesk
from orgloop.testing.requests import FilesInMemory

FILES = {
    "train.py": "A = 1\nB = 2\nA = 1\n",
    "src/model.py": "class Model: pass\n",
    "secret/answers.txt": "42\n",
    "win.py": "A = 1\r\nB = 2\r\n",
    "data.bin": b"\xff\xfe\x00",
}


@pytest.fixture
def desk(tmp_path: Path) -> FolderDesk:
    (tmp_path / "outside.txt").write_text("not the lab's")
    lab = tmp_path / "lab"
    lab.mkdir()
    editable = ("train.py", "win.py", "src/*")
    return FolderDesk(lab, FilesInMemory(FILES), editable=editable, hidden=("secret/*",))


@pytest.mark.parametrize(
    "path",
    [
        "../outside.txt",
        "/etc/passwd",
        "~/x",
        "src/../../outside.txt",
        "secret/answers.txt",
        ".git/config",
        "",
        ".",
        "src",
        "nothing.py",
        "data.bin",
        "a\0b",
    ],
)
def test_what_is_not_a_text_file_of_the_lab_is_refused(desk: FolderDesk, path: str) -> None:
    with pytest.raises(Refused):
        DeskFiles(desk).read(path)


def test_a_path_that_begins_with_the_labs_own_is_meant_relative_to_it(desk: FolderDesk) -> None:
    assert DeskFiles(desk).read(f"{desk.lab}/src/model.py") == "class Model: pass\n"


def test_no_symlink_is_followed_at_any_step_of_a_path(desk: FolderDesk) -> None:
    (desk.lab / "link.txt").symlink_to(desk.lab.parent / "outside.txt")
    (desk.lab / "up").symlink_to(desk.lab.parent)
    (desk.lab / "train.py").unlink()
    (desk.lab / "train.py").symlink_to(desk.lab.parent / "outside.txt")
    files = DeskFiles(desk)
    for path in ("link.txt", "up/outside.txt", "train.py"):
        with pytest.raises(Refused, match="symlink"):
            files.read(path)
    with pytest.raises(Refused, match="symlink"):
        files.write("train.py", "mine")
    assert (desk.lab.parent / "outside.txt").read_text() == "not the lab's"
    assert "link.txt" not in [found.path for found in files.walk()]


def test_a_pipe_does_not_stand_the_lab_still(desk: FolderDesk) -> None:
    os.mkfifo(desk.lab / "pipe")
    with pytest.raises(Refused, match="no regular file"):
        DeskFiles(desk).read("pipe")


@pytest.mark.parametrize("path", ["task.md", "new.py", "secret/x.py", "../outside.txt"])
def test_only_editable_files_are_written(desk: FolderDesk, path: str) -> None:
    with pytest.raises(Refused):
        DeskFiles(desk).write(path, "x")


def test_an_edit_replaces_exactly_one_text(desk: FolderDesk) -> None:
    files = DeskFiles(desk)
    files.replace("train.py", "B = 2", "B = 3")
    assert (desk.lab / "train.py").read_text() == "A = 1\nB = 3\nA = 1\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A = 1", "A = 2", "2 times"),
        ("B  = 2", "B = 3", "is not in"),
        ("", "x", "empty"),
        ("B = 2", "B = 2", "nothing would change"),
    ],
)
def test_an_edit_that_is_not_clear_is_refused(
    desk: FolderDesk, old: str, new: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        DeskFiles(desk).replace("train.py", old, new)
    assert (desk.lab / "train.py").read_text() == FILES["train.py"]


def test_every_occurrence_is_replaced_where_that_is_asked_for(desk: FolderDesk) -> None:
    DeskFiles(desk).replace("train.py", "A = 1", "A = 2", everywhere=True)
    assert (desk.lab / "train.py").read_text() == "A = 2\nB = 2\nA = 2\n"


def test_line_ends_stay_as_they_are(desk: FolderDesk) -> None:
    DeskFiles(desk).replace("win.py", "A = 1\nB = 2", "A = 1\nB = 3")
    assert (desk.lab / "win.py").read_bytes() == b"A = 1\r\nB = 3\r\n"


def test_a_file_that_no_longer_parses_is_told_at_once(desk: FolderDesk) -> None:
    said = DeskFiles(desk).write("src/new.py", "def f(:\n")
    assert "now has 1 line. It does not parse" in said and "line 1" in said


async def test_reading_is_numbered_and_bounded(desk: FolderDesk) -> None:
    (desk.lab / "long.txt").write_text("".join(f"line {i}\n" for i in range(1, 5001)))
    box = Toolbox(desk)
    assert await box.read("train.py", start=2, lines=1) == "    2\tB = 2\n[lines 2 to 2 of 3]"
    text = await box.read("long.txt")
    assert text.endswith("[lines 1 to 1000 of 5000]") and len(text) < READ_CHARACTERS + 100
    assert await box.read("train.py", start=99) == "`train.py` has 3 lines."


async def test_a_search_shows_where_and_leaves_out_what_is_hidden(desk: FolderDesk) -> None:
    box = Toolbox(desk)
    assert await box.grep("^B") == "train.py:2: B = 2\nwin.py:2: B = 2"
    assert await box.grep("class", "**/*.py") == "src/model.py:1: class Model: pass"
    assert await box.grep("42") == "Nothing matches."
    with pytest.raises(Refused, match="no regular expression"):
        await box.grep("(")


async def test_a_search_that_never_ends_is_ended(
    desk: FolderDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import orgloop.engines.chat.grep as grep

    monkeypatch.setattr(grep, "SECONDS", 0.5)
    (desk.lab / "train.py").write_text("a" * 60 + "b\n")
    with pytest.raises(Refused, match="took more than"):
        await Toolbox(desk).grep("(a+)+$")


async def test_a_listing_follows_its_glob(desk: FolderDesk) -> None:
    box = Toolbox(desk)
    assert (await box.list_files()).splitlines()[0] == "data.bin  3 bytes"
    assert await box.list_files("src") == "src/model.py  18 bytes"
    assert await box.list_files("*.md") == "No such files."
    with pytest.raises(Refused):
        await box.list_files("../*")


async def test_a_command_is_told_with_how_it_ended(desk: FolderDesk) -> None:
    box = Toolbox(desk)
    assert (await box.run("echo hi; exit 3")).startswith("[exit 3, ")
    assert "took more than 1 s" in await box.run("sleep 9", seconds=0)


@pytest.mark.parametrize(
    ("tools", "given"),
    [
        (None, ("read", "grep", "list", "edit", "write", "run")),
        ({"Read", "Edit"}, ("read", "edit")),
        ({"LS", "MultiEdit"}, ("list", "edit")),
        ({"WebFetch", "Bash"}, ("run",)),
    ],
)
def test_a_role_gets_what_its_file_names(tools: set[str] | None, given: tuple[str, ...]) -> None:
    named = None if tools is None else frozenset(tools)
    assert tools_of(Role(name="r", description="R.", tools=named)) == given
