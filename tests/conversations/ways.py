"""Each worry in five people's words, none of them a training example (test_own_words.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Concern(NamedTuple):
    """A worry.

    Attributes:
        answer: expressions that only the right answer holds.
        ways: how different people say it.
    """

    answer: tuple[str, ...]
    ways: tuple[str, ...]


CONCERNS: Mapping[str, Concern] = {
    "offending the doctor": Concern(
        ("Good doctors encourage a second opinion", "You can be both: loyal and careful"),
        (
            "Dr. Patel delivered both my children. How do I do this without hurting her feelings?",
            "will my surgeon be mad at me if he finds out i talked to somebody else",
            "it seems disrespectful to go behind the back of a man who saved my life",
            "I am shy person and I do not want that doctor thinks I no trust him",
            "My husband says get a second opinion but I'm scared our doctor will drop us over it",
        ),
    ),
    "insurance": Concern(
        ("Many plans cover a second opinion", "Medicare Part B helps pay"),
        (
            "Is this something Blue Shield normally reimburses?",
            "medicaid here in ohio, do they let you see a 2nd dr",
            "Will UnitedHealthcare make me pay for the other specialist out of network?",
            "My mother only has Medicare part B. Would that take care of another surgeon's opinion?",  # noqa: E501
            "i have an hmo thru work and am nervous they wont approve another opinion",
        ),
    ),
    "time": Concern(
        ("Most diagnoses leave time", "expedited"),
        (
            "The surgery is in nine days. Is that enough to hear from somebody else first?",
            "Could waiting three weeks let the tumor grow?",
            "everything is moving so fast, can i even slow it down to ask another dr",
            "My doctor wants to start right away and I fear losing precious weeks",
            "Is harmful if I delay therapy for ask other doctor?",
        ),
    ),
    "family": Concern(
        ("touches the whole family", "include trusted family"),
        (
            "My daughter has three little ones and a job, I can't ask her to drive me all over",
            "i feel guilty making everybody go through more of this",
            "Mother would rather keep quiet than trouble us children with another hospital",
            "I don't wish to weigh down my sons with my medical decisions",
            "my family has suffered enough already bc of my illness, they dont need more stress",
        ),
    ),
    "pushback": Concern(
        ("I'm sorry that happened", "you were not wrong to ask"),
        (
            "He rolled his eyes and told me I was wasting everyone's time when I brought it up",
            "the office flat out wont release my chart to the other hospital",
            "My oncologist got really cold with me after I mentioned seeing somebody at Mayo",
            "Doctor said if we go elsewhere he won't treat my dad any longer",
            "she snapped at me for wanting another opinion and now i feel stupid",
        ),
    ),
    "cost": Concern(
        ("Money is a real worry", "good-faith estimate"),
        (
            "I live on a small pension, can I afford something like that?",
            "whats the price tag on one of these",
            "How many dollars are we talking about for another specialist?",
            "We are nearly broke after the hospital bills, is there a cheap way to do this?",
            "roughly what would i pay out of my own pocket for that visit",
        ),
    ),
    "fear": Concern(
        ("there is no right way to feel", "One step at a time is enough"),
        (
            "I haven't slept since they told me. I'm terrified",
            "cant stop crying since the biopsy came back",
            "I am so frightened of what the next doctor might find",
            "it's all too much, my head is spinning and I don't know how to cope",
            "honestly the whole thing makes me panic",
        ),
    ),
    "privacy": Concern(
        ("You choose what to tell", "The clinic's staff can read the chat"),
        (
            "Who gets to read the things I type here?",
            "are u going to sell my health info",
            "Will my employer be able to find out what I told you?",
            "Is this conversation recorded somewhere and for how long?",
            "how safe is it to put my medical details into this thing",
        ),
    ),
    "travel": Concern(
        ("a second opinion often needs no trip at all", "near home"),
        (
            "The nearest big hospital is a five hour drive and I don't own a car",
            "we live way out in the sticks in montana, theres no specialists around here",
            "Dad can't sit in a car for more than twenty minutes, how would he ever get there?",
            "I'm not able to fly since the operation so seeing someone out of state is impossible",
            "no big cancer center within 300 miles of us",
        ),
    ),
}
