"""The organization of nobody."""

from __future__ import annotations

from orgloop.org import load_lab, org_templates
from orgloop.tune.tasks import shipped_task


def test_optuna_checks_and_is_known_by_its_name() -> None:
    loaded, problems = load_lab(shipped_task("bowl").root, org="optuna")
    assert loaded is not None and list(problems) == []
    assert (loaded.org.charter.accept, list(loaded.org.employed())) == ("greedy", ["optimizer"])
    assert "optuna" in org_templates()
