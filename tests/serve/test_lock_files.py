"""The lock files fit each other and name nothing but the public index."""

from __future__ import annotations

import re
from typing import Any

import pytest
import tomli

from bot.paths import ROOT

REQUIREMENT = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pinned(name: str) -> dict[str, str]:
    return dict(REQUIREMENT.findall(read(name)))


def locked() -> dict[str, str]:
    packages: list[dict[str, Any]] = tomli.loads(read("uv.lock"))["package"]
    return {p["name"]: p["version"] for p in packages if "registry" in p["source"]}


def test_what_pip_installs_is_what_uv_installs() -> None:
    expected = locked()
    expected.pop("uv")  # pip is for where it cannot be had
    assert pinned("requirements.lock") == expected


def test_the_uv_that_is_fetched_is_the_locked_one() -> None:
    assert pinned("tools/uv.txt") == {"uv": locked()["uv"]}


@pytest.mark.parametrize("name", ["requirements.lock", "tools/uv.txt"])
def test_every_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", read(name).strip())
    assert entries
    for entry in entries:
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("name", ["requirements.lock", "tools/uv.txt", "uv.lock", "pyproject.toml"])
def test_no_other_index_is_named(name: str) -> None:
    text = read(name)
    hosts = set(re.findall(r"\w+://([^/\"\s]+)", text))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}
    assert "--find-links" not in text
    assert "index-url" not in text


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomli.loads(read("pyproject.toml"))
    wanted = [
        *project["project"]["dependencies"],
        *(each for group in project["dependency-groups"].values() for each in group),
    ]
    names = {re.split(r"[\[<>=~! ]", each)[0] for each in wanted}
    names = {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    assert names <= set(locked())
