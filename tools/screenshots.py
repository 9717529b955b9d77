"""Takes the README's pictures from a running stack: ``python -m tools.screenshots [address]``."""

from __future__ import annotations

import sys

from playwright.sync_api import Browser, Page, sync_playwright

from bot.paths import ROOT

PICTURES = ROOT / "docs" / "images"
TALKS = {
    "chat-desktop": ((1280, 800), ["My mother has lung cancer", "Which records do I need?"]),
    "chat-phone": ((390, 800), ["I'm afraid of offending my doctor"]),
}


def picture(browser: Browser, address: str, name: str) -> None:
    """Talk a little and keep what the screen shows."""
    (width, height), messages = TALKS[name]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    say(page, messages)
    page.wait_for_timeout(1_000)  # what is new fades in
    page.screenshot(path=str(PICTURES / f"{name}.png"))
    page.close()


def say(page: Page, messages: list[str]) -> None:
    """Open the chat and say something; each message waits for the answer to the one before."""
    page.click("#launcher")
    for message in messages:
        page.fill("#input", message)
        page.press("#input", "Enter")
        page.locator(".message.patient.pending").first.wait_for(state="detached")


def paper(browser: Browser, address: str) -> None:
    """Talk a little, then open the papers on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(address)
    say(page, ["My mother has lung cancer", "I want a copy of my plan"])
    page.locator(".plan .tools a").last.wait_for()
    page.goto(str(page.locator(".plan .tools a").last.get_attribute("href")))
    page.screenshot(path=str(PICTURES / "papers-phone.png"))
    page.close()


def main(address: str) -> None:
    """Take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name in TALKS:
            picture(browser, address, name)
        paper(browser, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8080/")
