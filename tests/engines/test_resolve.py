import pytest

from orgloop.engines import ModelUnavailable, engine_for, model_problems, resolve
from orgloop.engines.registry import EMBEDDED, MODELS
from orgloop.errors import EngineError, UserError
from orgloop.role import EMBEDDED_ENGINES, Role, RoleOrg


def role(model: str = "inherit", embedded: str | None = None) -> Role:
    return Role("pi", "Plans.", model=model, org=RoleOrg(embedded=embedded), path="roles/pi.md")


def came_to(model: str, charter: str = "", override: str | None = None, variable: str = "") -> str:
    return resolve(role(model), charter, override=override, env={"ORGLOOP_MODEL": variable}).model


def test_without_a_word_anywhere_it_is_embedded() -> None:
    assert resolve(role(), "", env={}).source == "default"
    assert came_to("inherit", "inherit") == "embedded"


def test_the_command_line_wins_then_the_role_the_charter_and_the_environment() -> None:
    assert came_to("python:a:b", "human", "codex", "opencode") == "codex"
    assert came_to("python:a:b", "human", None, "opencode") == "python:a:b"
    assert came_to("inherit", "human", None, "opencode") == "human"
    assert came_to("inherit", "", None, "opencode") == "opencode"


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("embedded", "embedded"),
        ("human", "human"),
        ("claude-code", "claude-code"),
        ("claude-code/opus", "claude-code"),
        ("codex", "codex"),
        ("opencode", "opencode"),
        ("anthropic:claude-opus-4-5", "chat"),
        ("ollama:llama3.2:3b", "chat"),
        ("python:lab.engines:Mine", "python"),
    ],
)
def test_every_form_has_its_kind(model: str, kind: str) -> None:
    assert resolve(role(model), "", env={}).engine_key == kind


@pytest.mark.parametrize("alias", ["sonnet", "opus", "haiku", "claude-sonnet-4-5"])
def test_a_bare_alias_is_claude_code_where_that_runs_and_else_inherits(alias: str) -> None:
    assert came_to(alias, "claude-code") == f"claude-code/{alias}"
    assert came_to(alias, "claude-code/opus") == f"claude-code/{alias}"
    assert came_to(alias, "openai:gpt-5") == "openai:gpt-5"
    assert came_to(alias) == "embedded"
    assert came_to("inherit", "python:a:b", alias) == f"claude-code/{alias}"


def test_a_name_that_is_nearly_right_is_named_in_the_hint() -> None:
    with pytest.raises(ModelUnavailable) as caught:
        resolve(role("embeded"), "", env={})
    assert "`embedded`" in caught.value.hint


def test_an_unknown_model_is_the_persons_mistake_and_an_engine_error() -> None:
    with pytest.raises(UserError) as caught:
        resolve(role("gpt5"), "", env={})
    assert isinstance(caught.value, EngineError)
    assert caught.value.exit_code == 2
    assert "provider:model" in caught.value.hint


@pytest.mark.parametrize("model", ["human", "codex", "claude-code/opus"])
def test_a_kind_that_is_not_here_yet_says_what_works(model: str) -> None:
    resolution = resolve(role(model), "", env={})
    with pytest.raises(ModelUnavailable) as caught:
        engine_for(resolution, role(model))
    assert model in caught.value.message
    assert "`embedded`" in caught.value.hint
    assert "`python:module:object`" in caught.value.hint


@pytest.mark.parametrize("name", sorted(EMBEDDED))
def test_every_embedded_engine_is_made_once_and_labelled(name: str) -> None:
    asked = role(embedded=name)
    engine = engine_for(resolve(asked, "", env={}), asked)
    assert engine.label == f"embedded: {name}"
    assert engine.reads_brief is False
    assert engine_for(resolve(asked, "", env={}), asked) is engine


def test_a_role_without_an_embedded_engine_passes() -> None:
    assert engine_for(resolve(role(), "", env={}), role()).label == "embedded: pass"


def test_an_embedded_engine_may_be_a_plug_in() -> None:
    asked = role(embedded="python:orgloop.testing.scripted:engine")
    assert engine_for(resolve(asked, "", env={}), asked).label == "scripted"


def test_an_embedded_engine_that_is_nearly_right_is_named_in_the_hint() -> None:
    asked = role(embedded="scuot")
    with pytest.raises(ModelUnavailable, match="no embedded engine") as caught:
        engine_for(resolve(asked, "", env={}), asked)
    assert "`scout`" in caught.value.hint


def test_the_registry_and_the_role_model_name_the_same_engines() -> None:
    assert set(EMBEDDED) == EMBEDDED_ENGINES


def test_every_kind_that_is_here_can_be_imported() -> None:
    assert {key for key, kind in MODELS.items() if kind.factory} >= {"embedded", "python", "chat"}


def test_problems_name_the_role_file_and_the_key() -> None:
    found = model_problems(
        [role("embeded"), role("codex"), role(), role(embedded="tpu")], "", env={}
    )
    assert [(problem.path, problem.key) for problem in found] == [("roles/pi.md", "model")] * 3
    assert all(problem.hint for problem in found)


def test_problems_do_not_load_plug_ins() -> None:
    assert model_problems([role("python:no.such.module:engine")], "", env={}) == []
