from __future__ import annotations

from pathlib import Path

import pytest

from orgloop.errors import LedgerError, UserError
from orgloop.ledger import Ledger
from orgloop.ledger.backup import back_up, backup_path, is_sound, recover


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "lab.db"
    with Ledger.open(path) as ledger:
        for number in range(60):
            ledger.runs.create(baseline_commit=f"{number}", task={"name": "t" * 500})
    return path


def damage(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 2] = b"\0" * (len(content) // 2 - len(content) // 3)
    path.write_bytes(content)
    return bytes(content)


def test_a_copy_has_what_is_on_record_also_beside_a_writer(path: Path) -> None:
    with Ledger.open(path) as writer:
        writer.messages.tell("in the log, and not in the file yet")
        assert back_up(path)
    with Ledger.read_only(backup_path(path)) as copy:
        assert len(copy.messages.last(9)) == 1


def test_a_damaged_ledger_never_replaces_a_good_copy(path: Path) -> None:
    assert back_up(path)
    damage(path)
    assert not back_up(path)
    assert is_sound(backup_path(path))


def test_recovery_puts_the_copy_in_place_and_keeps_the_damaged_file(path: Path) -> None:
    back_up(path)
    bad = damage(path)
    path.with_name("lab.db-wal").write_bytes(b"left over")
    done = recover(path)
    assert (done.kept / "lab.db").read_bytes() == bad
    assert (done.kept / "lab.db-wal").exists()
    with Ledger.open(path) as ledger:
        assert len(ledger.runs.all()) == 60


def test_a_ledger_that_is_whole_is_not_put_back(path: Path) -> None:
    back_up(path)
    with pytest.raises(UserError, match="Nothing is wrong"):
        recover(path)


def test_without_a_copy_the_file_stays_and_what_to_do_is_said(path: Path) -> None:
    bad = damage(path)
    with pytest.raises(LedgerError, match="no copy") as caught:
        recover(path)
    assert "refs/orgloop/" in caught.value.hint
    assert path.read_bytes() == bad


def test_a_file_that_was_deleted_is_written_again_from_what_is_open(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.messages.tell("last words")
        ledger.confirm()
        for file in path.parent.glob("lab.db*"):
            file.unlink()
        with pytest.raises(LedgerError, match="it was written again, whole"):
            ledger.confirm()
    with Ledger.open(path) as again:
        assert [message.text for message in again.messages.last()] == ["last words"]
        assert len(again.runs.all()) == 60


def test_a_file_that_was_replaced_is_left_alone(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    with Ledger.open(path) as ledger:
        other.replace(path)
        with pytest.raises(LedgerError, match="was replaced by another file"):
            ledger.confirm()


@pytest.mark.parametrize("harm", ["cut", "garbage", "gone"])
def test_what_was_checkpointed_survives_a_broken_log(path: Path, harm: str, tmp_path: Path) -> None:
    """A log that is cut keeps every transaction that is whole in it (SQLite's checksums)."""
    writer = Ledger.open(path)
    for number in range(20):
        writer.messages.tell(f"{number}")
    wal = path.with_name("lab.db-wal")
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "lab.db").write_bytes(path.read_bytes())
    log = wal.read_bytes()
    if harm == "cut":
        (copy / "lab.db-wal").write_bytes(log[: len(log) // 2])
    elif harm == "garbage":
        (copy / "lab.db-wal").write_bytes(b"garbage " * 999)
    writer.close()
    with Ledger.open(copy / "lab.db") as ledger:
        assert len(ledger.runs.all()) == 60
        said = [message.text for message in reversed(ledger.messages.last(99))]
        assert said == [f"{number}" for number in range(len(said))]
        assert (0 < len(said) < 20) == (harm == "cut")
