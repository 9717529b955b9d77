"""The staff's day in a real browser, with the whole product running."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from sqlalchemy.engine import Engine

from tests.browser.conftest import Visit
from tests.browser.staff import (
    PASSPHRASE,
    Staff,
    database_of,
    first_link,
    furnish,
    let_in,
    ref_of,
)
from tests.conftest import Stack
from tests.store.people import said, talk

Visits = Callable[..., Visit]
Enter = Callable[..., Staff]


@pytest.fixture(scope="module")
def db(stack: Stack) -> Iterator[Engine]:
    engine = database_of(stack)
    for name, role in (("rita", "reader"), ("agnes", "agent"), ("ben", "agent"), ("boss", "admin")):
        let_in(engine, name, role)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def refs(db: Engine) -> dict[str, str]:
    return furnish(db)


@pytest.fixture
def enter(stack: Stack, db: Engine, visit: Visits) -> Enter:
    """Give a way in for each of the staff, each with a browser of their own."""

    def sign_in(name: str, **options: object) -> Staff:
        return Staff(visit(**options), stack).sign_in(name)

    return sign_in


def test_the_first_start_prints_a_link_that_makes_the_first_account_once(
    stack: Stack, visit: Visits
) -> None:
    link = stack.web + "/console/" + first_link(stack).split("/console/")[1]
    staff = Staff(visit(), stack)
    page = staff.page
    page.goto(link)
    assert staff.wrong_with_page() == []
    page.get_by_label("Name to sign in with").fill("first")
    page.locator("#shown_name").fill("Fay, office")
    page.locator("#passphrase").fill("password1234567")
    page.locator("#again").fill("password1234567")
    page.locator("form .first").click()
    expect(page.locator("#problem")).to_be_visible()
    assert page.locator("#name").input_value() == "first"
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#again").fill(PASSPHRASE)
    page.locator("form .first").click()
    expect(page.get_by_role("link", name="Users")).to_be_visible()
    second = Staff(visit(), stack)
    second.page.goto(link)
    expect(second.page.locator("#name")).to_have_count(0)
    assert "used" in second.text or "over" in second.text


def test_filters_and_search_live_in_the_address(enter: Enter, refs: dict[str, str]) -> None:
    staff = enter("agnes")
    page = staff.page
    rows = page.locator("#list li")
    expect(page.locator(f'[data-ref="{refs["anna"]}"]')).to_contain_text("Person wanted")
    page.locator("input[value=emergency]").click()
    page.wait_for_url(re.compile(r"flag=emergency"))
    expect(page.locator(f'[data-ref="{refs["bert"]}"]')).to_be_visible()
    expect(page.locator(f'[data-ref="{refs["anna"]}"]')).to_have_count(0)
    page.reload()
    expect(page.locator("input[value=emergency]")).to_be_checked()
    page.locator(".clear").click()
    page.fill("#q", "medicade")
    page.press("#q", "Enter")
    page.wait_for_url(re.compile(r"\?q=medicade$"))
    expect(page.locator(f'[data-ref="{refs["anna"]}"]')).to_be_visible()
    expect(page.locator(f'[data-ref="{refs["cleo"]}"]')).to_have_count(0)
    rows.first.locator("a").click()
    expect(page.locator(".message.found")).to_contain_text("medicade")
    page.locator("#back").click()
    page.wait_for_url(re.compile(r"\?q=medicade$"))
    page.fill("#q", "xylophone")
    page.press("#q", "Enter")
    expect(page.locator(".empty")).to_be_visible()


def test_a_person_takes_over_while_a_patient_chats_and_hands_back(
    stack: Stack, db: Engine, visit: Visits, enter: Enter
) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("can I talk to a person")
    chat = patient.page.locator(".log")
    page = enter("agnes").page
    ref = ref_of(db, patient.sender)
    expect(page.locator(f'[data-ref="{ref}"]')).to_contain_text("Person wanted")
    page.locator(f'[data-ref="{ref}"] a').click()
    page.wait_for_url(re.compile(rf"/c/{ref}"))
    page.keyboard.press("r")  # nobody is in it yet: the key takes over
    chat.get_by_text("Agnes, agent, of").wait_for()
    assert "You are writing with a person" in patient.heard
    before = patient.bot_messages.count()
    patient.page.fill("#input", "is anybody there?")
    patient.page.press("#input", "Enter")
    expect(page.locator("#log")).to_contain_text("is anybody there?")  # without a reload
    page.keyboard.press("r")
    page.locator("#text").press_sequentially("Yes, ")
    patient.page.locator("#typing").wait_for(state="visible")
    page.locator("#text").press_sequentially("I am here. <b>Ask</b> away.")
    page.keyboard.press("Control+Enter")
    chat.get_by_text("I am here. <b>Ask</b> away.").wait_for()
    assert "Agnes, agent" in patient.heard
    assert patient.bot_messages.count() == before + 1  # the guide kept silent
    expect(page.locator(".message.staff").last).to_contain_text("Sent")

    other = enter("ben").open(ref)
    expect(other.page.locator("#step-in")).to_contain_text("agnes is in this conversation")
    expect(other.page.locator("#take, #reply-form")).to_have_count(0)

    page.locator("#hand-back").click()
    chat.get_by_text("Agnes, agent has left the chat").wait_for()
    patient.say("Which records do I need?")
    assert patient.bot_messages.count() > before + 2
    expect(page.locator("#take")).to_be_visible()
    expect(other.page.locator("#take")).to_be_visible()  # heard of it, without a reload


def test_a_correction_becomes_a_training_example_that_an_admin_exports(
    enter: Enter, refs: dict[str, str], tmp_path: Path
) -> None:
    page = enter("agnes").open(refs["anna"]).page
    message = page.locator(".message.patient", has_text="medicade")
    message.locator("summary").first.click()
    message.locator("select[name=intent]").select_option("concern_insurance")
    message.get_by_text("Corrected things").click()
    message.locator("input[name=words]").first.fill("medicade")
    message.locator("select[name=entity]").first.select_option("question_topic")
    message.get_by_role("button").first.click()
    expect(message).to_contain_text("concern insurance")
    boss = enter("boss").page
    boss.get_by_role("link", name="Training").click()
    boss.get_by_label("medicade").check()
    boss.locator("button[value=approve]").click()
    boss.goto(boss.url.split("?")[0] + "?state=approved")
    with boss.expect_download() as download:
        boss.locator('a[href="/console/training/export"]').click()
    file = tmp_path / "nlu.yml"
    download.value.save_as(file)
    (example,) = RasaYAMLReader().read(file).training_examples
    assert example.get("intent") == "concern_insurance"
    assert [e["value"] for e in example.get("entities")] == ["medicade"]


@pytest.mark.parametrize("form", ["text", "JSON", "CSV"])
def test_a_conversation_is_saved_in_each_form(
    enter: Enter, refs: dict[str, str], tmp_path: Path, form: str
) -> None:
    page = enter("agnes").open(refs["cleo"]).page
    with page.expect_download() as download:
        page.get_by_role("link", name=form, exact=True).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert "Which records do I need for lupus?" in file.read_text(encoding="utf-8")


def test_a_conversation_that_is_erased_leaves_the_pages_on_which_it_is_open(
    stack: Stack, db: Engine, visit: Visits, enter: Enter
) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello, my secret is marmalade")
    ref = ref_of(db, patient.sender)
    watching = enter("agnes").open(ref)
    expect(watching.page.locator("#log")).to_contain_text("marmalade")
    boss = enter("boss").open(ref).page
    boss.get_by_text("Erase this person").first.click()
    boss.locator("input[name=sure]").check()
    boss.locator("button.danger").click()
    expect(boss.locator(".good")).to_be_visible()
    expect(boss.locator(f'[data-ref="{ref}"]')).to_have_count(0)
    expect(watching.page.locator("#main")).to_contain_text("no longer here")
    assert "marmalade" not in watching.text
    boss.goto(boss.url.split("?")[0] + "privacy")
    expect(boss.locator("table").last).to_contain_text("web")


def test_the_keyboard_does_the_work(enter: Enter, refs: dict[str, str]) -> None:
    staff = enter("agnes")
    page = staff.page
    focused = "ref => (document.activeElement.closest('[data-ref]')?.dataset.ref ?? '') === ref"
    order = [row.get_attribute("data-ref") for row in page.locator("#list li").all()]
    page.keyboard.press("j")
    page.wait_for_function(focused, arg=order[0])
    page.keyboard.press("j")
    page.wait_for_function(focused, arg=order[1])
    page.keyboard.press("k")
    page.wait_for_function(focused, arg=order[0])
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("je")  # keys are letters where one writes
    expect(page.locator("#q")).to_have_value("je")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert staff.wrong_with_page() == []
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/c/"))
    staff.open(refs["bert"])
    page.keyboard.press("e")
    expect(page.locator("#reviewed")).to_have_text("Not reviewed after all")
    page.wait_for_load_state("load")  # it is another page, whose script listens once it is there
    page.keyboard.press("e")
    expect(page.locator("#reviewed")).to_have_text("Mark as reviewed")


def test_a_pattern_of_what_was_not_understood_is_dealt_with_at_once(
    stack: Stack, db: Engine, enter: Enter
) -> None:
    for i, words in enumerate(("where can I park my car", "is there parking for my car")):
        talk(db, f"parker-{i}", said(words, "nlu_fallback"))
    page = enter("boss").page
    page.get_by_role("link", name="Not understood").click()
    page.locator('form[action$="jobs/patterns"] button').click()
    pattern = page.locator(".patterns li.card", has_text="is there parking for my car")
    expect(pattern.locator("select")).to_be_visible(timeout=90_000)  # without a reload
    expect(pattern).to_contain_text("where can I park my car")
    pattern.locator("select").select_option("out_of_scope")
    pattern.locator("button.second").click()
    expect(page.locator("#patterns")).not_to_contain_text("parking for my car")
    page.get_by_role("link", name="Training").click()
    expect(page.locator(".examples")).to_contain_text("where can I park my car")


def test_what_is_held_cannot_be_erased_until_the_hold_ends(
    enter: Enter, refs: dict[str, str]
) -> None:
    page = enter("boss").open(refs["cleo"]).page
    privacy = page.locator('section[aria-labelledby="privacy-title"]')
    privacy.get_by_text("Legal hold").click()
    page.locator("#why").fill("letter of a lawyer")
    privacy.get_by_role("button", name="Hold it").click()
    expect(privacy).to_contain_text("letter of a lawyer")
    expect(privacy.locator("button.danger")).to_have_count(0)
    page.get_by_role("link", name="Privacy").click()
    expect(page.locator('section[aria-labelledby="held-title"]')).to_contain_text(refs["cleo"])
    page.go_back()
    privacy.get_by_role("button", name="End the hold").click()
    expect(privacy.get_by_text("Legal hold")).to_be_visible()


def test_who_is_urgent_stands_in_the_title_and_is_heard(
    stack: Stack, visit: Visits, enter: Enter
) -> None:
    page = enter("agnes").page
    page.evaluate(
        "() => { window.beeps = 0; const kind = AudioContext.prototype;"
        "const real = kind.createOscillator;"
        "kind.createOscillator = function () { beeps++; return real.call(this); } }"
    )
    page.locator("#sound").check()
    expect(page.locator("#urgent")).not_to_be_empty()
    number = int(re.match(r"\((\d+)\)", page.title()).group(1))  # type: ignore[union-attr]
    assert page.evaluate("() => beeps") == 1  # how it sounds
    visit().go(stack.web).open_chat().say("I want to talk to a real person please")
    expect(page).to_have_title(re.compile(rf"^\({number + 1}\) "))
    assert page.evaluate("() => beeps") == 2


def test_covered_words_stay_covered_as_the_page_renews_itself(
    stack: Stack, db: Engine, visit: Visits, enter: Enter
) -> None:
    patient = visit().go(stack.web).open_chat()
    patient.say("hello")
    staff = enter("agnes").open(ref_of(db, patient.sender))
    staff.page.get_by_role("button", name="Cover words").click()
    staff.page.locator(".covering").wait_for()
    patient.say("I live in Springfield")
    expect(staff.page.locator(".message.patient")).to_have_count(2)
    assert "Springfield" not in staff.page.content() and "•••" in staff.text


def test_a_code_from_an_app_is_demanded_once_it_is_set_up(
    stack: Stack, db: Engine, visit: Visits
) -> None:
    let_in(db, "tom", "agent")
    staff = Staff(visit(), stack).sign_in("tom")
    page = staff.page
    page.goto(staff.home + "me")
    page.locator('form[action="/console/me/second-factor"] button').click()
    expect(page.locator("img.qr")).to_be_visible()
    assert page.evaluate("() => document.querySelector('img.qr').naturalWidth") > 0
    assert staff.wrong_with_page() == []
    code = pyotp.TOTP(page.locator("code").inner_text().replace(" ", ""))
    page.locator("#code").fill(code.now())
    page.locator('form[action$="confirm"] button').click()
    page.locator('form[action$="drop"]').wait_for()
    late = Staff(visit(), stack).sign_in("tom")
    expect(late.page.locator("#problem")).to_be_visible()
