"""Every line of the guidance that the product was asked to give, and a way to ask for it.

``LINES`` maps a line of the guidance to what a patient says and to what must then be heard. The
patients' words are this file's own: none of them is a training example (test_own_words.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Line(NamedTuple):
    """One line of the guidance.

    Attributes:
        asked: what a patient says.
        heard: expressions that the answer must hold, upper and lower case alike.
    """

    asked: str
    heard: tuple[str, ...]


WHY: Mapping[str, Line] = {
    "it is no doubt of one's doctor": Line(
        "Is there any point in having another physician go over all this?",
        ("not about doubting your doctor",),
    ),
    "medicine is complex and changes fast": Line(
        "What could somebody else possibly add to what my oncologist told me?",
        ("medicine is complex", "changes fast", "no one doctor can know it all"),
    ),
    "diagnostic errors": Line(
        "what do i gain if one more dr looks at my case",
        (
            "diagnostic errors",
            "an estimated 12 million Americans a year",
            "incomplete information",
            "unusual way",
        ),
    ),
    "plans differ": Line(
        "Give me one good reason to bother with a 2nd opinion",
        ("treatment plans differ", "specialists", "training and experience"),
    ),
    "peace of mind": Line(
        "I believe the diagnosis is right. Is another opinion still useful for anything?",
        ("peace of mind", "a second opinion confirms the first one", "even then it was worth"),
    ),
}

WHEN: Mapping[str, Line] = {
    "serious or life-threatening": Line(
        "For what kinds of illness do people usually go and see another doctor?",
        ("serious or life-threatening",),
    ),
    "complex or rare": Line(
        "In which cases is a second opinion a smart move?", ("complex or rare",)
    ),
    "lung disease": Line(
        "what sort of diagnoses deserve a second look",
        (
            "COPD",
            "interstitial lung disease",
            "pulmonary hypertension",
            "nodules",
            "symptoms overlap",
        ),
    ),
    "major surgery": Line(
        "Generally speaking, under what circumstances would someone ask a different specialist?",
        ("major surgery", "invasive procedure", "alternatives to surgery may exist"),
    ),
    "cancer: experience and rereading": Line(
        "Is this only done for cancer, or when else do patients do it?",
        (
            "cancer",
            "treatment planning",
            "experience differs",
            "tumor type experience",
            "pathology slides",
            "imaging",
            "biomarkers",
            "reread",
        ),
    ),
    "cancer: what else there may be": Line(
        "Tell me the typical situations where a second opinion is recommended",
        ("genetic testing", "targeted therapy", "immunotherapy", "clinical trials"),
    ),
    "doesn't fit, or no improvement": Line(
        "at what point should somebody get their diagnosis double checked",
        ("doesn't fit the symptoms", "no improvement with treatment"),
    ),
    "several options": Line(
        "What are the usual triggers for people to look for another opinion?",
        ("several options", "no clear recommendation"),
    ),
    "intuition": Line(
        "How does a person know it is time to ask a second doctor?",
        ("something feels wrong", "intuition counts"),
    ),
}

RECORDS: Mapping[str, Line] = {
    "history and diagnosis": Line(
        "What paperwork does the new doctor want to see?",
        ("complete medical history", "current diagnosis"),
    ),
    "laboratory and pathology": Line(
        "Make me a list of everything medical I have to collect",
        ("lab results", "pathology reports"),
    ),
    "imaging": Line(
        "which documents should i bring with me to the other hospital",
        ("X-ray", "CT", "MRI", "PET"),
    ),
    "previous treatment": Line(
        "What do I have to put in the folder for the specialist?",
        ("records of earlier treatments",),
    ),
    "medications": Line("what stuff from my chart will the 2nd doc need", ("current medications",)),
    "surgical reports": Line(
        "Could you tell me what papers to pull together before I go?",
        ("surgical reports, if there was an operation",),
    ),
    "copies on request, asking is ordinary": Line(
        "Give me the rundown of medical documents to have ready",
        ("providers must give them", "asking for copies is ordinary"),
    ),
}

CHOOSING: Mapping[str, Line] = {
    "the exact condition, no generalist": Line(
        "How can I tell whether a specialist is the right one?",
        ("expertise in the exact condition", "rather than a generalist"),
    ),
    "where to look": Line(
        "What should I look at when I pick between two surgeons?",
        ("academic medical centers", "cancer centers", "places known for that diagnosis"),
    ),
}

CONSULTATION: Mapping[str, Line] = {
    "review": Line(
        "What will the new doctor do with me when I get there?",
        ("thorough review of the records and tests",),
    ),
    "talk": Line(
        "walk me thru what goes on at that visit", ("talk about the symptoms and history",)
    ),
    "more tests": Line(
        "I've never done this before, what is the appointment going to be like?",
        ("more tests or imaging",),
    ),
    "explanation": Line(
        "How does a consultation like that usually go?",
        ("clear explanation of the findings and recommendations",),
    ),
    "questions": Line("What takes place during the second consult?", ("time for questions",)),
}

DIFFERING: Mapping[str, Line] = {
    "don't panic": Line(
        "My two doctors say opposite things. What now?",
        ("don't panic", "show the value of asking"),
    ),
    "reasoning": Line(
        "One says operate, the other one says wait. Whom do I believe?",
        ("the reasoning behind each",),
    ),
    "experience": Line(
        "what happens when the second doctor contradicts the first",
        ("experience each doctor has with this condition",),
    ),
    "more tests": Line(
        "The new oncologist disagrees completely with the old one, how do I deal with that?",
        ("more tests settle it",),
    ),
    "a third": Line(
        "If they can't agree, should somebody else break the tie?", ("a third specialist",)
    ),
    "values": Line(
        "How am I supposed to decide if the two specialists contradict each other?",
        ("your own values", "quality of life"),
    ),
}

VIRTUAL: Mapping[str, Line] = {
    "leading centers": Line(
        "Is there a way to do all this over video from my living room?",
        ("many leading centers offer second opinions online",),
    ),
    "rural or underserved": Line(
        "do big hospitals do remote consults for second opinions", ("rural or underserved area",)
    ),
    "not available locally": Line(
        "Could a doctor look at my file over the internet?",
        ("expertise is not available locally",),
    ),
    "limited mobility": Line(
        "Can it be handled by telehealth since I use a wheelchair?", ("limited mobility",)
    ),
    "one particular expert": Line(
        "How would a second opinion by computer work?", ("one particular expert",)
    ),
    "electronically, by video": Line(
        "Does it have to be face to face or is a zoom call enough?",
        ("records go to them electronically", "by video"),
    ),
}

CONCERNS: Mapping[str, Line] = {
    "offending: good doctors encourage it": Line(
        "I like my cardiologist a lot and would hate for him to feel insulted",
        ("good doctors encourage a second opinion", "above all when the illness is serious"),
    ),
    "offending: it can strengthen the relationship": Line(
        "Won't this ruin things between me and my doctor?", ("strengthen the relationship",)
    ),
    "offending: a warning sign": Line(
        "She has treated me for twenty years, going to someone else feels like cheating on her",
        (
            "reacts badly to a request for records",
            "discourages another opinion",
            "warning sign",
            "consider changing",
        ),
    ),
    "insurance: many plans": Line(
        "Does Aetna pick up the bill for something like this?",
        ("many plans cover a second opinion", "serious diagnoses like cancer"),
    ),
    "insurance: some require it": Line(
        "I'm on Medicare, is a second opinion included?",
        ("some require one before certain major surgery", "check with the insurer"),
    ),
    "insurance: worth its cost": Line(
        "what if my health plan refuses to pay for it",
        ("even when it is not covered", "often worth its cost", "given what is at stake"),
    ),
    "time: most leave time": Line(
        "Isn't it dangerous to hold off on treatment while I shop around?",
        ("most diagnoses leave time", "a week or two", "rarely changes the outcome"),
    ),
    "time: expedited": Line(
        "They want to begin chemo on Monday, that leaves me no time for this",
        ("truly urgent", "many places have an expedited"),
    ),
    "family: it touches everyone": Line(
        "My kids already do so much, I can't put this on them as well",
        ("touches the whole family",),
    ),
    "family: they would rather help": Line(
        "I'd rather not drag my wife through even more appointments",
        ("most loved ones would rather help", "look at the options", "than wonder later"),
    ),
    "family: include them": Line(
        "everyone at home is worn out because of me, I hate adding to it",
        ("include trusted family",),
    ),
}

KEY_POINTS: Mapping[str, Line] = {
    "right": Line("ok that is everything for now, so long", ("right to get a second opinion",)),
    "time": Line("I have to leave now, talk to you another day", ("time is usually on your side",)),
    "information": Line("That's it from me, good night", ("information empowers",)),
    "support": Line("I'm going to log off now, bye bye", ("healthcare team should support you",)),
    "quality": Line("thats all i needed cya", ("quality over convenience",)),
    "next step": Line(
        "Alright, signing off. Farewell!",
        ("next step", "reach out to a specialist experienced in this condition"),
    ),
}

LINES: Mapping[str, Mapping[str, Line]] = {
    "why": WHY,
    "when": WHEN,
    "records": RECORDS,
    "choosing": CHOOSING,
    "consultation": CONSULTATION,
    "differing opinions": DIFFERING,
    "virtual": VIRTUAL,
    "concerns": CONCERNS,
    "key points": KEY_POINTS,
}

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "diagnosis": (
        "Do you agree with the diagnosis?",
        "What else could explain my symptoms?",
        "Do I need more tests",
        "How certain are you",
    ),
    "treatment": (
        "What are all my treatment options?",
        "risks and benefits of each",
        "newer treatments or clinical trials",
        "What happens if we do nothing",
        "affect my quality of life",
    ),
    "prognosis": (
        "outcomes are realistic",
        "Which factors will matter most",
        "change the long-term outlook",
    ),
    "experience": (
        "How many patients with this condition",
        "success rates with the treatment you recommend",
        "special training",
        "What would change your recommendation?",
    ),
}
"""The sixteen questions by topic."""

ASKED_BY_TOPIC: Mapping[str, str] = {
    "diagnosis": "Which questions about the diagnosis should I put to the specialist?",
    "treatment": "What would be wise to ask the doctor about treatment?",
    "prognosis": "give me a few questions about prognosis for the visit",
    "experience": "What can I ask the surgeon, I mean questions about the doctor's experience?",
}

ASKED_TOGETHER = "I go blank in front of doctors, what am I supposed to ask her?"
