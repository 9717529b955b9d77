"""The question list, fitted to the situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.guide.catalogue import Catalogue, Fit, Question
from bot.guide.fitting import fits
from bot.guide.situation import Situation

OWN = "own"
LONGEST_OWN = 300
"""Characters in a question of one's own: what fits on two lines of a printed sheet."""
MOST_OWN = 300
"""Ten printed pages of them: more than anybody asked for."""


TOP, PICKED = "top", "picked"
MOST_IMPORTANT = 3
"""A visit is short: more than three questions that come first are none."""


@dataclass(frozen=True)
class QuestionGroup:
    """A group of questions under a title."""

    id: str
    title: str
    questions: tuple[Question, ...]


def numbered_list(
    situation: Situation,
    catalogue: Catalogue,
    titles: Mapping[str, str],
    group: str | None = None,
) -> tuple[QuestionGroup, ...]:
    """Return the whole list in the order in which it is shown and numbered.

    The three most important ones of the patient's choice, what else they picked, their own, and
    the rest by topic; what they dropped is left out.

    Args:
        situation: whose list.
        catalogue: the questions there are.
        titles: words above "top", "picked" and "own".
        group: only this topic's questions, if it is one of the catalogue's.
    """
    own = tuple(
        Question(f"{OWN}_{number}", OWN, text, False, Fit())
        for number, text in enumerate(situation.own_questions, 1)
    )
    topics = question_list(situation, catalogue, group)
    only_topic = group in catalogue.question_groups
    known = {q.id: q for q in (*own, *(q for t in topics for q in t.questions))}
    gone = situation.questions_dropped
    picked = [] if only_topic else [i for i in situation.questions_top if i in known]
    picked = [key for key in picked if key not in gone]
    parts = [
        (TOP, titles[TOP], tuple(known[i] for i in picked[:MOST_IMPORTANT])),
        (PICKED, titles[PICKED], tuple(known[i] for i in picked[MOST_IMPORTANT:])),
        (OWN, titles[OWN], () if only_topic else own),
        *((t.id, t.title, t.questions) for t in topics),
    ]
    shown = []
    for key, title, questions in parts:
        left = questions
        if key not in (TOP, PICKED):
            left = tuple(q for q in questions if q.id not in gone and q.id not in picked)
        if left:
            shown.append(QuestionGroup(key, title, left))
    return tuple(shown)


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
