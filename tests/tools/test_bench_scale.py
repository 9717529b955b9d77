"""Measuring whole turns: what is sent, how it is counted, and that the document says the same."""

from __future__ import annotations

import json
import os

import pytest

from tools.bench_pictures import turn_times
from tools.bench_scale import DOCUMENT, FOUND
from tools.bench_scale_load import NOT_SENT, Crowd, Turn, dealt, evenly
from tools.bench_scale_plan import need, plan
from tools.bench_scale_servers import cpu_seconds, family
from tools.bench_scale_tables import ROWS, Row, markdown, refresh, table

TEXTS = [f"message {number}" for number in range(30)]
FIGURES = {
    "cpu_ms": 10.0, "database_cpu_ms": 1.0, "kb_per_conversation": 100.0, "wal_kb_per_turn": 10.0,
    "events_per_turn": 10.0, "crowd_per_s": 90.0, "turn_p50_ms": 20.0,
}  # fmt: skip


def test_nobody_says_anything_twice_and_every_server_hears_the_same():
    said = dealt(TEXTS, 5, 10)
    assert [len(set(texts)) for texts in said] == [10] * 5
    assert said == dealt(TEXTS, 5, 10)


def test_a_conversation_longer_than_there_are_messages_says_each_as_often():
    (said,) = dealt(TEXTS, 1, 90)
    assert {said.count(text) for text in TEXTS} == {3}


def test_a_long_conversation_ends_as_wordily_as_it_begins():
    texts = ["x" * number for number in range(1, 101)]
    said = evenly(texts, 100)
    assert sorted(said) == sorted(texts)
    assert all(abs(len(a) - len(b)) == 1 for a, b in zip(said, said[::-1], strict=True))
    assert len(evenly(texts, 405)) == 405


def test_messages_in_a_second_are_of_all_turns():
    assert Crowd([Turn(0.5)] * 100, 4.0).per_second == 25


def test_a_ratio_says_how_many_times_better_ours_is():
    assert Row("a", "").ratio(5, 20) == 4
    assert Row("a", "", more_is_better=True).ratio(20, 5) == 4
    assert Row("a", "").ratio(5, None) is None


@pytest.mark.parametrize(("ours", "baseline", "met"), [
    (90, 20, True), (79, 20, False), (90, 31, False), (90, None, True), (None, 20, None),
])  # fmt: skip
def test_a_target_is_met_if_all_of_it_is_that_can_be_told(ours, baseline, met):
    row = Row("a", "", least=80, times=3, more_is_better=True)
    assert row.is_met(ours, baseline) is met
    assert row.target == ">= 80, 3 x the baseline"


def test_the_table_shows_what_was_measured_and_nothing_else():
    lines = table({"ours": FIGURES, "baseline": {"crowd_per_s": 15.0}}).splitlines()
    assert lines[0].split() == ["ours", "baseline", "better", "by", "target", "met"]
    shown = {line.split("  ")[0]: line.split() for line in lines[1:]}
    assert (
        shown["50 at once, messages/s"][-9:]
        == [*"90 15 x6.0 >= 80, 3 x the baseline yes".split()][-9:]
    )
    assert shown["a turn, p50, ms"][-1] == "no"
    assert len(shown) == sum(row.key in FIGURES for row in ROWS)


def test_a_hundred_times_the_conversations_take_a_hundred_times_as_much():
    few, many = need(1_000_000, FIGURES), need(100_000_000, FIGURES)
    assert many.peak == pytest.approx(100 * few.peak)
    assert many.rows_gb == pytest.approx(100 * few.rows_gb) == 30_000
    assert few.cpus == 2 and many.cpus == 47
    assert few.dollars < many.dollars < 100 * few.dollars


def test_the_smallest_volume_takes_one_machine():
    small = need(10_000, FIGURES)
    assert (small.cpus, small.database_cpus) == (2, 1)
    assert small.dollars < 100


def test_without_a_database_there_is_no_plan():
    assert plan({"cpu_ms": 10.0}) == ""


@pytest.mark.parametrize(("others", "said"), [(0.2, False), (7.9, True)])
def test_figures_of_a_busy_machine_say_so(others, said):
    machine = {"date": "2026-01-01", "cores": 2, "load_before": others}
    parts = markdown({"machine": machine, "figures": {"ours": FIGURES}})
    assert ("The machine was busy" in parts["measured"]) is said
    assert parts["measured"].count("\n|") == 2 + sum(row.key in FIGURES for row in ROWS)


def test_only_what_stands_between_the_marks_is_replaced():
    text = "a\n<!-- plan: made by tools.bench_scale -->\nold\n<!-- /plan -->\nb\n"
    assert "new\n<!-- /plan -->\nb\n" in refresh(text, {"plan": "new\n"})
    assert refresh(refresh(text, {"plan": "new\n"}), {"plan": "old\n"}) == text


def test_the_document_says_what_was_measured_last():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert refresh(text, markdown(json.loads(FOUND.read_text(encoding="utf-8")))) == text


def test_the_picture_is_drawn(tmp_path):
    curves = {"ours": [10.0] * 40, "baseline": [30.0 + n for n in range(40)]}
    turn_times(curves, {"ours": FIGURES, "baseline": {"crowd_per_s": 15.0}}, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_what_would_end_a_conversation_is_not_sent():
    assert {"request_human", "delete_my_data", "opt_out", "report_emergency"} <= NOT_SENT


def test_a_process_is_its_own_family_and_has_used_time():
    assert os.getpid() in set(family(os.getpid()))
    assert cpu_seconds(os.getpid()) > 0
