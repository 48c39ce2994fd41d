"""One ticket, taken once, by a node or back by the lab."""

from __future__ import annotations

import threading
from pathlib import Path

from orgloop.bench import Job
from orgloop.bench.elsewhere.attempt import (
    Attempt,
    Note,
    clear_attempts,
    left_with_others,
    read_note,
    write_note,
)
from orgloop.bench.elsewhere.node import carry_out
from orgloop.bench.record import JobRecord
from orgloop.testing.jobs import shell_job


def test_of_many_that_reach_for_a_ticket_one_has_it(tmp_path: Path) -> None:
    attempt = Attempt.prepare(tmp_path, Job(id="j", steps=()))
    taken: list[bool] = []
    ready = threading.Barrier(8)

    def reach(number: int) -> None:
        ready.wait()
        if number % 2:
            taken.append(attempt.claim())
        else:
            attempt.withdraw()

    threads = [threading.Thread(target=reach, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(True) == attempt.claimed
    assert attempt.claimed != attempt.withdraw()


def test_a_ticket_that_was_taken_back_is_no_nodes(tmp_path: Path) -> None:
    attempt = Attempt.prepare(tmp_path, shell_job(tmp_path / "work", "touch ran"))
    assert attempt.withdraw()
    assert attempt.withdraw()
    assert carry_out(str(attempt.folder), signals=False) == "withdrawn"
    assert not (tmp_path / "work" / "ran").exists()


def test_a_scheduler_that_starts_a_job_twice_runs_it_once(tmp_path: Path) -> None:
    attempt = Attempt.prepare(tmp_path, shell_job(tmp_path / "work", "echo ran >> runs"))
    said = [carry_out(str(attempt.folder), signals=False) for _ in range(2)]
    assert said == ["done", "withdrawn"]
    assert (tmp_path / "work" / "runs").read_text() == "ran\n"
    result = attempt.result("j")
    assert result is not None
    assert result.id == "j"


def test_a_note_is_read_as_it_was_written_and_goes_with_its_tries(tmp_path: Path) -> None:
    attempt = Attempt.prepare(tmp_path, Job(id="j", steps=()))
    note = Note(token=attempt.token, queue="Slurm", executor="slurm", name="orgloop-j")
    write_note(tmp_path, note)
    assert read_note(tmp_path) == note
    clear_attempts(tmp_path)
    assert read_note(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_what_did_not_come_back_from_another_executor_is_known(tmp_path: Path) -> None:
    record = JobRecord(tmp_path, "r1-e0001-m1")
    record.begin(Job(id="r1-e0001-m1", steps=()))
    assert left_with_others(tmp_path, ()) == []
    note = Note(token="a1", queue="Slurm", executor="slurm", name="orgloop")
    write_note(record.folder, note)
    assert left_with_others(tmp_path, ()) == [("r1-e0001-m1", note)]
    assert left_with_others(tmp_path, {"r1-e0001-m1"}) == []
    record.fetched()
    assert left_with_others(tmp_path, ()) == []
