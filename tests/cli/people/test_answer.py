"""Answering for a role that is a person's, from another process than the lab's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from orgloop.ledger import Ledger, QuestionRow, ledger_path
from orgloop.org import load_lab

from ..conftest import Orgloop, git  # noqa: TID252 - tests are no package

NOBODY = "orgloop: `q1` was answered already by "


@pytest.fixture
def asked(lab: Path) -> Path:
    """A lab that stands still with two questions: q1 to a reviewer, q2 to an experimenter."""
    head = git(lab, "rev-parse", "HEAD").strip()
    loaded, _ = load_lab(lab)
    assert loaded is not None
    with Ledger.open(ledger_path(lab)) as ledger:
        task = loaded.task.model_dump(mode="json")
        ledger.runs.create(baseline_commit=head, task=task)
        for node, decisions, may_edit in (
            ("reviewer", ("approve", "revise", "reject"), False),
            ("experimenter", (), True),
        ):
            row = ledger.experiments.start("r1", 1, head)
            ledger.experiments.update("r1", row.id, title=f"Idea of {row.id}")
            ledger.questions.ask(
                "r1",
                row.id,
                node,
                1,
                commit=head,
                decisions=decisions,
                may_edit=may_edit,
                text="# The whole brief\x1b[2J",
                most=4,
            )
    return lab


def question(lab: Path, id: int) -> QuestionRow:
    with Ledger.read_only(ledger_path(lab)) as ledger:
        row = ledger.questions.get(id)
        assert row is not None
        return row


def desk(lab: Path, changes: Mapping[str, str]) -> Path:
    """The directory of q2, with files written in it."""
    place = lab / ".orgloop" / "desks" / "q2"
    for path, text in changes.items():
        (place / path).write_text(text)
    return place


def edited(lab: Path) -> str:
    return (lab / "train.py").read_text().replace("RATE = 0.1", "RATE = 0.2")


def test_without_an_id_it_lists_what_waits(orgloop: Orgloop, asked: Path) -> None:
    said = orgloop("answer", asked)
    assert said.code == 0
    first, what, *_ = said.out.splitlines()
    assert first == "q1  reviewer in e0001: Idea of e0001"
    assert what.startswith("    decide approve / revise / reject; waits for ")
    assert "    write a note, and edit; waits for" in said.out
    assert "answer q1 --lab lab" in said.err
    rows = json.loads(orgloop("answer", asked, "--json").out)
    assert [(row["id"], row["role"], row["experiment"]) for row in rows] == [
        ("q1", "reviewer", "e0001"),
        ("q2", "experimenter", "e0002"),
    ]


def test_a_lab_where_nothing_waits_says_so(orgloop: Orgloop, lab: Path) -> None:
    assert "has not run yet: nobody was asked" in orgloop("answer", lab).err
    assert json.loads(orgloop("answer", lab, "--json").out) == []
    with Ledger.open(ledger_path(lab)) as ledger:
        ledger.runs.create(baseline_commit="ab" * 20, task={"name": "tiny"})
    said = orgloop("answer", lab)
    assert (said.code, said.out, said.err) == (0, "", "Nothing waits for a person.\n")


def test_a_question_alone_is_shown_with_what_to_type(orgloop: Orgloop, asked: Path) -> None:
    said = orgloop("answer", "q1", "--lab", asked)
    assert said.code == 0
    assert "To decide: approve, revise, reject" in said.out and "\x1b" not in said.out
    assert 'answer q1 --lab lab --decision approve --note "..."' in said.err
    data = json.loads(orgloop("answer", "1", "--lab", asked, "--json").out)
    assert data["brief"].startswith("# The whole brief") and data["desk"] is None
    assert question(asked, 1).waits


def test_an_answer_to_a_lab_that_stands_still_waits_in_the_ledger(
    orgloop: Orgloop, asked: Path
) -> None:
    said = orgloop("answer", "q1", "--lab", asked, "--decision", "revise", "--note", "Smaller.")
    assert (said.code, said.out) == (0, "")
    assert "`q1` is answered with `revise`; it waits in the ledger until" in said.err
    row = question(asked, 1)
    assert (row.state, row.decision, row.note) == ("answered", "revise", "Smaller.")
    again = orgloop("answer", "q1", "--lab", asked, "--decision", "approve")
    assert again.code == 2 and again.err.startswith(NOBODY)
    assert "These wait: `q2` (experimenter in e0002)." in again.err


def test_an_experiment_stands_for_its_one_question(orgloop: Orgloop, asked: Path) -> None:
    assert orgloop("answer", "e1", "--lab", asked, "--decision", "approve").code == 0
    assert question(asked, 1).note == "approve."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["q9", "--note", "x"], "There is no question `q9`."),
        (["e7", "--note", "x"], "No question of `e7` waits."),
        (["nonsense"], "`nonsense` is neither a question nor a lab."),
        (["--note", "x"], "It is not said which question."),
        (["q1", "--decision", "aprove"], "Did you mean `approve`?"),
        (["q1", "--note", "Hm."], "`q1` asks for a decision."),
        (["q1", "--decision", "reject", "--patch", "x"], "`reviewer` cannot edit"),
        (["q2", "--decision", "approve"], "`experimenter` has nothing to decide"),
        (["q2", "--note", "  "], "`q2` asks for a note."),
        (["q2", "--patch", "nowhere.diff"], "The patch nowhere.diff cannot be read"),
        (["q2", "--note", "x", "--title", " "], "The title is empty."),
    ],
)
def test_what_is_no_answer_is_a_sentence_and_changes_nothing(
    orgloop: Orgloop, asked: Path, arguments: list[str], told: str
) -> None:
    said = orgloop("answer", *arguments, "--lab", asked)
    assert said.code == 2 and said.out == ""
    assert told in said.err and "Traceback" not in said.err
    assert question(asked, 1).waits and question(asked, 2).waits


def test_what_is_edited_in_the_questions_directory_is_the_answers(
    orgloop: Orgloop, asked: Path
) -> None:
    assert "To edit: lab/.orgloop/desks/q2" in orgloop("answer", "q2", "--lab", asked).out
    text = edited(asked)
    place = desk(asked, {"train.py": text, "scratch.txt": "mine"})
    said = orgloop("answer", "q2", "--lab", asked, "--note", "Twice the rate.\n\nMore.")
    assert said.code == 0
    assert "Left out, since not editable: scratch.txt" in said.err
    row = question(asked, 2)
    assert (row.edits, row.title) == ({"train.py": text.encode()}, "Twice the rate.")
    assert not place.exists()
    assert git(asked, "status", "--porcelain") == ""


def test_what_is_not_editable_is_told_and_the_question_stays(orgloop: Orgloop, asked: Path) -> None:
    orgloop("answer", "q2", "--lab", asked)
    place = desk(asked, {"task.md": "mine now"})
    said = orgloop("answer", "q2", "--lab", asked, "--note", "x")
    assert said.code == 2
    assert "Not editable: `task.md` is not one of the editable files." in said.err
    assert question(asked, 2).waits and place.exists()
    (place / "task.md").unlink()
    (place / "task.md").symlink_to("/etc/passwd")
    assert (
        "`task.md` is now a symlink" in orgloop("answer", "q2", "--lab", asked, "--note", "x").err
    )


def test_a_patch_does_as_well(orgloop: Orgloop, asked: Path, tmp_path: Path) -> None:
    text = edited(asked)
    (asked / "train.py").write_text(text)
    (tmp_path / "my.diff").write_text(git(asked, "diff"))
    git(asked, "checkout", "-q", "train.py")
    said = orgloop("answer", "q2", "--lab", asked, "--patch", "my.diff", "--title", "Twice")
    assert said.code == 0
    row = question(asked, 2)
    assert (row.edits, row.title, row.note) == ({"train.py": text.encode()}, "Twice", "Twice")


def test_a_patch_that_does_not_apply_says_why(
    orgloop: Orgloop, asked: Path, tmp_path: Path
) -> None:
    bad = "--- a/train.py\n+++ b/train.py\n@@ -1,1 +1,1 @@\n-nothing like it\n+x\n"
    (tmp_path / "my.diff").write_text(bad)
    said = orgloop("answer", "q2", "--lab", asked, "--patch", "my.diff")
    assert said.code == 2 and "my.diff does not apply to the files of this question" in said.err


def test_a_change_that_was_tried_is_told_and_can_be_meant(orgloop: Orgloop, asked: Path) -> None:
    from orgloop.repo import LabRepo

    text = edited(asked)
    with LabRepo.open(asked) as repo, Ledger.open(ledger_path(asked)) as ledger:
        head = repo.head()
        commit = repo.commit_edits(
            head, {"train.py": text.encode()}, message="x", author="experimenter"
        )
        gist = repo.gist(head, commit)
        ledger.experiments.update("r1", "e0001", fingerprint=gist.fingerprint)
        assert gist.places == ("train.py:RATE",)
    orgloop("answer", "q2", "--lab", asked)
    desk(asked, {"train.py": text})
    said = orgloop("answer", "q2", "--lab", asked, "--note", "x")
    assert said.code == 2 and "This change is the one of e0001 (going on now)." in said.err
    assert orgloop("answer", "q2", "--lab", asked, "--note", "x", "--again").code == 0


def test_a_note_comes_from_stdin_or_from_an_editor(
    orgloop: Orgloop, asked: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VISUAL", "sed -i '1s/^/From my editor./'")
    said = orgloop("answer", "q1", "--lab", asked, "--decision", "approve", "--editor")
    assert said.code == 0 and question(asked, 1).note == "From my editor."
    monkeypatch.setenv("VISUAL", "no-such-editor")
    said = orgloop("answer", "q2", "--lab", asked, "--editor")
    assert said.code == 2 and "The editor `no-such-editor` cannot be run" in said.err


def test_whoever_sits_at_a_terminal_is_asked(
    orgloop: Orgloop, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    from orgloop.cli.people import answer

    monkeypatch.setattr(answer, "at_a_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("perhaps\n2\nToo large.\n"))
    said = orgloop("answer", "q1", "--lab", asked)
    assert said.code == 0 and "Decision: 1 approve  2 revise  3 reject" in said.err
    assert "One of: approve, revise, reject." in said.err
    row = question(asked, 1)
    assert (row.decision, row.note) == ("revise", "Too large.")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    said = orgloop("answer", "q2", "--lab", asked)
    assert said.code == 2 and "The question stays open." in said.err
