from __future__ import annotations

from pathlib import Path

from orgloop.org import charter_brief, decisions, load_lab, role_brief, task_brief

GOOD = Path(__file__).parents[1] / "bad_inputs" / "good"


def test_briefs_say_what_was_parsed() -> None:
    lab, _ = load_lab(GOOD)
    assert lab is not None
    charter = lab.org.charter

    assert task_brief(lab.task).metric == "loss"
    assert charter_brief(charter).chart == charter.flow.to_mermaid()
    assert "mermaid" not in charter_brief(charter).body
    assert "Measure twice." in charter_brief(charter).body
    assert role_brief(lab.org.roles["experimenter"]).tools == ("Edit", "Read")
    assert [str(decision) for decision in decisions(charter, "reviewer")] == [
        "approve",
        "revise",
        "reject",
    ]
    assert decisions(charter, "pi") == ()


def test_what_is_hidden_is_not_in_the_brief() -> None:
    lab, _ = load_lab(GOOD)
    assert lab is not None
    hidden = lab.task.model_copy(update={"hidden": ("answers.bin",), "env": {"KEY": "s3cret"}})

    assert "answers.bin" not in repr(task_brief(hidden))
    assert "s3cret" not in repr(task_brief(hidden))
