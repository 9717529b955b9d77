"""The guided flows: what counts as an answer to the question that was just asked."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction

from actions.reply import Reply
from actions.tracker_view import (
    STATES,
    Message,
    after_alert,
    changes_from,
    message,
    situation,
)
from bot.guide.assessment import questions_left
from bot.guide.comparison import difference_in
from bot.guide.flows import (
    SKIPPED,
    chosen_coverage,
    correction,
    is_stop,
    named_answer,
    named_coverage,
    own_words,
    yes_or_no,
)
from bot.knowledge import knowledge


class GuidedForm(FormValidationAction):
    """A flow that can be left for a question at any time and is taken up again afterwards.

    A message is an answer only if the question was the last thing asked and the message reads as
    one; otherwise the form steps aside (Rasa's rules answer it, then the form asks again).
    """

    form = ""
    intro = ""

    def name(self) -> str:
        """Return the name Rasa calls the form's validation by."""
        return f"validate_{self.form}"

    def slots_to_ask(self, tracker: Tracker, changes: dict[str, Any]) -> list[str]:
        """Return the slots still to be asked for, in order."""
        slots: list[str] = knowledge("flows")["slots"][self.form]
        return [s for s in slots if _value(tracker, changes, s) is None]

    def told_at_once(self, said: Message) -> dict[str, Any]:
        """Return the slots that the message which begins the flow answers already."""
        return {}

    def corrected(self, slot: str, value: str | None) -> dict[str, Any]:
        """Return the slot values that a new answer in place of an older one changes."""
        return {slot: value}

    @abstractmethod
    def read(self, slot: str, said: Message, tracker: Tracker) -> str | None:
        """Return the value a message gives to the slot asked for, or None if it is no answer."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Take the answer, if the message is one, and say which slot comes next."""
        asked = tracker.slots.get("requested_slot")
        said = message(tracker)
        changes: dict[str, Any] = {}
        if asked is None:
            changes = {**changes_from(said, tracker), **self.told_at_once(said)}
            self._open(dispatcher, tracker, changes)
        elif not after_alert(tracker.events[:-1]) and not _answered(tracker):
            if is_stop(said.text, said.intent):
                return [SlotSet("stopped", True), SlotSet("requested_slot", None)]
            taken_back = self._taken_back(asked, said, tracker)
            if taken_back:
                return self._correct(taken_back, asked, dispatcher, said, tracker)
            value = self.read(asked, said, tracker)
            if value is None and knowledge("flows")["forms"].get(said.intent) == self.form:
                return self._ask_again(asked, dispatcher, tracker)
            if value is None:
                return []
            if said.safety == "check":
                Reply(dispatcher, tracker, {}).say("utter_check_now")
            changes = {**changes_from(said, tracker), asked: value}
        left = self.slots_to_ask(tracker, changes)
        events: list[EventType] = [SlotSet(k, v) for k, v in changes.items()]
        return [*events, SlotSet("requested_slot", left[0] if left else None)]

    def _taken_back(self, asked: str, said: Message, tracker: Tracker) -> str | None:
        """Return the slot whose answer a message takes back, or None if it takes none back."""
        if correction(said.text) is None:
            return None
        order: list[str] = knowledge("flows")["slots"][self.form]
        answered = [s for s in order if s != asked and tracker.slots.get(s) is not None]
        named = [f"check_{STATES[i]}" for i in (said.intent, *said.wishes) if i in STATES]
        names = {s: w for s, w in knowledge("flows")["named_by"].items() if s in answered}
        named += [named_answer(said.text, names) or ""]
        return next((s for s in named if s in answered), answered[-1] if answered else None)

    def _correct(
        self,
        slot: str,
        asked: str,
        dispatcher: CollectingDispatcher,
        said: Message,
        tracker: Tracker,
    ) -> list[EventType]:
        """Put the new answer in place of the old one; without one, ask that question again."""
        instead = replace(said, text=correction(said.text) or "")
        value = None
        if instead.text:  # by its first word, "no", before what the rest may be taken for
            plain = self.read(slot, replace(instead, intent=""), tracker)
            value = plain or self.read(slot, instead, tracker)
        key = "utter_form_corrected" if value else "utter_form_asked_again"
        changes = {**changes_from(said, tracker), **self.corrected(slot, value)}
        Reply(dispatcher, tracker, changes).say(key)
        events: list[EventType] = [SlotSet(k, v) for k, v in changes.items()]
        return [*events, SlotSet("requested_slot", asked if value else slot)]

    def _ask_again(
        self, asked: str, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[EventType]:
        """Who asks for the flow they are in is brought back to where they are."""
        Reply(dispatcher, tracker, {}).say("utter_form_resume")
        return [SlotSet(asked, None), SlotSet("requested_slot", asked)]

    def _open(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, changes: dict[str, Any]
    ) -> None:
        """Say the first-turn notice if it is owed, a doubt about danger, what the flow is about."""
        reply = Reply(dispatcher, tracker, changes)
        if message(tracker).safety == "check" and not _answered(tracker):
            reply.say("utter_check_now")
        if self.intro and self.slots_to_ask(tracker, changes):
            reply.say(self.intro)


def _value(tracker: Tracker, changes: dict[str, Any], slot: str) -> Any:
    return changes.get(slot, tracker.slots.get(slot))


def _answered(tracker: Tracker) -> bool:
    """Return True if this message was already dealt with and the form only comes back to ask."""
    for event in reversed(tracker.events[:-1]):
        if event.get("event") == "user":
            return False
        if event.get("event") in ("bot", "action_execution_rejected"):
            return True
    return False


class ValidateCheckForm(GuidedForm):
    """Do I need one? Asks only what is not known yet."""

    form = "check_form"
    intro = "utter_check_intro"

    def slots_to_ask(self, tracker: Tracker, changes: dict[str, Any]) -> list[str]:
        """Leave out what the situation already answers."""
        left = questions_left(situation(tracker, changes))
        return [s for s in super().slots_to_ask(tracker, changes) if s in left]

    def read(self, slot: str, said: Message, tracker: Tracker) -> str | None:
        """Read a diagnosis in own words, or a yes, no or not sure."""
        if slot == "check_condition":
            named = any(e.get("specialists") for e in said.found("condition"))
            return said.text if named else own_words(said.text, said.intent, said.confidence)
        return yes_or_no(slot, said.text, said.intent)

    def corrected(self, slot: str, value: str | None) -> dict[str, Any]:
        """Change what was noted from the answer, too."""
        if slot == "check_condition":
            return {slot: value}
        told = {"Yes": True, "No": False}.get(value or "")
        return {slot: value, slot.removeprefix("check_"): told}


class ValidateComparisonForm(GuidedForm):
    """Two opinions, in the patient's own words."""

    form = "comparison_form"
    intro = "utter_compare_intro"

    def read(self, slot: str, said: Message, tracker: Tracker) -> str | None:
        """Take the patient's own words; a question or a command is not an opinion."""
        if slot == "difference":
            return difference_in(said.text, knowledge("comparison")["differences"])
        return own_words(said.text, said.intent, said.confidence)


class ValidateCoverageForm(GuidedForm):
    """Which kind of insurance."""

    form = "coverage_form"

    def told_at_once(self, said: Message) -> dict[str, Any]:
        """Take "what do I say to Medicaid?" at its word, whatever was answered earlier."""
        kind = named_coverage(said.text, knowledge("coverage")["coverage"])
        return {"coverage": kind} if kind else {}

    def read(self, slot: str, said: Message, tracker: Tracker) -> str | None:
        """Read the kind of coverage."""
        return chosen_coverage(said.text, said.intent, knowledge("coverage")["coverage"])


class ValidateDeleteForm(GuidedForm):
    """Are you sure? Asked once."""

    form = "delete_form"

    def read(self, slot: str, said: Message, tracker: Tracker) -> str | None:
        """Only a clear yes erases; everything else that answers keeps."""
        value = yes_or_no(slot, said.text, said.intent)
        return "No" if value == SKIPPED else value
