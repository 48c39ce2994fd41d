"""What an experiment costs in calls and tokens: `solo` beside the default organization.

Both work on the same task, under the bundled charters and briefs, with LangChain's OpenAI client
against a server on loopback. The server plays each role at the length at which such a role answers:
what a role is asked and told is real, what it says is scripted. A prompt's beginning counts as
cached as OpenAI documents it: from 1,024 tokens on, in steps of 128, where an earlier prompt began
the same. So this measures what an organization asks of its minds, and nothing of how good they are.
"""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orgloop.ledger import Ledger, ledger_path
from orgloop.org.bundled import bundled_root
from orgloop.testing.api import ApiServer, Asked, Reply, ToolCall
from orgloop.usage import Usage

from .labrun import RUN, run_lab
from .orgs import Organization
from .row import Row
from .simlab import make_lab

MODEL = "openai:scripted"
_PROGRAM_BYTES = 7000
"""About the length of a small training script: that of the example lab bytes-lm."""
_CHARACTERS_A_TOKEN = 4
_CACHED_FROM, _CACHED_STEP = 1024, 128
_PROSE = (
    "the run is short of useful steps and the record shows that this constant was never moved so "
    "a factor should rise above the noise while everything else stays as it is which lets one "
    "number tell whether the mechanism is the one we think and not a longer warm up or a lucky "
    "seed; if the effect does not appear we conclude that the limit lies elsewhere and turn to "
    "the next axis "
)


@dataclass(frozen=True, slots=True)
class Employed(Organization):
    """A bundled organization, thought by the scripted model."""

    def files(self) -> dict[str, str]:
        """The charter with the model in it, and the roles where they are its own."""
        root = bundled_root()
        if self.name != "classic":
            root = root / "examples" / "orgs" / self.name
        paths = [root / "org" / "charter.md"]
        if self.name != "classic":
            paths += sorted((root / "roles").glob("*.md"))
        found = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
        head = f"---\nmodel: {MODEL}\nlookahead: 0\n"
        charter = found["org/charter.md"].replace("model: embedded\n", "")
        return {**found, "org/charter.md": charter.replace("---\n", head, 1)}


@dataclass
class Mind:
    """Plays every role: a constant is moved, tried where that is allowed, reviewed, judged."""

    prompts: deque[str] = field(default_factory=lambda: deque(maxlen=64))

    def __call__(self, asked: Asked) -> Reply:
        """The next thing that the role says, and what that costs."""
        reply = self._reply(asked)
        said = reply.text + "".join(json.dumps(call.arguments) for call in reply.tool_calls)
        prompt = json.dumps([asked.body.get("tools"), asked.body["messages"]])
        cached = max((_shared(prompt, earlier) for earlier in self.prompts), default=0)
        self.prompts.append(prompt)
        usage = Usage(
            input_tokens=len(prompt) // _CHARACTERS_A_TOKEN,
            cached_tokens=cached,
            output_tokens=len(said) // _CHARACTERS_A_TOKEN,
        )
        return Reply(reply.text, reply.tool_calls, usage=usage)

    def _reply(self, asked: Asked) -> Reply:
        found = re.search(r"You are `(\w+)`", asked.system)
        role = found[1] if found else ""
        experiment = re.search(r"for experiment e(\d+)", asked.text)
        name = "ABCDEF"[int(experiment[1]) % 6 if experiment else 0]
        if role == "pi":
            return _says(asked, 150, title=f"Move {name}")
        if role == "reviewer":
            return _says(asked, 90, decision="approve")
        if role == "critic":
            return _says(asked, 90, decision="keep" if "better" in asked.text else "discard")
        if asked.turn == 0:
            return Reply(tool_calls=(_edit(asked, name),))
        if asked.turn == 1 and asked.has_tool("run"):
            return Reply(tool_calls=(ToolCall("run", {"command": "python -S -E program.py 1"}),))
        return _says(asked, 120, title=f"{name} moved")


def _edit(asked: Asked, name: str) -> ToolCall:
    line = re.search(rf"^{name} = (\S+)", asked.text, re.MULTILINE)
    if line is None:
        raise ValueError(f"{name} is not in what the role was shown")
    value = random.Random(asked.number).uniform(1, 9)
    return ToolCall("edit", {"path": "program.py", "old": line[0], "new": f"{name} = {value:.3f}"})


def _says(asked: Asked, words: int, **more: str) -> Reply:
    text = " ".join((_PROSE * 3).split()[:words])
    answer = {"note": f"{text[:60]}.\n\n{text}.", **more}
    if asked.has_tool("answer"):
        return Reply(tool_calls=(ToolCall("answer", answer),))
    return Reply(json.dumps(answer))


def _shared(prompt: str, earlier: str) -> int:
    """Tokens at the beginning that a provider's cache would have served."""
    same = zip(prompt, earlier, strict=False)
    shared = next((at for at, (one, other) in enumerate(same) if one != other), len(earlier))
    tokens = shared // _CHARACTERS_A_TOKEN
    return tokens - tokens % _CACHED_STEP if tokens >= _CACHED_FROM else 0


def measure(quick: bool) -> list[Row]:
    """Calls, tokens and bench runs an experiment, the default organization in terms of solo's."""
    count = 6 if quick else 24
    solo = _cost("solo", count)
    classic = _cost("classic", count)
    rows = []
    for name, cost in (("solo", solo), ("classic", classic)):
        for what, value in cost.items():
            ratio = value / solo[what] if name == "classic" and solo[what] else None
            remark = "ratio to solo" if ratio is not None else ""
            what = f"{what} an experiment"
            rows.append(Row("minds", name, what, value, ratio=ratio, remark=remark))
    return rows


def _cost(name: str, count: int) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="orgloop-minds-") as folder,
        ApiServer(Mind()) as server,
        _asking(server),
    ):
        lab = make_lab(Path(folder, "lab"), size=_PROGRAM_BYTES, org=Employed(name))
        run = run_lab(lab, count)
        with Ledger.read_only(ledger_path(lab)) as ledger:
            counts = ledger.runs.counts(RUN)
        calls = len(server.asked)
    return {
        "calls": calls / count,
        "input tokens": counts.input_tokens / count,
        "cached tokens": counts.cached_tokens / count,
        "output tokens": counts.output_tokens / count,
        "bench runs": run.runs_each,
    }


@contextmanager
def _asking(server: ApiServer) -> Iterator[None]:
    before = dict(os.environ)
    os.environ |= {"OPENAI_API_KEY": "scripted", "OPENAI_BASE_URL": f"{server.url}/v1"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
