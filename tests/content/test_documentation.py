"""What the papers for people say is so: commands, files and settings they name exist."""

from __future__ import annotations

import re

import pytest

from bot.paths import ROOT

PAPERS = ["README.md", "CONTRIBUTING.md", "data/README.md", "bot/README.md"]
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
CODE = re.compile(r"`make [a-z-]+`|^\s*make [a-z-]+", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


def paper(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_every_command_it_names_exists(name):
    mentioned = {target for found in CODE.findall(paper(name)) for target in TARGET.findall(found)}
    assert mentioned <= targets()


@pytest.mark.parametrize("name", PAPERS)
def test_every_file_it_links_to_exists(name):
    folder = (ROOT / name).parent
    for link in LINK.findall(paper(name)):
        assert (folder / link).exists(), link


@pytest.mark.parametrize("target", ["run", "test", "train", "lint", "bench", "check-data"])
def test_every_command_of_the_contract_exists_and_is_explained(target):
    assert target in targets()
    assert f"make {target}" in paper("README.md")


def test_every_setting_is_listed_for_those_who_run_it():
    readers = ("bot/settings.py", "bot/channels/phones/settings.py")
    settings = "".join((ROOT / reader).read_text(encoding="utf-8") for reader in readers)
    names = set(re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', settings))
    example = paper(".env.example")
    assert names
    for name in names:
        assert re.search(rf"^#?\s*{name}=", example, re.MULTILINE), name


def test_nothing_says_where_it_was_made():
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bot/**/*.md")):
        assert "/work/" not in path.read_text(encoding="utf-8"), path
