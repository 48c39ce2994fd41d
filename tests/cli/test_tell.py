"""What a person tells the roles, and what became of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orgloop.ledger import Ledger, ledger_path

from .conftest import Orgloop


@pytest.fixture
def begun(lab: Path) -> Path:
    """A lab whose ledger says that a run is going on, and whose lock nobody holds."""
    with Ledger.open(ledger_path(lab)) as ledger:
        ledger.runs.create(baseline_commit="ab" * 20, task={"name": "tiny", "metric": "loss"})
    return lab


def test_what_is_told_waits_for_the_next_reader(orgloop: Orgloop, begun: Path) -> None:
    said = orgloop("tell", "look at the batch size", "--lab", begun, "--role", "pi")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("Left for `pi`, when the lab runs again.\n")
    with Ledger.open(ledger_path(begun)) as ledger:
        assert [message.text for message in ledger.messages.unread("pi")] == [
            "look at the batch size"
        ]


def test_a_person_learns_that_nobody_reads(orgloop: Orgloop, begun: Path) -> None:
    assert "Embedded engines read no briefs" in orgloop("tell", "hello", "--lab", begun).err


def test_a_plug_in_may_read(orgloop: Orgloop, begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (begun / "roles").mkdir()
    (begun / "roles/pi.md").write_text(
        "---\nname: pi\ndescription: Chooses.\nmodel: python:mine:engine\n---\nChoose.\n"
    )
    assert "Embedded" not in orgloop("tell", "hello", "--lab", begun).err


def test_a_role_that_is_not_there_is_told_with_the_nearest(orgloop: Orgloop, begun: Path) -> None:
    said = orgloop("tell", "hello", "--lab", begun, "--role", "critc")
    assert said.code == 2
    assert "Did you mean `critic`?" in said.err


def test_nothing_is_not_told(orgloop: Orgloop, begun: Path) -> None:
    said = orgloop("tell", "  ", "--lab", begun)
    assert said.code == 2
    assert "nothing to tell" in said.err


def test_files_that_do_not_check_do_not_stop_a_message(orgloop: Orgloop, begun: Path) -> None:
    (begun / "task.md").write_text("---\nname: [\n")
    assert orgloop("tell", "hello", "--lab", begun, "--role", "anyone").code == 0


def test_a_message_has_a_length_that_a_brief_can_hold(orgloop: Orgloop, begun: Path) -> None:
    said = orgloop("tell", "x" * 2001, "--lab", begun)
    assert said.code == 2
    assert "A message has at most 2,000 characters, and this one 2,001." in said.err


def test_what_was_told_is_listed_with_its_reader(orgloop: Orgloop, begun: Path) -> None:
    assert "Nothing was told yet" in orgloop("tell", "--list", "--lab", begun).err
    told = json.loads(orgloop("tell", "be bold", "--lab", begun, "--json").out)
    assert told == {"id": "m1", "role": None, "text": "be bold"}
    orgloop("tell", "be quick", "--lab", begun, "--role", "critic")
    with Ledger.open(ledger_path(begun)) as ledger:
        ledger.messages.hold("pi", "r1", "e0003", 1)
        ledger.messages.settle("pi", "r1", "e0003", 1, answered=True)
    lines = orgloop("tell", "--list", "--lab", begun).out.splitlines()
    assert lines[0].startswith("m2") and lines[0].endswith("to critic; not read yet")
    assert lines[2].endswith("to whoever reads next; read by pi in e0003")
    assert lines[3] == "    be bold"
    rows = json.loads(orgloop("tell", "--list", "--lab", begun, "--json").out)
    assert [(row["id"], row["read_by"], row["experiment"]) for row in rows] == [
        ("m2", None, None),
        ("m1", "pi in e0003", "e0003"),
    ]


def test_a_lab_that_has_not_run_was_told_nothing(orgloop: Orgloop, lab: Path) -> None:
    said = orgloop("tell", "--list", "--lab", lab, "--json")
    assert (said.code, said.out) == (0, "[]\n")
