from __future__ import annotations

from orgloop.markdown import fences


def test_a_block_within_a_longer_fence_is_text() -> None:
    text = "````markdown\n```mermaid\na\n```\n````\n\n~~~ Mermaid x\nb\n~~~"

    outer, second = fences(text)

    assert (outer.language, outer.text, outer.line) == ("markdown", "```mermaid\na\n```", 1)
    assert (second.language, second.text, second.line, second.end) == ("mermaid", "b", 7, 9)


def test_a_block_without_an_end_reaches_to_the_last_line() -> None:
    (block,) = fences("one\n```mermaid\na\nb")

    assert not block.closed
    assert block.text == "a\nb"


def test_inline_code_is_no_block() -> None:
    assert fences("``` a ``` b\n    ```indented code\n") == ()


def test_an_indented_fence_loses_its_indent_inside() -> None:
    (block,) = fences("  ```mermaid\n  a\n      b\n  ```")

    assert block.text == "a\n    b"
