"""Measuring the phones: how figures are made of times."""

from __future__ import annotations

import pytest

from tools.bench_phones import percentile, table


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_percentiles(share, value):
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value


def test_the_table_has_ratios_where_there_is_a_baseline():
    text = table({"ours": {"a": 4.0, "b": 7.0}, "bare": {"a": 2.0}})
    assert "2.0x" in text
    assert text.count("x") == 1
