"""Each guided flow: straight through, interrupted, corrected, left, skipped, not understood."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Patient, Stack
from tests.conversations.helpers import active_flow, ask, missing
from tests.serve.conftest import is_running


class Step(NamedTuple):
    """One question of a flow, and an answer to it.

    Attributes:
        slot: what the question asks for.
        question: an expression of the question.
        answer: what the patient says.
    """

    slot: str
    question: str
    answer: str


class Flow(NamedTuple):
    """A guided flow, answered from its beginning to its end.

    Attributes:
        begin: what begins it.
        steps: its questions in order.
        end: expressions of what it ends in.
        kind: the structured message it ends in, if any.
    """

    begin: str
    steps: tuple[Step, ...]
    end: tuple[str, ...]
    kind: str = ""


FLOWS: Mapping[str, Flow] = {
    "check_form": Flow(
        "Do I really need a second opinion for what I have?",
        (
            Step("check_condition", "What is the diagnosis?", "a trigger finger"),
            Step("check_serious", "called it serious, rare or hard to treat", "no he hasn't"),
            Step("check_surgery", "call for surgery", "nope"),
            Step("check_mismatch", "treatment not helping", "yes, the shots do nothing"),
            Step("check_options", "given several options", "no"),
            Step("check_gut", "not feel right", "yeah a bit"),
        ),
        ("Here is what your answers point to", "treatment is not helping", "Next steps"),
        "assessment",
    ),
    "comparison_form": Flow(
        "I've seen two specialists by now, can you line up what they told me?",
        (
            Step("first_opinion", "What did the first doctor say", "Take out the whole kidney"),
            Step("second_opinion", "what did the second doctor say", "Watch it for half a year"),
            Step("matters_most", "What matters most to you", "being able to work in my garden"),
            Step("difference", "Where do the two differ most", "what to do"),
        ),
        (
            "side by side",
            "First: Take out the whole kidney",
            "Second: Watch it for half a year",
            "being able to work in my garden",
        ),
        "comparison",
    ),
    "coverage_form": Flow(
        "I need a script for phoning the insurer",
        (Step("coverage", "What kind of insurance is it?", "it's Medicare Advantage"),),
        ("Words for a call to the Medicare Advantage plan", "reference number"),
        "document",
    ),
    "delete_form": Flow(
        "wipe everything you know about me",
        (Step("delete_confirmed", "Shall I erase this chat", "no, leave it"),),
        ("nothing was erased",),
    ),
}

QUESTION = ("How long do they have to hand over copies of my chart?", "They have 30 days")
WORRY = ("I'm afraid my doctor will take it personally", "Good doctors encourage")
EMERGENCY = ("there's a crushing pain in my chest right now", "Call 911 now")
NONSENSE = "florble gax wibbly"

NAMES = list(FLOWS)


def begun(stack: Stack, name: str) -> Patient:
    """Return a patient in the middle of a flow, its first question just asked."""
    patient = ask(stack, FLOWS[name].begin)
    assert not missing(patient.heard, [FLOWS[name].steps[0].question]), patient.heard
    return patient


def goes_on(patient: Patient, name: str, done: int = 0) -> None:
    """Answer what is left of a flow, each question being asked in its turn, up to its end."""
    flow = FLOWS[name]
    for number, step in enumerate(flow.steps[done:], done):
        patient.says(step.answer)
        rest = flow.steps[number + 1 :]
        assert not missing(patient.heard, [rest[0].question] if rest else flow.end), patient.heard
    if flow.kind:
        patient.payload(flow.kind)
    assert active_flow(patient) is None


def is_asked(patient: Patient, name: str, number: int = 0) -> bool:
    """Tell whether a question of a flow was asked last, is still awaited and has no answer."""
    step = FLOWS[name].steps[number]
    tracker = patient.stack.tracker(patient.id)
    awaited = tracker["slots"]["requested_slot"] == step.slot
    return awaited and active_flow(patient) == name and tracker["slots"][step.slot] is None


@pytest.mark.parametrize("name", NAMES)
def test_a_flow_goes_straight_through(stack: Stack, name: str) -> None:
    goes_on(begun(stack, name), name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("said", "answered"), [QUESTION, WORRY], ids=["question", "worry"])
def test_a_flow_is_interrupted_and_asks_again(
    stack: Stack, name: str, said: str, answered: str
) -> None:
    patient = begun(stack, name)
    patient.says(said)
    assert not missing(patient.heard, [answered, FLOWS[name].steps[0].question]), patient.heard
    assert is_asked(patient, name)
    goes_on(patient, name)


@pytest.mark.parametrize("name", ["check_form", "comparison_form"])
def test_a_flow_is_interrupted_in_its_middle(stack: Stack, name: str) -> None:
    patient = begun(stack, name)
    patient.says(FLOWS[name].steps[0].answer)
    patient.says(WORRY[0])
    assert not missing(patient.heard, [WORRY[1], FLOWS[name].steps[1].question]), patient.heard
    assert is_asked(patient, name, 1)
    goes_on(patient, name, 1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("after", ["ok", "yes", "no"])
def test_an_emergency_interrupts_a_flow_and_the_next_word_is_no_answer(
    stack: Stack, name: str, after: str
) -> None:
    patient = begun(stack, name)
    patient.says(EMERGENCY[0])
    assert not missing(patient.heard, [EMERGENCY[1]]), patient.heard
    assert missing(patient.heard, [FLOWS[name].steps[0].question]), "asked on over an alert"
    assert is_asked(patient, name)
    patient.says(after)
    assert not missing(patient.heard, ["I'm still here", FLOWS[name].steps[0].question])
    assert is_asked(patient, name)
    goes_on(patient, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_crisis_interrupts_a_flow(stack: Stack, name: str) -> None:
    patient = begun(stack, name)
    patient.says("i want to die")
    assert not missing(patient.heard, ["988"]), patient.heard
    assert is_asked(patient, name)
    patient.says("ok")
    goes_on(patient, name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("said", ["never mind", "Stop.", "cancel that, please", "quit"])
def test_a_flow_can_be_left(stack: Stack, name: str, said: str) -> None:
    patient = begun(stack, name)
    patient.says(said)
    left = "nothing was erased" if name == "delete_form" else "we can leave it there"
    assert not missing(patient.heard, [left]), patient.heard
    assert active_flow(patient) is None
    patient.says("Which records do I need?")
    assert patient.payload("checklist")


@pytest.mark.parametrize("said", ["skip", "I don't know", "no idea, sorry", "not sure"])
@pytest.mark.parametrize("name", ["check_form", "comparison_form"])
def test_every_question_can_be_skipped(stack: Stack, name: str, said: str) -> None:
    patient = begun(stack, name)
    flow = FLOWS[name]
    for number in range(len(flow.steps)):
        patient.says(said)
        rest = flow.steps[number + 1 :]
        assert not missing(patient.heard, [rest[0].question] if rest else flow.end[:1])
    assert patient.payload(flow.kind)
    assert active_flow(patient) is None


@pytest.mark.parametrize("said", ["skip", "I don't know", "not sure which one"])
def test_an_unknown_kind_of_insurance_gets_words_that_fit_any(stack: Stack, said: str) -> None:
    patient = begun(stack, "coverage_form")
    patient.says(said)
    assert not missing(patient.heard, ["Words for a call about coverage", "What kind of plan"])
    assert patient.slot("coverage") == "unsure"


@pytest.mark.parametrize("said", ["skip", "I don't know", "maybe"])
def test_only_a_clear_yes_erases(stack: Stack, said: str) -> None:
    patient = begun(stack, "delete_form")
    patient.says(said)
    assert not missing(patient.heard, ["nothing was erased"]), patient.heard
    assert len(patient.stack.tracker(patient.id)["events"]) > 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("check_form", "🤷"),
        ("coverage_form", NONSENSE),
        ("delete_form", NONSENSE),
        ("comparison_form", "🤷🤷"),
    ],
)
def test_what_is_not_understood_is_no_answer(stack: Stack, name: str, said: str) -> None:
    patient = begun(stack, name)
    patient.says(said)
    assert not missing(patient.heard, [FLOWS[name].steps[0].question]), patient.heard
    assert is_asked(patient, name)
    goes_on(patient, name)


def test_nonsense_is_no_yes_and_no_no(stack: Stack) -> None:
    patient = begun(stack, "check_form")
    patient.says(FLOWS["check_form"].steps[0].answer)
    patient.says(NONSENSE)
    assert is_asked(patient, "check_form", 1)
    assert not missing(patient.heard, [FLOWS["check_form"].steps[1].question]), patient.heard


def test_a_yes_can_be_corrected_to_a_no(stack: Stack) -> None:
    patient = ask(stack, FLOWS["check_form"].begin, "a trigger finger", "no", "yes")
    patient.says("oh sorry, I meant no")
    assert not missing(patient.heard, ["I have changed that", "treatment not helping"])
    assert is_asked(patient, "check_form", 3)
    assert patient.slot("check_surgery") == "No"


def test_an_older_answer_can_be_corrected_by_naming_it(stack: Stack) -> None:
    patient = ask(stack, FLOWS["check_form"].begin, "a trigger finger", "no", "no", "yes", "no")
    patient.says("sorry I meant yes, they do want to operate")
    assert not missing(patient.heard, ["I have changed that", "not feel right"]), patient.heard
    assert patient.slot("check_surgery") == "Yes"
    assert patient.slot("check_options") == "No"
    patient.says("no")
    assert not missing(patient.heard, ["called for surgery or another big procedure"])


def test_going_back_asks_the_last_question_once_more(stack: Stack) -> None:
    patient = ask(stack, FLOWS["check_form"].begin, "a trigger finger", "yes")
    patient.says("go back")
    assert not missing(patient.heard, ["serious, rare or hard to treat"]), patient.heard
    assert is_asked(patient, "check_form", 1)
    goes_on(patient, "check_form", 1)


def test_a_diagnosis_can_be_corrected_in_the_middle(stack: Stack) -> None:
    patient = ask(stack, FLOWS["check_form"].begin, "pancreatic cancer")
    patient.says("sorry, it's actually bile duct cancer")
    assert "bile duct cancer" in patient.slot("condition")["name"]
    assert not missing(patient.heard, ["call for surgery"]), patient.heard
    assert not patient.buttons or patient.buttons[0]["payload"] == "Yes", "a second question"


def test_an_opinion_can_be_corrected(stack: Stack) -> None:
    patient = ask(stack, FLOWS["comparison_form"].begin, "Take out the whole kidney")
    patient.says("I meant only half of the kidney")
    assert not missing(patient.heard, ["I have changed that", "what did the second doctor say"])
    patient.says("Wait and watch")
    patient.says("Scratch that: watch it for half a year")
    patient.says("my garden")
    patient.says("what to do")
    wanted = ["First: only half of the kidney", "Second: watch it for half a year"]
    assert not missing(patient.heard, wanted), patient.heard


def test_the_kind_of_insurance_can_be_corrected(stack: Stack) -> None:
    patient = ask(stack, FLOWS["coverage_form"].begin, "Medicare")
    assert not missing(patient.heard, ["Words for a call to Medicare"])
    patient.says("I need the script for calling Medicaid instead")
    assert not missing(patient.heard, ["Words for a call to Medicaid"]), patient.heard
    assert patient.slot("coverage") == "medicaid"


def test_a_no_to_erasing_can_be_corrected(stack: Stack) -> None:
    patient = ask(stack, FLOWS["delete_form"].begin, "no")
    patient.says("no wait, I do want you to delete it all")
    assert is_asked(patient, "delete_form")
    patient.says("yes")
    assert not missing(patient.heard, ["are erased"]), patient.heard


def test_a_flow_that_was_left_is_taken_up_where_it_was(stack: Stack) -> None:
    patient = ask(stack, FLOWS["check_form"].begin, "a trigger finger", "no", "never mind")
    patient.says(FLOWS["check_form"].begin)
    assert not missing(patient.heard, ["call for surgery"]), patient.heard
    assert missing(patient.heard, ["What is the diagnosis?"])


def test_a_flow_asks_nothing_that_was_told_before(stack: Stack) -> None:
    patient = ask(stack, "I have pancreatic cancer", "they want to operate next month")
    patient.says(FLOWS["check_form"].begin)
    assert not missing(patient.heard, ["treatment not helping"]), patient.heard


def test_a_flow_speaks_of_the_one_it_is_about(stack: Stack) -> None:
    patient = ask(stack, "My mother has kidney cancer", FLOWS["comparison_form"].begin)
    patient.says("skip")
    patient.says("skip")
    assert not missing(patient.heard, ["What matters most to your mother"]), patient.heard


# A restart in the middle of a flow


def _family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    with suppress(FileNotFoundError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += _family(int(child))
    return found


def _kill(stack: Stack) -> None:
    """Kill the stack as a power cut would: all of it at once, without a word."""
    assert stack.process is not None
    family = _family(stack.process.pid)
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    stack.process.wait(timeout=30)
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in family[1:]):
        assert time.monotonic() < deadline, "a killed process is still there"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def mortal_stack(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack on ports and in a folder of its own, which a test may kill."""
    running = Stack(tmp_path_factory.mktemp("mortal"))
    running.start()
    yield running
    running.stop()


def test_flows_go_on_after_everything_was_killed_and_started_again(mortal_stack: Stack) -> None:
    patients = {name: begun(mortal_stack, name) for name in NAMES}
    for name in ("check_form", "comparison_form"):
        patients[name].says(FLOWS[name].steps[0].answer)
    told = ask(mortal_stack, "My mother has lupus", "I have her lab results")
    slots = mortal_stack.tracker(told.id)["slots"]

    _kill(mortal_stack)
    mortal_stack.start()

    assert mortal_stack.tracker(told.id)["slots"] == slots
    assert slots["relation"] == "mother" and slots["records_done"] == ["lab_pathology"]
    for name, patient in patients.items():
        done = int(name in ("check_form", "comparison_form"))
        assert is_asked(patient, name, done), f"{name} lost its place"
        goes_on(patient, name, done)


@pytest.mark.parametrize("began", ["to begin a flow", "as an answer"])
def test_a_doubt_about_danger_is_told_in_a_flow_too(stack: Stack, began: str) -> None:
    doubtful = "last night I passed out for a moment and I'm better now"
    if began == "as an answer":
        patient = ask(stack, FLOWS["comparison_form"].begin, doubtful)
        assert patient.slot("first_opinion") == doubtful
    else:
        patient = ask(stack, f"{doubtful}. I want to compare two opinions.")
    assert patient.heard.count("If this is happening right now, please call 911") == 1
