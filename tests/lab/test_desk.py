"""Roles that work on files in a checkout, and engines that cannot answer for a while."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orgloop.events import Notice

from .conftest import TinyLab

WORKER = """\
class Worker:
    label = "worker"
    reads_brief = False

    def needs_desk(self, role):
        return True

    async def think(self, request):
        from orgloop.engines.protocol import Answer, Outcome
        n = int(request.experiment[1:])
        ran = await request.desk.run(SCRIPT.format(n=n))
        return Answer(note=f"exit {ran.exit_code}: {ran.output.strip()}", outcome=Outcome.PASS)

engine = Worker()
"""


def script(text: str) -> str:
    return f"SCRIPT = {text!r}\n{WORKER}"


def test_what_a_role_leaves_changed_at_its_desk_becomes_its_commit(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(script("sed -i 's/^A = [0-9.]*/A = {n}.0/' program.py; echo done > run.log"))
    summary = lab.run(experiments=2)
    assert (summary.kept, summary.best) == (2, 2.0)
    note = lab.steps("e0001")[0].note
    assert note.startswith("exit 0") and "Left at the desk, since not editable: `run.log`" in note


def test_a_desk_has_no_network_no_keys_and_no_record(
    tiny: Callable[..., TinyLab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORGLOOP_TEST_SECRET", "sk-1234")
    lab = tiny(
        script(
            "env | grep -c ORGLOOP_TEST_SECRET; ls ../../lab.db; "
            "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", 9))' 2>&1 "
            "| tail -1"
        )
    )
    lab.run(experiments=1)
    note = lab.steps("e0001")[0].note
    assert note.splitlines()[0].endswith(": 0")
    assert "No such file" in note and "Error" in note.splitlines()[-1]


def test_a_frozen_file_that_was_changed_at_the_desk_ends_the_experiment(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(script("echo more >> task.md"))
    summary = lab.run(experiments=1)
    assert summary.discarded == 1
    assert "`task.md` is not one of the editable files" in lab.experiments()[0].reason


def test_a_symlink_left_at_the_desk_ends_the_experiment_and_says_so(
    tiny: Callable[..., TinyLab],
) -> None:
    lab = tiny(script("ln -sf /etc/passwd program.py"))
    lab.run(experiments=1)
    assert "`program.py` is now a symlink" in lab.experiments()[0].reason


def test_an_outage_charges_no_experiment(tiny: Callable[..., TinyLab]) -> None:
    lab = tiny(
        """\
        import time
        from orgloop.engines.protocol import Answer, Outcome
        from orgloop.errors import EngineOutage

        class Limited:
            label, reads_brief, asked = "limited", False, 0
            async def think(self, request):
                self.asked += 1
                if self.asked in (1, 3):
                    raise EngineOutage("The limit is reached.", until=time.time() - 0.9)
                n = number(request)
                return Answer(note="Up.", outcome=Outcome.PASS, edits=put(request, A=float(n)))

        engine = Limited()
        """
    )
    summary = lab.run(experiments=2)
    assert (summary.experiments, summary.kept) == (2, 2)
    with lab.ledger() as ledger:
        said = [event.text for event in ledger.tail.after(0) if isinstance(event, Notice)]
    assert sum("cannot answer now" in text for text in said) == 2
