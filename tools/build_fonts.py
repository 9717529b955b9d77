"""Derives the fonts of the printed papers from the fonts that Debian packages.

Usage: ``python -m tools.build_fonts --source DIR``, where DIR holds the unpacked packages
``fonts-noto-core`` (SIL Open Font License 1.1) and ``fonts-droid-fallback`` (Apache License 2.0),
as ``apt-get download`` and ``dpkg-deb -x`` leave them. Hints for coarse screens are left out, which
halves the files; of the fallback font only what no other font has is kept. ``coverage.txt`` says
which characters can be printed (bot/papers/letters.py reads it).
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from bot.paths import ROOT

TARGET = ROOT / "bot" / "papers" / "fonts"
NOTO = Path("usr/share/fonts/truetype/noto")
DROID = Path("usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")
SCRIPTS = (
    "", "Hebrew", "Arabic", "Armenian", "Georgian", "Thai", "Lao", "Khmer", "Myanmar", "Ethiopic",
    "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Tamil", "Telugu", "Kannada", "Malayalam",
    "Sinhala",
)  # fmt: skip
"""The scripts that have a font of their own; "" is Latin, Greek and Cyrillic."""
CONTROLS = 0x20
"""What lies below is no character to print."""


def characters(path: Path) -> set[int]:
    """Return the characters a font has a picture for."""
    with TTFont(path) as font:
        return {code for code in font.getBestCmap() if code >= CONTROLS}


def ranges(codes: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield runs of characters as (first, last)."""
    first = last = -2
    for code in sorted(codes):
        if code != last + 1:
            if first >= 0:
                yield first, last
            first = code
        last = code
    if first >= 0:
        yield first, last


def shrink(source: Path, target: Path, codes: Iterable[int]) -> None:
    """Write a font with some of its characters, without hints."""
    options = subset.Options()
    options.hinting = False
    with subset.load_font(str(source), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=codes)
        subsetter.subset(font)
        subset.save_font(font, str(target), options)


def main() -> None:
    """Write the fonts and the list of what they cover."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    source = parser.parse_args().source
    covered: set[int] = set()
    for name in (*(f"NotoSans{script}-Regular.ttf" for script in SCRIPTS), "NotoSans-Bold.ttf"):
        found = characters(source / NOTO / name)
        shrink(source / NOTO / name, TARGET / name, found)
        covered |= found
    rest = characters(source / DROID) - covered
    shrink(source / DROID, TARGET / DROID.name, rest)
    lines = (f"{first:04X}-{last:04X}" for first, last in ranges(covered | rest))
    (TARGET / "coverage.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
