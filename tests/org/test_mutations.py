"""No edit of a real file, however broken, is more than a problem with a line."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgloop.org import load_org
from orgloop.problems import Problems
from orgloop.task import parse_task

GOOD = Path(__file__).parents[1] / "bad_inputs" / "good"
FILES = {
    path: (GOOD / path).read_bytes()
    for path in ("task.md", "org/charter.md", "roles/pi.md", "roles/experimenter.md")
}
ORG = {
    str(path.relative_to(GOOD)): path.read_bytes()
    for path in sorted([*GOOD.glob("org/*.md"), *GOOD.glob("roles/*.md")])
}
SPLINTERS = (
    "---\n|\n|\t|: |- |[|}|{{|{%|*a|&a |'|\"|-->| -- x |```|```mermaid\n|\0|\r|#|!!x |<<: "
    "|org:|tools:|seats: 3\n|every: |%%|;|&|keep|bench|discard|end|true|1e999|.nan|\u2028|\ufeff"
)
PIECES = st.one_of(
    st.sampled_from([*(piece.encode() for piece in SPLINTERS.split("|")), b"\xff", b"|"]),
    st.binary(max_size=4),
    st.text(max_size=4).map(lambda text: text.encode("utf-8", "ignore")),
)


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    content = original
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        match draw(st.sampled_from(["insert", "delete", "replace", "swap", "repeat"])):
            case "insert":
                content = content[:at] + draw(PIECES) + content[at:]
            case "delete":
                content = content[:at] + content[at + draw(st.integers(1, 30)) :]
            case "replace":
                piece = draw(PIECES)
                content = content[:at] + piece + content[at + len(piece) :]
            case "swap":
                lines = content.split(b"\n")
                one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
                lines[one], lines[other] = lines[other], lines[one]
                content = b"\n".join(lines)
            case _:
                lines = content.split(b"\n")
                lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(lines)))
                content = b"\n".join(lines)
    return content


def lines_of(content: bytes) -> int:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def assert_honest(problems: Problems, path: str, content: bytes) -> None:
    for problem in problems:
        assert problem.message.endswith(".")
        if problem.path == path and problem.line is not None:
            assert 1 <= problem.line <= lines_of(content)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(mutated(FILES["task.md"]))
def test_a_mutated_task_is_read_or_told(content: bytes) -> None:
    problems = Problems()

    task = parse_task(content, "task.md", problems)

    assert (task is None) == problems.blocking
    assert_honest(problems, "task.md", content)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data(), st.sampled_from(["org/charter.md", "roles/pi.md", "roles/experimenter.md"]))
def test_a_mutated_organization_is_read_or_told(data: st.DataObject, path: str) -> None:
    content = data.draw(mutated(FILES[path]))

    org, problems = load_org({**ORG, path: content}, None)

    assert (org is None) == problems.blocking
    assert_honest(problems, path, content)
    if org is not None:
        assert org.charter.flow.entry in org.charter.flow.nodes
