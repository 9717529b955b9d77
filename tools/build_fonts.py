"""Derives the fonts of the printed papers from the fonts that Debian packages.

Usage: ``python -m tools.build_fonts --source DIR``, where DIR holds the unpacked packages
``fonts-noto-core`` (SIL Open Font License 1.1) and ``fonts-droid-fallback`` (Apache License 2.0),
as ``apt-get download`` and ``dpkg-deb -x`` leave them. Hints for coarse screens are left out, which
halves the files; of the fallback font only what no other font has is kept. ``coverage.txt`` says
which characters each font has (bot/papers/letters.py reads it).
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
BOLD = "NotoSans-Bold.ttf"
"""For titles, which are ours; other scripts have no bold."""
SCRIPTS = (
    "", "Hebrew", "Arabic", "Armenian", "Georgian", "Thai", "Lao", "Khmer", "Myanmar", "Ethiopic",
    "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Tamil", "Telugu", "Kannada", "Malayalam",
    "Sinhala",
)  # fmt: skip
"""The scripts that have a font of their own; "" is Latin, Greek and Cyrillic. The template sets
text in the same order."""
CONTROLS = 0x20
"""What lies below is no character to print."""


def characters(path: Path) -> set[int]:
    """Return the characters a font has a picture for."""
    with TTFont(path) as font:
        return {code for code in font.getBestCmap() if code >= CONTROLS}


def ranges(codes: Collection[int]) -> Iterator[str]:
    """Yield runs of characters as "first-last", in hexadecimal."""
    first = last = -2
    for code in sorted(codes):
        if code != last + 1:
            if first >= 0:
                yield f"{first:X}-{last:X}"
            first = code
        last = code
    if first >= 0:
        yield f"{first:X}-{last:X}"


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
    covered: dict[str, set[int]] = {}
    for name in (f"NotoSans{script}-Regular.ttf" for script in SCRIPTS):
        covered[name] = characters(source / NOTO / name)
        shrink(source / NOTO / name, TARGET / name, covered[name])
    bold = source / NOTO / BOLD
    shrink(bold, TARGET / BOLD, characters(bold))
    covered[DROID.name] = characters(source / DROID).difference(*covered.values())
    shrink(source / DROID, TARGET / DROID.name, covered[DROID.name])
    lines = [f"{name} {' '.join(ranges(codes))}" for name, codes in covered.items()]
    (TARGET / "coverage.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
