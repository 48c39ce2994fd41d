"""A role that edits or runs works as an agent at its desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orgloop.errors import BenchError, EngineError, EngineOutage
from orgloop.testing.api import Asked, Fault, Reply, Script, ToolCall
from orgloop.testing.desk import FolderDesk

from .conftest import ANTHROPIC, LOCAL, MODELS, PAID, Asking, counted, good, worker

Make = Callable[[str, Script], Asking]
EDIT = ToolCall("edit", {"path": "train.py", "old": "LR = 1e-3", "new": "LR = 2e-3"})


def working(*calls: ToolCall) -> Callable[[Asked], Reply]:
    """One tool call a turn, and then an answer."""
    return lambda asked: (
        Reply(tool_calls=(calls[asked.turn],), usage=PAID)
        if asked.turn < len(calls)
        else good(asked)
    )


@pytest.mark.parametrize("model", MODELS)
async def test_it_reads_edits_and_runs_and_then_answers(
    asking: Make, model: str, tmp_path: Path
) -> None:
    calls = (
        ToolCall("read", {"path": "train.py"}),
        EDIT,
        ToolCall("run", {"command": "grep -c 2e-3 train.py"}),
    )
    made = asking(model, working(*calls))
    answer = await made.engine.think(worker(tmp_path))
    assert (tmp_path / "train.py").read_text().startswith("LR = 2e-3\n")
    assert answer.title == "LR 1e-3 -> 2e-3" and answer.decision is None
    assert answer.usage.input_tokens == 4 * 100
    results = [result.text for asked in made.server.asked for result in asked.last.tool_results]
    assert results[0].startswith("    1\tLR = 1e-3")
    assert results[1] == "`train.py` now has 3 lines."
    assert results[2].startswith("[exit 0, ") and results[2].endswith(" s]\n1")


async def test_it_has_the_tools_that_its_role_may_use(asking: Make, tmp_path: Path) -> None:
    made = asking(LOCAL, good)
    role = {"tools": frozenset({"Read", "Edit", "Bash"}), "disallowed": frozenset({"Bash"})}
    await made.engine.think(worker(tmp_path, **role))
    assert {tool.name for tool in made.server.asked[0].tools} == {"read", "edit", "answer"}


def test_only_roles_that_do_more_than_read_need_a_desk(asking: Make, tmp_path: Path) -> None:
    engine = asking(LOCAL, []).engine
    role = worker(tmp_path).role
    assert engine.needs_desk(role)
    assert not engine.needs_desk(replace(role, tools=frozenset({"Read", "Grep", "Glob"})))


async def test_a_tool_that_is_refused_says_why_and_the_work_goes_on(
    asking: Make, tmp_path: Path
) -> None:
    calls = (ToolCall("write", {"path": "task.md", "content": "mine"}), EDIT)
    made = asking(LOCAL, working(*calls))
    await made.engine.think(worker(tmp_path))
    [refused] = made.server.asked[1].last.tool_results
    assert refused.text.startswith("Not done: `task.md` is not one of the task's editable files")
    assert (tmp_path / "task.md").read_text() == "x"


async def test_a_call_with_wrong_arguments_says_so_and_the_work_goes_on(
    asking: Make, tmp_path: Path
) -> None:
    made = asking(LOCAL, working(ToolCall("read", {"file": "train.py"}), EDIT))
    await made.engine.think(worker(tmp_path))
    [refused] = made.server.asked[1].last.tool_results
    assert "path" in refused.text and "Field required" in refused.text


async def test_what_is_edited_beside_the_answer_is_done(asking: Make, tmp_path: Path) -> None:
    def script(asked: Asked) -> Reply:
        said = good(asked)
        return replace(said, tool_calls=(EDIT, *said.tool_calls))

    await asking(LOCAL, script).engine.think(worker(tmp_path))
    assert "2e-3" in (tmp_path / "train.py").read_text()


async def test_the_last_turn_is_announced_and_what_goes_on_after_it_ends(
    asking: Make, tmp_path: Path
) -> None:
    reading = ToolCall("read", {"path": "train.py"})
    made = asking(LOCAL, lambda asked: Reply(tool_calls=(reading,), usage=PAID))
    with pytest.raises(EngineError, match=r"took its 3 turns \(`maxTurns`\)") as told:
        await made.engine.think(worker(tmp_path, max_turns=3))
    assert told.value.usage.input_tokens == 300
    assert ["This is your last turn" in asked.last.text for asked in made.server.asked] == [
        False,
        False,
        True,
    ]


async def test_tokens_bound_a_visit_as_well(
    asking: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import orgloop.engines.chat.agent as agent

    monkeypatch.setattr(agent, "TOKENS", 300)
    reading = ToolCall("read", {"path": "train.py"})
    made = asking(LOCAL, lambda asked: Reply(tool_calls=(reading,), usage=PAID))
    with pytest.raises(EngineError, match="used 321 tokens at one visit"):
        await made.engine.think(worker(tmp_path))
    assert "no tokens for more" in made.server.asked[1].last.text


async def test_old_results_are_taken_out_of_a_long_conversation(
    asking: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import orgloop.engines.chat.agent as agent

    monkeypatch.setattr(agent, "CONTEXT", 200)
    calls = [ToolCall("read", {"path": "train.py"})] * 12
    made = asking(LOCAL, working(*calls))
    await made.engine.think(worker(tmp_path))
    assert made.server.asked[-1].text.count("[cleared]") == 12 - agent.KEPT_RESULTS


async def test_anthropics_prompt_is_cached_where_there_is_a_second_turn(
    asking: Make, tmp_path: Path
) -> None:
    made = asking(ANTHROPIC, working(EDIT))
    await made.engine.think(worker(tmp_path))
    assert all("cache_control" in asked.body for asked in made.server.asked)


async def test_an_outage_after_some_turns_tells_what_they_cost(
    asking: Make, tmp_path: Path
) -> None:
    def script(asked: Asked) -> Reply:
        if asked.turn:
            return Reply(fault=Fault("rate-limit", retry_after=900))
        return Reply(tool_calls=(EDIT,), usage=PAID)

    with pytest.raises(EngineOutage) as told:
        await asking(LOCAL, script).engine.think(worker(tmp_path))
    assert counted(told.value.usage) == PAID


class BrokenDesk(FolderDesk):
    async def run(self, command: str, **given: object) -> object:  # type: ignore[override]
        raise BenchError("There is no sandbox.")


async def test_a_desk_that_cannot_run_is_no_fault_of_the_model(
    asking: Make, tmp_path: Path
) -> None:
    request = worker(tmp_path)
    made = asking(LOCAL, working(ToolCall("run", {"command": "true"})))
    with pytest.raises(EngineError, match="There is no sandbox") as told:
        await made.engine.think(replace(request, desk=BrokenDesk(tmp_path, request.files)))
    assert counted(told.value.usage) == PAID
