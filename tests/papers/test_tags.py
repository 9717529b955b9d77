"""What a screen reader finds in the PDF: language, title, headings, tables, lists."""

from __future__ import annotations

from typing import Any

import pytest

from bot.papers.packet import KINDS
from tests.papers.conftest import Printed, a_view, printed

VIEW = a_view(relation="mother", own_questions=["Will she lose her voice?"])


def root_of(paper: Printed) -> Any:
    return paper.reader.trailer["/Root"]


def tags(paper: Printed) -> list[str]:
    """Return the sorts of all elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif hasattr(node, "get"):
            if "/S" in node:
                found.append(str(node["/S"]).lstrip("/"))
            walk(node.get("/K", []))

    walk(root_of(paper)["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_is_tagged_and_says_its_language_and_title(kind: str) -> None:
    paper = printed(kind, VIEW)
    root = root_of(paper)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert paper.reader.metadata is not None and paper.reader.metadata.title
    assert "pdfuaid" in paper.reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]


def test_the_title_says_nothing_of_the_diagnosis() -> None:
    assert "cancer" not in str(printed("plan", VIEW).reader.metadata)


def test_each_section_has_its_heading_and_the_lists_are_tables_and_lists() -> None:
    found = tags(printed("plan", VIEW))
    assert found.count("H1") == 8
    assert found.count("Table") == 2
    assert found.count("TH") >= 4 + 3
    assert "L" in found and "LI" in found
    assert "H2" in found


def test_the_outline_leads_to_every_section() -> None:
    outline = printed("plan", VIEW).reader.outline
    titles = [entry.title for entry in outline if not isinstance(entry, list)]
    assert titles[0] == "My papers for a second opinion"
    assert "Request for medical records" in titles and len(titles) == 8
