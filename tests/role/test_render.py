from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgloop.errors import EngineError
from orgloop.problems import Problem, Problems
from orgloop.role import Role, check_body, render, sample_context


def role(body: str) -> Role:
    return Role("pi", "Chooses.", body=body, body_line=10, path="roles/pi.md")


def rendered(body: str) -> str:
    return render(role(body), sample_context())


def checked(body: str) -> list[Problem]:
    problems = Problems()
    check_body(role(body), sample_context(), problems)
    return list(problems)


def test_a_body_sees_everything_that_the_design_promises() -> None:
    text = rendered(
        "{{ task.name }} {{ task.limits }} {{ charter.accept }} {{ role.name }} "
        "{{ experiment.case }} {{ ledger.digest() }} {{ ledger.tried(limit=3) }} "
        "{% for line in inbox %}{{ line }}{% endfor %} {{ budget }} "
        "{% for decision in decisions %}{{ decision }} to {{ decision.target }}, {% endfor %}"
    )

    assert "sample 6 s of CPU time, 60 s on the clock, 2 GB of memory significant" in text
    assert "approve to bench, reject to discard" in text


def test_ordinary_templates_work() -> None:
    assert rendered(
        "{% set a = 1 %}{{ a + 1 }} {{ 'x' ~ 2 }} {{ 'a,b'.split(',') | join('-') }}"
    ) == ("2 x2 a-b")
    assert rendered("{% set t %}in{{ 1 }}{% endset %}{{ t }}") == "in1"
    assert rendered("{% macro f(x) %}<{{ x }}>{% endmacro %}{{ f(2) }}") == "<2>"
    assert rendered("{% for i in range(3) %}{{ loop.index }}{% endfor %}") == "123"


def test_a_long_brief_is_cut_with_a_line_that_says_so() -> None:
    text = render(role("word\n" * 10_000), sample_context(), token_cap=100)

    assert len(text) <= 400
    assert text.endswith("[This brief was longer; it is cut after 100 tokens.]\n")


def test_the_smallest_cap_does_not_raise() -> None:
    assert len(render(role("word " * 100), sample_context(), token_cap=1)) < 100


def test_what_cannot_be_rendered_is_an_engine_error_with_file_and_line() -> None:
    with pytest.raises(
        EngineError, match=r"roles/pi\.md:12\) cannot be rendered: division by zero"
    ):
        rendered("\n\n{{ 1 / 0 }}")


BOMBS = [
    "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
    "{% for a in range(10 ** 8) %}{% endfor %}",
    "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{{ 'a' * 10 ** 9 }}",
    "{{ [0] * 10 ** 9 }}",
    "{{ 9 ** (9 ** 9) }}",
    "{{ 'a'.ljust(10 ** 9) }}",
    "{{ '{:>99999999}'.format(1) }}",
    "{{ '%99999999d' % 1 }}",
    "{{ '%99999999d' | format(1) }}",
    "{{ 'a' | center(10 ** 9) }}",
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60,
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 60,
    "{% set a = 'aaaaaaaaaa' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60,
    "{% set n = namespace(a='aa') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "{% set a = 'a' * 99999 %}{{ a | replace('a', a) }}",
    "{{ ('a' * 99999) | list | join('a' * 99999) }}",
    "{{ ('a' * 99999).replace('a', 'a' * 99999) }}",
    "{{ ([0] * 99999, ) * 99999 }}",
    "{{ 1.5 | round(10 ** 9, 'ceil') }}",
    "{{ 1.5 | tojson(indent=10 ** 9) }}",
    "{{ ('a' * 99999).join(range(99999) | map('string')) }}",
]


@pytest.mark.parametrize("body", BOMBS)
def test_a_body_that_would_never_end_or_fill_the_memory_is_stopped(body: str) -> None:
    assert [problem.severity for problem in checked(body)] == ["error"]
    with pytest.raises(EngineError):
        rendered(body)


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ task.__class__ }}",
        "{{ ledger.digest.__func__.__globals__ }}",
        "{{ (ledger | attr('digest')).__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
    ],
)
def test_what_reaches_out_of_the_sandbox_is_a_problem(body: str) -> None:
    assert checked(body)
    with pytest.raises(EngineError):
        rendered(body)


def test_a_misspelt_name_is_told_with_its_line_and_the_nearest() -> None:
    (problem,) = checked("Hello.\n\n{% if inbox %}\n{{ tsk.name }}\n{% endif %}")

    assert problem.line == 13
    assert problem.key == "tsk"
    assert problem.hint == "Did you mean `task`?"


def test_a_misspelt_attribute_is_found_in_a_branch_that_the_sample_does_not_take() -> None:
    (problem,) = checked("{% if not inbox %}{{ task.limits.memry }}{% endif %}")

    assert problem.message == "`task.limits` has no `memry`."
    assert problem.hint == "Did you mean `memory`?"


def test_attributes_of_items_are_found_by_rendering() -> None:
    (problem,) = checked("one\n{% for d in decisions %}\n{{ d.lable }}\n{% endfor %}")

    assert problem.line == 12
    assert "lable" in problem.message


def test_names_that_a_body_sets_itself_are_its_own() -> None:
    assert checked("{% set task = namespace(x=1) %}{{ task.x }}") == []
    assert checked("{% for ledger in inbox %}{{ ledger.upper() }}{% endfor %}") == []


def test_a_syntax_error_names_the_line_of_the_file() -> None:
    (problem,) = checked("one\ntwo {% if %}\n")

    assert problem.line == 11
    assert "{% raw %}" in problem.hint


@given(st.text(alphabet="{}%#|()[]'\".,+*-~ \nabtaskforinif=0129_", max_size=50))
def test_no_body_raises_anything_but_an_engine_error(body: str) -> None:
    problems = checked(body)
    try:
        rendered(body)
    except EngineError:
        assert problems
    else:
        assert not problems


def test_a_context_without_decisions_renders_too() -> None:
    context = replace(sample_context(), decisions=(), inbox=())

    assert render(role("{% for d in decisions %}{{ d }}{% endfor %}."), context) == "."
