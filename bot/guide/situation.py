"""What is known about a patient, and only that. Everything else is computed from it."""

from __future__ import annotations

from dataclasses import dataclass

CHILD_RELATIONS = frozenset(
    {
        "son",
        "daughter",
        "child",
        "baby",
        "grandson",
        "granddaughter",
        "grandchild",
        "kid",
        "stepson",
        "stepdaughter",
        "nephew",
        "niece",
        "toddler",
        "infant",
        "newborn",
    }
)

DESCRIBED = "description"
"""The kind of a condition that was described in words we know no name for."""
VAGUE = "lay:a_problem_with"
"""How the ids of entries such as "a problem with the kidneys" begin, when no name was given."""


@dataclass(frozen=True)
class Condition:
    """A diagnosis, injury, procedure, finding or symptom that the patient named.

    Attributes:
        id: of the disease ontology ("DOID:3083") or of our own table ("lay:...").
        name: how we call it.
        said: how the patient called it.
        families: ids of its families, the most specific first.
        specialists: ids of specialist types, the likeliest first; never empty.
        serious: usually life-threatening or life-changing.
        kind: "disease", "injury", "procedure", "finding" or "symptom".
        details: which side, stage and grade, as far as told, in plain words.
    """

    id: str
    name: str
    said: str
    families: tuple[str, ...]
    specialists: tuple[str, ...]
    serious: bool = False
    kind: str = "disease"
    details: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The name with what its owner told of it: "breast cancer (left side, stage 3)"."""
        told = [detail for detail in self.details if detail not in self.name]
        return f"{self.name} ({', '.join(told)})" if told else self.name


@dataclass(frozen=True)
class Situation:
    """The patient's situation, as far as it was told.

    Attributes:
        condition: the diagnosis, if known.
        relation: of the patient to the person who writes ("mother"); None when it is themselves.
        child: the patient is a child.
        surgery, mismatch, options, gut, serious: yes, no or not known yet.
        procedure: the operation or procedure that was advised, if named.
        records_done: ids of the records they have.
        records_asked: ids of the records they asked for, each with the day, as "2026-11-23".
        own_questions: questions they added, in order.
        questions_top: ids of the questions they picked, the most important first.
        questions_dropped: ids of the questions they don't want on the list.
        concerns: intents of the concerns they raised, in order.
        coverage: the kind of insurance, if told.
        heard: intents already answered.
        others: names of what the patient has besides the condition, in the order told.
    """

    condition: Condition | None = None
    relation: str | None = None
    child: bool = False
    surgery: bool | None = None
    mismatch: bool | None = None
    options: bool | None = None
    gut: bool | None = None
    serious: bool | None = None
    procedure: str | None = None
    records_done: frozenset[str] = frozenset()
    records_asked: tuple[tuple[str, str], ...] = ()
    own_questions: tuple[str, ...] = ()
    questions_top: tuple[str, ...] = ()
    questions_dropped: frozenset[str] = frozenset()
    concerns: tuple[str, ...] = ()
    coverage: str | None = None
    heard: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the condition, or none."""
        return self.condition.families if self.condition else ()

    @property
    def had_or_faces_surgery(self) -> bool:
        """An operation was done or recommended, as far as we know."""
        named = self.condition is not None and self.condition.kind == "procedure"
        return bool(self.surgery) or named

    @property
    def caregiver(self) -> bool:
        """Someone writes for the patient."""
        return self.relation is not None
