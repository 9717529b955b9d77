from __future__ import annotations

import pytest

from bot.guide.catalogue import Fit
from bot.guide.fitting import fits
from tests.builders import a_situation


def test_what_is_for_everyone_fits_someone_of_whom_nothing_is_known():
    assert fits(Fit(always=True), a_situation())


def test_what_is_for_nobody_in_particular_fits_nobody():
    assert not fits(Fit(), a_situation("copd", surgery=True, child=True, relation="son"))


@pytest.mark.parametrize(
    ("fit", "matching", "other"),
    [
        (Fit(families=frozenset({"lung"})), a_situation("copd"), a_situation("eczema")),
        (Fit(surgery=True), a_situation(surgery=True), a_situation(surgery=False)),
        (Fit(surgery=True), a_situation("knee replacement"), a_situation("back pain")),
        (Fit(child=True), a_situation(child=True), a_situation(relation="mother")),
        (Fit(caregiver=True), a_situation(relation="mother"), a_situation()),
    ],
    ids=["family", "surgery told", "operation named", "child", "caregiver"],
)
def test_one_match_is_enough_and_none_is_too_few(fit, matching, other):
    assert fits(fit, matching)
    assert not fits(fit, other)


def test_any_of_several_families_is_enough():
    fit = Fit(families=frozenset({"heart", "lung"}))
    assert fits(fit, a_situation("lung cancer"))
