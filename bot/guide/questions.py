"""The question list, fitted to the situation."""

from __future__ import annotations

from dataclasses import dataclass

from bot.guide.catalogue import Catalogue, Question
from bot.guide.fitting import fits
from bot.guide.situation import Situation

OWN = "own"
LONGEST_OWN = 300
"""Characters in a question of one's own: what fits on two lines of a printed sheet."""
MOST_OWN = 50


@dataclass(frozen=True)
class QuestionGroup:
    """A group of questions under a title; the patient's own ones come first."""

    id: str
    title: str
    questions: tuple[Question, ...]


def question_list(
    situation: Situation, catalogue: Catalogue, group: str | None = None
) -> tuple[QuestionGroup, ...]:
    """Return the questions to ask, by topic.

    Args:
        situation: whose list.
        catalogue: the questions there are.
        group: only this topic's questions, if it is one of the catalogue's.
    """
    groups = []
    for key, title in catalogue.question_groups.items():
        chosen = tuple(
            q for q in catalogue.questions if q.group == key and (q.base or fits(q.fit, situation))
        )
        if chosen and (group in (None, key) or group not in catalogue.question_groups):
            groups.append(QuestionGroup(key, title, chosen))
    return tuple(groups)
