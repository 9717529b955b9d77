"""Whether every response key is defined once, used, and its quick replies lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from bot.guide.comparison import difference_in
from bot.guide.flows import chosen_coverage, own_words, yes_or_no
from tools.check_data_files import Content, Document, Problem

Check = Callable[[Content], Iterator[Problem]]
_KEY = re.compile(r"\butter_[a-z0-9_]+\b")
NO_KEYS = frozenset({"utter_message", "utter_action"})
"""Rasa's own words that only look like keys."""
DYNAMIC = {
    "utter_condition_noted_other": "explain.py adds _other when someone writes for a patient",
    "utter_specialists_reread": "specialists.py adds what to say beside the doctors",
    "utter_specialists_sides": "specialists.py adds what to say beside the doctors",
    **{
        f"utter_difference_{kind}": "plan.py adds the kind of difference"
        for kind in ("diagnosis", "treatment", "timing", "agree", "unsure")
    },
}
"""Keys that code puts together, so that no search finds them, and why they are needed."""
SMS_RESERVED = frozenset(
    [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "END",
        "QUIT",
        "CANCEL",
        "REVOKE",
        "OPTOUT",
        "HELP",
        "INFO",
        "START",
        "UNSTOP",
    ]
)
"""Words on which a phone company acts before we ever see them."""
LONGEST_TITLE = 20
MOST_REPLIES = 3
"""WhatsApp shows no more reply buttons, and none longer."""
ASK = "utter_ask_"
FREE_TEXT = frozenset({"check_condition", "first_opinion", "second_opinion", "matters_most"})
ALERTS = {"emergency": "utter_emergency", "crisis": "utter_crisis"}


def problems(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the keys and the quick replies."""
    for check in CHECKS:
        yield from check(content)


def defined(content: Content) -> dict[str, tuple[Document, list[Any]]]:
    """Return each response key's first definition: the file and its variations."""
    found: dict[str, tuple[Document, list[Any]]] = {}
    for document in content.responses:
        for key, variations in document.value["responses"].items():
            found.setdefault(str(key), (document, variations))
    return found


def used(content: Content) -> set[str]:
    """Return every key that the program, the topics or a flow's questions use."""
    text = "\n".join(content.programs())
    keys = {key for key in _KEY.findall(text) if not key.endswith("_")} - NO_KEYS
    for _, _, topic in content.topics():
        keys.update(topic["say"], topic.get("again", ()), filter(None, [topic["offer"]]))
    for form, entry in content.domain["forms"].items():
        keys.update(f"{ASK}{form}_{slot}" for slot in entry["required_slots"])
    return keys


def defined_once(content: Content) -> Iterator[Problem]:
    """Yield keys that several files define: the last one would win without a word."""
    first = defined(content)
    for document in content.responses:
        for key in document.value["responses"]:
            other = first[str(key)][0]
            if other is not document and other.file != document.file:
                text = (
                    f"'{key}' is also defined in {other.file}, line {other.line('responses', key)}."
                )
                yield document.problem_at(("responses", key), text)


def all_exist(content: Content) -> Iterator[Problem]:
    """Yield keys that are used and defined nowhere."""
    known = defined(content)
    in_topics: set[str] = set()
    for document, path, topic in content.topics():
        for field in ("say", "again", "offer"):
            keys: list[str] = [topic[field]] if field == "offer" else topic.get(field, [])
            for key in filter(None, keys):
                in_topics.add(key)
                if key not in known:
                    text = f"No file of data/responses defines '{key}'."
                    yield document.problem_at((*path, field), text)
    for key in sorted(used(content) - set(known) - in_topics):
        yield Problem(
            "data/responses", 1, f"The program says '{key}', but no file here defines it."
        )


def all_used(content: Content) -> Iterator[Problem]:
    """Yield keys that nothing ever says."""
    needed = used(content) | set(DYNAMIC)
    for key, (document, _) in defined(content).items():
        if key not in needed:
            text = f"Nothing ever says '{key}': name it in topics.yml, or take it out."
            yield document.problem_at(("responses", key), text)


def offers(content: Content) -> Iterator[Problem]:
    """Yield offers of the topics that ask nothing or have no quick replies."""
    known = defined(content)
    for _, _, topic in content.topics():
        key = topic["offer"]
        if not key or key not in known:
            continue
        document, variations = known[key]
        for place, variation in enumerate(variations):
            if not variation.get("buttons") or not str(variation["text"]).rstrip().endswith("?"):
                text = f"'{key}' offers a next step, so it must be a question with quick replies."
                yield document.problem_at(("responses", key, place), text)


def quick_replies(content: Content) -> Iterator[Problem]:
    """Yield quick replies that are too long, too many, reserved, or that lead nowhere."""
    for key, (document, variations) in defined(content).items():
        for place, variation in enumerate(variations):
            path = ("responses", key, place, "buttons")
            buttons = variation.get("buttons") or []
            if len(buttons) > MOST_REPLIES and not key.startswith(ASK):
                text = f"'{key}' has {len(buttons)} quick replies; at most {MOST_REPLIES} fit."
                yield document.problem_at(path, text)
            for number, button in enumerate(buttons):
                for text in _of_button(content, key, str(button["title"]), str(button["payload"])):
                    yield document.problem_at((*path, number), text)


def _of_button(content: Content, key: str, title: str, payload: str) -> Iterator[str]:
    if len(title) > LONGEST_TITLE:
        yield f"The title '{title}' has {len(title)} characters; at most {LONGEST_TITLE} fit."
    if title.strip().upper() in SMS_RESERVED:
        yield f"'{title}' is a word that phone companies act on; choose another title."
    if key.startswith(ASK):
        if not _answers(content, key, payload):
            yield f"The question would not take '{payload}' for an answer."
    elif payload not in phrases(content):
        yield f"'{payload}' is not, word for word, a phrase of intents.yml."


def phrases(content: Content) -> dict[str, str]:
    """Return the phrases of intents.yml and their intents."""
    entries = content.knowledge("intents").value["intents"]
    return {
        str(words): str(name)
        for name, entry in entries.items()
        for words in (entry["phrase"], *entry.get("more", ()))
    }


def _answers(content: Content, key: str, payload: str) -> bool:
    """Return True if the flow's own reading takes the words for an answer."""
    slot = _slot_of(content, key)
    if slot == "coverage":
        kinds = content.knowledge("coverage").value["coverage"]
        return chosen_coverage(payload, "", kinds) is not None
    if slot == "difference":
        kinds = content.knowledge("comparison").value["differences"]
        return difference_in(payload, kinds) is not None
    if slot in FREE_TEXT:
        return own_words(payload, "", 1.0) is not None
    return yes_or_no(slot, payload, "") is not None


def _slot_of(content: Content, key: str) -> str:
    for form in content.domain["forms"]:
        if key.startswith(f"{ASK}{form}_"):
            return key[len(f"{ASK}{form}_") :]
    return key[len(ASK) :]


def alerts(content: Content) -> Iterator[Problem]:
    """Yield red flags without words, and words for red flags that don't exist."""
    flags = content.knowledge("red_flags").value["families"]
    known = defined(content)
    for level, key in ALERTS.items():
        document, variations = known[key]
        path = ("responses", key)
        if "condition" in variations[-1]:
            text = (
                f"The last variation of '{key}' must have no condition: it fits all other alerts."
            )
            yield document.problem_at(path, text)
        raised = {family["alert"] for family in flags.values() if family["level"] == level}
        for place, variation in enumerate(variations):
            if "custom" not in variation:
                text = f"This variation of '{key}' lacks its alert card (custom)."
                yield document.problem_at((*path, place), text)
            for condition in variation.get("condition") or []:
                if condition["name"] != "alert" or condition["value"] not in raised:
                    text = f"No family of red_flags.yml raises the alert '{condition['value']}'."
                    yield document.problem_at((*path, place), text)


CHECKS: tuple[Check, ...] = (
    defined_once,
    all_exist,
    all_used,
    offers,
    quick_replies,
    alerts,
)
