"""Sets a paper in type: a tagged PDF (PDF/UA-1), in normal or large print.

The template never sees markup of a patient's: all words come to it as data, and it draws them as
words. Fonts of the machine are never used.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import typst

from bot.knowledge import knowledge
from bot.papers.letters import all_printable, printable
from bot.papers.model import Paper
from bot.papers.paths import FONTS, TEMPLATES

TEMPLATE = TEMPLATES / "paper.typ"


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return our fonts, and no others."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def pdf(paper: Paper, large: bool = False) -> bytes:
    """Return a paper as PDF. Takes a moment of pure computing: call it in a thread.

    Args:
        paper: what to set in type.
        large: in large print, for people who see little.

    Raises:
        typst.TypstError: the template is wrong; no words of a patient's can cause it.
    """
    data = asdict(paper)
    shown = _printable(data)
    shown["large"] = large
    shown["note"] = "" if _whole(data) else knowledge("papers")["page"]["not_printed"]
    result = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATES),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(shown)},
        pdf_standards="ua-1",
        format="pdf",
    )
    return bytes(result)


def _printable(node: Any) -> Any:
    if isinstance(node, str):
        return printable(node)
    if isinstance(node, dict):
        return {key: _printable(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_printable(value) for value in node]
    return node


def _whole(node: Any) -> bool:
    """Return True if nothing of the words is lost in print."""
    if isinstance(node, str):
        return all_printable(node)
    values = (
        node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ()
    )
    return all(_whole(value) for value in values)
