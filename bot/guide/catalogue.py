"""What the guide knows, as values. Filled from the content files by ``bot.knowledge``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fit:
    """When an item belongs on a patient's list: any one match is enough.

    Attributes:
        always: for everyone.
        families: for conditions of one of these families.
        surgery: when an operation was done or recommended.
        child: when the patient is a child.
        caregiver: when someone writes for the patient.
    """

    always: bool = False
    families: frozenset[str] = frozenset()
    surgery: bool = False
    child: bool = False
    caregiver: bool = False


@dataclass(frozen=True)
class RecordItem:
    """One kind of medical record: what it is, why it matters, how to ask for it."""

    id: str
    text: str
    why: str
    how: str
    base: bool
    fit: Fit
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question to ask at the consultation.

    Attributes:
        id, group, text: what it is, under which title, in which words.
        base: for everyone.
        fit: for whom else.
        words: what else patients call what it is about ("side effects").
    """

    id: str
    group: str
    text: str
    base: bool
    fit: Fit
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specialist:
    """A type of specialist, with its NUCC taxonomy code."""

    id: str
    title: str
    taxonomy_code: str
    does: str
    how_to_find: str
    child: str = ""


@dataclass(frozen=True)
class Family:
    """A family of conditions, such as cancer or lung disease."""

    id: str
    title: str
    serious: bool
    plain: str = ""


@dataclass(frozen=True)
class Topic:
    """One thing the guide can explain: response keys in order, and the next step it offers.

    Attributes:
        say: in full.
        again: the second time, in other words.
        offer: the next step.
        sources: of its facts.
        uninsured: what is said instead to who has no insurance, if that differs.
    """

    say: tuple[str, ...]
    again: tuple[str, ...]
    offer: str
    sources: tuple[str, ...] = ()
    uninsured: Topic | None = None


@dataclass(frozen=True)
class FollowUp:
    """A short question that means something only after a topic ("what if they say no?").

    Attributes:
        after: the topics or lists it may follow.
        words: phrases that tell it, small letters without marks.
        topic: what to say.
    """

    after: frozenset[str]
    words: tuple[str, ...]
    topic: Topic


@dataclass(frozen=True)
class Catalogue:
    """Everything the content files hold that decisions need."""

    records: tuple[RecordItem, ...]
    question_groups: Mapping[str, str]
    questions: tuple[Question, ...]
    specialists: Mapping[str, Specialist]
    families: Mapping[str, Family]
    topics: Mapping[str, Topic]
    sources: Mapping[str, str] = field(default_factory=dict)
    follow_ups: tuple[FollowUp, ...] = ()
    own_subject: frozenset[str] = frozenset()
