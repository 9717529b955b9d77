"""Makes the pictures of papers in the documentation: ``python -m tools.paper_pictures``.

``python -m tools.screenshots`` takes the one of the page, which needs the running product.
"""

from __future__ import annotations

import datetime

import pypdfium2
from PIL import Image, ImageOps

from bot.guide.situation import Condition, Situation
from bot.knowledge import catalogue
from bot.papers.packet import PLAN, paper
from bot.papers.typeset import pdf
from bot.papers.view import View
from tools.screenshots import PICTURES

SCALE, EDGE = 1.1, 12
TODAY = datetime.date(2026, 11, 23)
SOMEONE = Situation(
    condition=Condition(
        "DOID:1324", "lung cancer", "lung cancer", ("cancer", "lung"),
        ("medical_oncology", "pulmonology"), serious=True,
    ),
    relation="mother",
    records_done=frozenset({"history", "imaging", "medications"}),
    records_asked=(("lab_pathology", "2026-11-20"), ("pathology_slides", "2026-10-19")),
    own_questions=("Will she lose her voice?", "Can she travel to the wedding in May?"),
    questions_top=("cancer_slides", "own_1", "newer_trials"),
    coverage="medicare",
)  # fmt: skip
PAGES = {
    # name: (how a page begins, whether in large print)
    "papers-packet": [("My papers", False), ("Records to", False), ("Request for", False)],
    "papers-visit": [("Questions to", False), ("Two opinions", False), ("Words for the", True)],
}


def pages(large: bool) -> list[tuple[str, Image.Image]]:
    """Return the words and the picture of each page of a packet."""
    document = pypdfium2.PdfDocument(pdf(paper(PLAN, View(SOMEONE, catalogue(), TODAY)), large))
    found = []
    for number in range(len(document)):
        text = document[number].get_textpage().get_text_range()
        found.append((text, document[number].render(scale=SCALE).to_pil().convert("L")))
    return found


def main() -> None:
    """Write the pictures: three pages side by side on each."""
    printed = {large: pages(large) for large in (False, True)}
    for name, wanted in PAGES.items():
        shown = [
            next(image for text, image in printed[large] if text.startswith(words))
            for words, large in wanted
        ]
        framed = [ImageOps.expand(image, EDGE, 205) for image in shown]
        width, height = framed[0].size
        row = Image.new("L", (width * len(framed), height), 205)
        for number, image in enumerate(framed):
            row.paste(image, (number * width, 0))
        row.quantize(16).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
