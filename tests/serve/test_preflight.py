"""What would keep the processes from running is said in one line that names the mend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import environment, preflight
from bot.errors import SetupProblem
from bot.paths import ROOT
from bot.settings import Settings, load_settings
from tests.conftest import free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def settings(**changed: object) -> Settings:
    """Settings with ports that are free, but for what is changed."""
    env = {
        "LISTEN_HOST": "127.0.0.1", "RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "s",
        **{name: str(free_port()) for name in ("RASA_PORT", "ACTIONS_PORT", "WEB_PORT")},
        **{name: str(value) for name, value in changed.items()},
    }  # fmt: skip
    return load_settings(env)


def sentence_of(check: object, *arguments: object) -> str:
    with pytest.raises(SetupProblem) as caught:
        check(*arguments)  # type: ignore[operator]
    return str(caught.value)


def test_free_ports_are_fine() -> None:
    preflight.check_ports(settings())


@pytest.mark.parametrize("name", ["RASA_PORT", "ACTIONS_PORT", "WEB_PORT"])
def test_a_port_in_use_is_named_with_its_setting(name: str, taken_port: int) -> None:
    sentence = sentence_of(preflight.check_ports, settings(**{name: taken_port}))
    assert f"Port {taken_port} is in use" in sentence
    assert f"set {name} to another port" in sentence
    assert "\n" not in sentence


def test_every_port_in_use_is_named(taken_port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        second = other.getsockname()[1]
        wanted = settings(RASA_PORT=taken_port, WEB_PORT=second)
        sentence = sentence_of(preflight.check_ports, wanted)
    assert [
        str(port) in line
        for port, line in zip((taken_port, second), sentence.splitlines(), strict=True)
    ]


def test_two_processes_cannot_share_a_port() -> None:
    port = free_port()
    sentence = sentence_of(preflight.check_ports, settings(RASA_PORT=port, WEB_PORT=port))
    assert f"RASA_PORT={port}" in sentence


def test_port_zero_is_refused() -> None:
    assert "WEB_PORT" in sentence_of(preflight.check_ports, settings(WEB_PORT=0))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_said_once(host: str) -> None:
    sentence = sentence_of(preflight.check_ports, settings(LISTEN_HOST=host))
    assert f"LISTEN_HOST={host}" in sentence
    assert "\n" not in sentence


def test_a_folder_that_cannot_be_made_names_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sentence = sentence_of(preflight.check_folder, tmp_path / "file" / "var")
    assert str(tmp_path / "file" / "var") in sentence
    assert "SECOND_OPINION_VAR" in sentence


def test_a_nearly_full_disk_says_how_much_is_free(tmp_path: Path) -> None:
    sentence = sentence_of(preflight.check_folder, tmp_path, 10**9)
    assert "nearly full" in sentence
    assert "1000000000 MB needed" in sentence


def test_a_good_folder_is_made(tmp_path: Path) -> None:
    preflight.check_folder(tmp_path / "a" / "var")
    assert list((tmp_path / "a" / "var").iterdir()) == []


def test_a_variable_that_a_file_needs_is_named(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.yml"
    file.write_text("url: ${NOT_SET_ANYWHERE}/x ${HOME}  # ${ONLY_A_COMMENT}\n")
    sentence = sentence_of(preflight.check_variables, [file])
    assert "endpoints.yml needs NOT_SET_ANYWHERE," in sentence
    assert "ONLY_A_COMMENT" not in sentence


def test_our_own_files_need_nothing_but_what_we_publish() -> None:
    environment.publish(settings())
    preflight.check_variables((environment.ENDPOINTS, environment.CREDENTIALS))


def test_a_database_file_is_made_with_its_folder(tmp_path: Path) -> None:
    preflight.check_database(f"sqlite:///{tmp_path}/new/folder/x.db")
    assert (tmp_path / "new" / "folder").is_dir()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database at all " * 40)
    sentence = sentence_of(preflight.check_database, f"sqlite:///{tmp_path}/x.db")
    assert "file is not a database" in sentence
    assert "SECOND_OPINION_DB_URL" in sentence


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    url = f"postgresql://nurse:geheim@127.0.0.1:{free_port()}/guide"
    sentence = sentence_of(preflight.check_database, url)
    assert "postgresql://nurse:***@127.0.0.1" in sentence
    assert "geheim" not in sentence
    assert "\n" not in sentence


def test_a_database_without_a_driver_is_one_sentence() -> None:
    assert "cannot be used" in sentence_of(preflight.check_database, "mysql://u:p@127.0.0.1/x")


def serve(var: Path, **changed: object) -> subprocess.CompletedProcess[str]:
    """Run the real supervisor where it cannot start."""
    ports = {name: str(free_port()) for name in ("RASA_PORT", "ACTIONS_PORT", "WEB_PORT")}
    env = {
        **os.environ, **ports, "LISTEN_HOST": "127.0.0.1",
        "ENV_FILE": "", "SECOND_OPINION_VAR": str(var),
        **{name: str(value) for name, value in changed.items()},
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "bot.serve"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_nothing_starts_and_each_problem_is_one_line(tmp_path: Path, taken_port: int) -> None:
    url = f"postgresql://nurse:geheim@127.0.0.1:{free_port()}/guide"
    ended = serve(tmp_path / "var", WEB_PORT=taken_port, SECOND_OPINION_DB_URL=url)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 2, ended.stderr


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    ended = serve(tmp_path / "var", RATE_LIMIT="often")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "RATE_LIMIT must be a whole number from 0 to 1000000, not 'often'.\n"


def test_an_unusable_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = serve(tmp_path / "file" / "var")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
