"""Every link leads somewhere, and every chart is one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orgloop.charter import chart_of
from orgloop.charter.mermaid import parse_mermaid
from orgloop.problems import Problems

from .page import PAGES, ROOT, blocks

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    return re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in bare}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_page_resolves(page: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(page)):
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        inside = place.is_relative_to(ROOT)
        if not inside or not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_chart_of_the_page_parses(page: Path) -> None:
    charts = re.findall(r"^```mermaid\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    for chart in charts:
        problems = Problems()
        assert parse_mermaid(chart, page.name, 1, problems) is not None, list(problems)


@pytest.mark.parametrize("name", ["README.md", "docs/charter.md"])
def test_the_chart_that_is_shown_is_the_one_that_ships(name: str) -> None:
    shown = re.search(r"^```mermaid\n(.*?)^```$", (ROOT / name).read_text(), re.M | re.S)
    flow = chart_of((ROOT / "org/charter.md").read_bytes())
    assert shown is not None and flow is not None
    drawn = parse_mermaid(shown[1], name, 1, Problems())
    assert drawn is not None
    assert drawn.to_mermaid() == flow.to_mermaid()


def test_every_page_is_reached_from_the_readme() -> None:
    linked = {target.partition("#")[0] for target in _LINK.findall(prose(ROOT / "README.md"))}
    pages = {page.relative_to(ROOT).as_posix() for page in PAGES} - {"README.md"}
    assert pages <= linked


def test_no_address_of_a_machine_or_a_workplace_is_in_a_page() -> None:
    for page in PAGES:
        assert not re.findall(r"/root/|/home/|localhost|127\.0\.0\.1", page.read_text())
        assert all(block.text for block in blocks(page))
