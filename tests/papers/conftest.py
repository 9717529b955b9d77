"""Papers as a printer and a reader get them: pages as pictures, and the words on them."""

from __future__ import annotations

import datetime
import io
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pypdfium2.raw as raw

from bot.knowledge import catalogue
from bot.papers.model import Paper
from bot.papers.packet import paper
from bot.papers.typeset import pdf
from bot.papers.view import View
from tests.builders import a_situation

TODAY = datetime.date(2026, 11, 23)
SCALE = 1.0
"""Picture points for each point of the page: enough to see ink where none should be."""
EDGE, FOOT = 36, 60
"""Points from the edge of the paper where nothing may stand, and the footer's height."""
WHITE = 250
FOOTER = re.compile(r"Lakeside Clinic · As of .*?Page \d+ of \d+", re.DOTALL)


def a_view(condition: Any = "lung cancer", opinions: Any = ("", "", ""), **known: Any) -> View:
    """Return what papers are made from."""
    return View(a_situation(condition, **known), catalogue(), TODAY, opinions)


@dataclass
class Printed:
    """A paper as PDF."""

    content: bytes

    def __post_init__(self) -> None:
        self.document = pypdfium2.PdfDocument(self.content)
        self.reader = pypdf.PdfReader(io.BytesIO(self.content))

    @property
    def pages(self) -> list[str]:
        """The words of each page; breaks within long words are taken out."""
        texts = [self.document[n].get_textpage().get_text_range() for n in range(len(self))]
        return [text.replace("\u200b", "").replace("\ufffe", "-") for text in texts]

    @property
    def text(self) -> str:
        """All words, without the footers."""
        return " ".join(" ".join(FOOTER.sub("", page) for page in self.pages).split())

    def __len__(self) -> int:
        return len(self.document)

    def picture(self, page: int) -> np.ndarray:
        """Return a page as grey values, from above."""
        bitmap = self.document[page].render(scale=SCALE, grayscale=True)
        return np.asarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)

    def sizes(self, page: int) -> list[float]:
        """Return the size of each letter of a page, in points."""
        text = self.document[page].get_textpage()
        return [raw.FPDFText_GetFontSize(text, n) for n in range(text.count_chars())]

    def letters(self, page: int) -> list[tuple[str, tuple[float, ...]]]:
        """Return each letter of a page with its box: left, bottom, right, top."""
        text = self.document[page].get_textpage()
        found = [
            (text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())
        ]
        return [(letter, box) for letter, box in found if letter.strip()]


def printed(kind: str, view: View, large: bool = False) -> Printed:
    """Return a paper, printed."""
    return Printed(pdf(paper(kind, view), large))


def printed_paper(made: Paper, large: bool = False) -> Printed:
    return Printed(pdf(made, large))


def troubles(pages: Printed) -> list[str]:
    """Return what is wrong to the eye: ink at the edges, empty pages, letters on top of others."""
    found = []
    for number in range(len(pages)):
        picture = pages.picture(number) < WHITE
        height, width = picture.shape
        inner = picture[EDGE : height - EDGE, EDGE : width - EDGE]
        if picture.sum() != inner.sum():
            found.append(f"page {number + 1}: ink at the edge")
        if not picture[: height - FOOT].any():
            found.append(f"page {number + 1}: empty")
        found += [f"page {number + 1}: {words}" for words in _on_top(pages.letters(number))]
    return found


def _on_top(letters: list[tuple[str, tuple[float, ...]]]) -> list[str]:
    """Return pairs of letters of which one covers the middle of the other."""
    plain = [(c, box) for c, box in letters if c.isascii() and c.isalnum()]
    places: dict[tuple[int, int], list[tuple[str, tuple[float, ...]]]] = {}
    for letter, (left, bottom, right, top) in plain:
        middle = ((left + right) / 2, (bottom + top) / 2)
        key = (int(middle[0] // 12), int(middle[1] // 12))
        near = [
            p
            for x in (-1, 0, 1)
            for y in (-1, 0, 1)
            for p in places.get((key[0] + x, key[1] + y), [])
        ]
        for other, (a, b, c, d) in near:
            if a < middle[0] < c and b < middle[1] < d:
                return [f"{letter!r} on top of {other!r}"]
        places.setdefault(key, []).append((letter, (left, bottom, right, top)))
    return []
