from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from orgloop.errors import LedgerError
from orgloop.ledger import Ledger
from orgloop.ledger import database as database_module
from orgloop.ledger.schema import APPLICATION_ID, MIGRATIONS, SCHEMA


def _made(path: Path) -> Path:
    with Ledger.open(path) as ledger:
        for number in range(60):
            ledger.runs.create(baseline_commit=f"{number}", task={"name": "t" * 500})
    return path


def test_a_new_ledger_has_the_current_schema_and_wal(tmp_path: Path) -> None:
    path = _made(tmp_path / "deep" / "lab.db")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_opening_again_finds_what_was_written(tmp_path: Path) -> None:
    path = _made(tmp_path / "lab.db")
    with Ledger.open(path) as ledger:
        assert len(ledger.runs.all()) == 60


def test_a_file_from_a_newer_orgloop_is_refused_and_kept(tmp_path: Path) -> None:
    path = _made(tmp_path / "lab.db")
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 3}")
    connection.close()
    before = path.read_bytes()
    for opened in (Ledger.open, Ledger.read_only):
        with pytest.raises(LedgerError, match="newer Orgloop") as caught:
            opened(path)
        assert "Update Orgloop" in caught.value.hint
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_told_as_damaged_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    path.write_bytes(b"not a database, and long enough to be looked at " * 100)
    before = path.read_bytes()
    for opened in (Ledger.open, Ledger.read_only):
        with pytest.raises(LedgerError, match=r"damaged\. It was kept as it is") as caught:
            opened(path)
        assert "recover" in caught.value.hint
    assert path.read_bytes() == before


def test_a_truncated_file_is_a_clear_error_and_never_another_exception(tmp_path: Path) -> None:
    whole = _made(tmp_path / "lab.db").read_bytes()
    path = tmp_path / "cut.db"
    told = 0
    for size in range(100, len(whole), len(whole) // 25):
        path.write_bytes(whole[:size])
        try:
            with Ledger.open(path) as ledger:
                ledger.runs.all()
                ledger.runs.create(baseline_commit="x", task={})
                ledger.tail.after(0)
        except LedgerError as error:
            told += 1
            assert error.hint
        for beside in tmp_path.glob("cut.db-*"):
            beside.unlink()
    assert told > 10


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="something else"):
        Ledger.open(path)
    assert path.read_bytes() == before


def test_a_locked_ledger_is_waited_for_and_then_told(tmp_path: Path) -> None:
    path = _made(tmp_path / "lab.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Ledger.open(path, busy_s=0.01) as ledger:
        with pytest.raises(LedgerError, match="locked by another process"):
            ledger.messages.tell("hello")
        assert len(ledger.runs.all()) == 60
        other.execute("ROLLBACK")
        ledger.messages.tell("hello")
    other.close()


def test_reading_what_nobody_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger") as caught:
        Ledger.read_only(tmp_path / "lab.db")
    assert "orgloop run" in caught.value.hint
    assert not (tmp_path / "lab.db").exists()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    with (
        Ledger.read_only(_made(tmp_path / "lab.db")) as ledger,
        pytest.raises(LedgerError, match="read-only"),
    ):
        ledger.messages.tell("hello")


def test_a_reader_sees_what_a_running_lab_writes(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "lab.db") as writer:
        writer.runs.create(baseline_commit="a", task={})
        with Ledger.read_only(tmp_path / "lab.db") as reader:
            writer.runs.create(baseline_commit="b", task={})
            assert [run.id for run in reader.runs.all()] == ["r1", "r2"]


@pytest.mark.parametrize("wal", [False, True])
def test_a_ledger_on_a_disk_where_nothing_can_be_made_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wal: bool
) -> None:
    path = tmp_path / "lab.db"
    writer = Ledger.open(path)
    writer.runs.create(baseline_commit="a", task={})
    if not wal:
        writer.close()
    connect = database_module._connect

    def refused(uri: str, busy_s: float) -> sqlite3.Connection:
        if not uri.endswith("lab.db?mode=ro"):
            return connect(uri, busy_s)
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(database_module, "_connect", refused)
    with Ledger.read_only(path) as reader:
        assert [run.id for run in reader.runs.all()] == ["r1"]
    writer.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "lab.db") as ledger:
        with pytest.raises(KeyError), ledger.transaction():
            ledger.messages.tell("one")
            raise KeyError
        assert ledger.messages.last() == []
        assert ledger.tail.newest() == 0


def test_an_inner_failure_that_is_swallowed_takes_the_outer_back(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "lab.db") as ledger:
        with pytest.raises(LedgerError, match="taken back"), ledger.transaction():
            ledger.messages.tell("one")
            try:
                with ledger.transaction():
                    raise KeyError
            except KeyError:
                pass
        assert ledger.messages.last() == []
        ledger.messages.tell("two")
        assert [message.text for message in ledger.messages.last()] == ["two"]


def test_a_full_disk_is_told_and_what_was_there_is_kept(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "lab.db") as ledger:
        ledger.messages.tell("before")
        ledger._database.row("PRAGMA max_page_count = 50")
        with pytest.raises(LedgerError, match=r"disk of the ledger .* is full") as caught:
            for _ in range(100):
                ledger.messages.tell("x" * 20_000)
        assert "safe" in caught.value.hint
        assert ledger.messages.last(1000)[-1].text == "before"


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be made"):
        Ledger.open(tmp_path / "file" / "lab.db")


def test_a_file_of_the_first_schema_is_brought_up_to_date_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    connection = sqlite3.connect(path)
    connection.executescript(MIGRATIONS[0])
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.execute("INSERT INTO totals (run, kept) VALUES ('r1', 3)")
    connection.execute(
        "INSERT INTO experiments (run, number, generation, base, created, status, ordinal) "
        "VALUES ('r1', 1, 1, 'abc', 0, 'keep', 1)"
    )
    connection.commit()
    connection.close()
    with Ledger.open(path) as ledger:
        counts = ledger.runs.counts("r1")
        assert (counts.kept, counts.simplified, counts.conceded) == (3, 0, 0.0)
        assert [row.conceded for row in ledger.experiments.finished("r1")] == [None]
