"""What ships passes every check that editors run: make check-data."""

from __future__ import annotations

import datetime

import pytest

from bot.paths import ROOT
from tools import (
    check_data,
    check_data_examples,
    check_data_facts,
    check_data_references,
    check_data_responses,
    check_data_schemas,
    check_data_wording,
)
from tools.check_data_files import Content, Problem

CONTENT = Content(ROOT)
CHECKS = [
    check_data_schemas.problems,
    check_data_schemas.stray_files,
    check_data_schemas.reserved_lines,
    *check_data_references.CHECKS,
    *check_data_responses.CHECKS,
    *check_data_wording.CHECKS,
    *check_data_examples.CHECKS,
    check_data_facts.facts_have_sources,
    check_data_facts.unused_sources,
]


def to_mend(problems: list[Problem]) -> str:
    return "\n".join(str(problem) for problem in problems if not problem.warning)


@pytest.mark.parametrize(
    "check", CHECKS, ids=lambda check: f"{check.__module__[17:]}.{check.__name__}"
)
def test_the_content_passes(check):
    assert to_mend(list(check(CONTENT))) == ""


def test_no_source_is_past_its_review_date_on_the_day_of_release():
    released = max(
        entry["reviewed"] for entry in CONTENT.knowledge("sources").value["sources"].values()
    )
    assert to_mend(list(check_data_facts.review_dates(CONTENT, released))) == ""


def test_the_program_says_so_in_one_line_and_succeeds(capsys):
    assert check_data.report([], CONTENT) == 0
    assert "Content is fine" in capsys.readouterr().out


def test_there_is_a_schema_for_every_knowledge_file_and_none_too_many():
    schemas = {path.stem for path in check_data_schemas.SCHEMAS.glob("*.yml")}
    files = {path.stem for path in (ROOT / "data" / "knowledge").glob("*.yml")}
    assert schemas - {"common", "responses"} == files


def test_a_review_date_is_never_further_off_than_two_years():
    for name, entry in CONTENT.knowledge("sources").value["sources"].items():
        assert entry["due"] - entry["reviewed"] <= datetime.timedelta(days=731), name
