"""Checks every content file, and says in plain sentences what is wrong and where.

Run as ``python -m tools.check_data`` (part of ``make check-data``). For editors: no knowledge of
Python is needed to act on what it prints.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from itertools import groupby

from bot.paths import ROOT
from tools import (
    check_data_descriptions,
    check_data_examples,
    check_data_facts,
    check_data_references,
    check_data_responses,
    check_data_schemas,
    check_data_wording,
)
from tools.check_data_files import Content, Problem

MOST_SHOWN = 25
"""Problems printed of one file: a slip in a long list need not hide everything else."""


def problems(content: Content, today: datetime.date) -> list[Problem]:
    """Return everything that is wrong, in the order of files and lines.

    The form comes first: as long as a file can't be read, what it means can't be judged.
    """
    of_form = [*check_data_schemas.problems(content), *check_data_examples.readable(content)]
    if of_form:
        return sorted(set(of_form))
    return sorted(
        {
            *check_data_schemas.stray_files(content),
            *check_data_schemas.reserved_lines(content),
            *check_data_references.problems(content),
            *check_data_descriptions.problems(content),
            *check_data_responses.problems(content),
            *check_data_wording.problems(content),
            *check_data_facts.problems(content, today),
            *check_data_examples.problems(content),
        }
    )


def summary(content: Content) -> str:
    """Return one line on what was checked."""
    files = len(content.folder("knowledge"))
    bubbles = sum(1 for _ in check_data_wording.bubbles(content))
    examples = len(check_data_examples.examples(content))
    return f"Content is fine: {files} knowledge files, {bubbles} bubbles, {examples} examples."


def report(found: Sequence[Problem], content: Content) -> int:
    """Print what was found; return the exit status."""
    for file, of_file in groupby(found, key=lambda problem: problem.file):
        problems_here = list(of_file)
        print(*problems_here[:MOST_SHOWN], sep="\n")
        if len(problems_here) > MOST_SHOWN:
            print(f"{file}: and {len(problems_here) - MOST_SHOWN} more")
    failures = sum(not problem.warning for problem in found)
    if failures:
        print(f"\n{failures} to mend. Each line above begins with file:line.")
        return 1
    print(summary(content))
    return 0


def main() -> int:
    """Check the content of this checkout."""
    content = Content(ROOT)
    return report(problems(content, datetime.date.today()), content)


if __name__ == "__main__":
    sys.exit(main())
