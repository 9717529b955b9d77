"""What is said beside a condition that papers must keep: which side, which stage and grade."""

from __future__ import annotations

import re
from collections.abc import Sequence

ORGANS = frozenset(
    (
        "adrenal ankle arm artery atrium axilla body brain breast breasts buttock calf carotid "
        "cheek chest collarbone ear ears elbow eye eyes face facial femoral femur fibula finger "
        "flank foot forearm frontal groin half hand hands heel hemisphere hip hips humerus "
        "iliac jaw kidney kidneys knee knees labrum leg legs lobe lower lung lungs main mca "
        "meniscus middle nipple occipital ovarian ovary ovaries parietal parotid pelvis renal "
        "rib rotator shoulder shoulders side sided temporal testicle testicles testis thigh "
        "thumb thyroid tibia toe tonsil tube upper ureter vein ventricle vocal wrist"
    ).split()
)
"""What has a left and a right: "left breast", but not "left my job", "right away"."""
_SIDE = re.compile(r"\b(left|right|both|bilateral)(?:[ -]([a-z]+))?", re.I)
_ON_SIDE = re.compile(r"\bon (?:the|my|her|his) (left|right)(?= side\b|\W*$|[,.;!]| and\b)", re.I)
_STAGE = re.compile(
    r"\bstage[ -]?(?:is |number )?(0|[1-5]|iv|i{1,3}|v|one|two|three|four)(?:[ -]?([abc]))?\b", re.I
)
_TNM = re.compile(r"\b[pc]?T[0-4](?:is|[a-d])? ?N[0-3x][a-c]? ?M[01x]\b", re.I)
_GRADE = re.compile(r"\bgrade[ -]?([1-4]|iv|i{1,3}|one|two|three|four)\b", re.I)
_HEIGHT = re.compile(r"\b(low|intermediate|high)[ -]grade\b", re.I)
_GLEASON = re.compile(
    r"\bgleason(?: score| sum)?(?: is| of| was|:)? ?(\d{1,2}(?: ?\+ ?\d)?(?: ?= ?\d{1,2})?)", re.I
)
_NUMBERS = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5",
    "one": "1", "two": "2", "three": "3", "four": "4",
}  # fmt: skip
REACH = 60
"""Characters between a condition and what is said of it."""

Detail = tuple[int, str]
"""Where it stands, and what it is in plain words."""


def details_in(text: str, names: Sequence[tuple[int, int]]) -> list[Detail]:
    """Return sides, stages and grades in a text, in order.

    Args:
        text: the message.
        names: where conditions stand, each as (start, end): a side may stand right before one.
    """
    starts = {start for start, _ in names}
    found = [
        (m.start(), _side(m[1]))
        for m in _SIDE.finditer(text)
        if (m[2] or "").lower() in ORGANS or m.end(1) + 1 in starts
    ]
    found += [(m.start(), _side(m[1])) for m in _ON_SIDE.finditer(text)]
    found += [
        (m.start(), f"stage {_number(m[1])}{(m[2] or '').upper()}") for m in _STAGE.finditer(text)
    ]
    found += [(m.start(), m[0].upper().replace(" ", "")) for m in _TNM.finditer(text)]
    found += [(m.start(), f"grade {_number(m[1])}") for m in _GRADE.finditer(text)]
    found += [(m.start(), f"{m[1].lower()} grade") for m in _HEIGHT.finditer(text)]
    found += [(m.start(), f"Gleason {''.join(m[1].split())}") for m in _GLEASON.finditer(text)]
    return sorted(found)


def shared_out(found: Sequence[Detail], names: Sequence[tuple[int, int]]) -> list[tuple[str, ...]]:
    """Return for each condition what is said of it: each detail belongs to the nearest one."""
    given: list[list[str]] = [[] for _ in names]
    for place, detail in found:
        apart = [_apart(place, start, end) for start, end in names]
        nearest = min(range(len(names)), key=apart.__getitem__, default=None)
        if nearest is not None and apart[nearest] <= REACH and detail not in given[nearest]:
            given[nearest].append(detail)
    return [tuple(details) for details in given]


def _apart(place: int, start: int, end: int) -> int:
    return max(start - place, place - end, 0)


def _side(word: str) -> str:
    return {"left": "left side", "right": "right side"}.get(word.lower(), "both sides")


def _number(word: str) -> str:
    return _NUMBERS.get(word.lower(), word)
