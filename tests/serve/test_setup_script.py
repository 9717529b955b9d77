"""tools/setup.sh finds Python 3.10, says what is missing, and is silent when all is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.paths import ROOT

PYTHON = Path(sys.base_prefix) / "bin" / "python3.10"
TOOLS = (
    "sh ln cksum cat df awk uname mkdir dirname pwd env grep rm sed kill sleep flock ls"
).split()


class Machine:
    """A machine with only the plain tools and what a test puts on it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.bin = folder / "bin"
        self.home = folder / "home"
        self.path = str(self.bin)
        for each in (self.project / "tools", self.bin, self.home):
            each.mkdir(parents=True)
        for name in ("tools/setup.sh", "tools/uv.txt", "uv.lock", "requirements.lock"):
            shutil.copy(ROOT / name, self.project / name)
        for name in TOOLS:
            found = shutil.which(name)
            if found:
                (self.bin / name).symlink_to(found)

    def program(self, path: Path | str, text: str) -> Path:
        """Put a shell script on the machine."""
        file = self.bin / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return file

    def fake_uv(self, more: str = "") -> None:
        """Put a uv on the machine that makes a .venv and notes how it was called."""
        self.program(
            "uv",
            'echo "$@" >>"$HOME/uv-calls"\n' + more +
            'case "$1" in sync) mkdir -p .venv/bin; echo " + a==1"; echo "Installed 1 package";'
            f' [ -e .venv/bin/python ] || ln -s {sys.executable} .venv/bin/python;; esac',
        )  # fmt: skip

    def set_up(self) -> subprocess.CompletedProcess[str]:
        env = {"PATH": self.path, "HOME": str(self.home)}
        return subprocess.run(
            ["sh", "tools/setup.sh"],
            cwd=self.project, env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    @property
    def uv_calls(self) -> str:
        return (self.home / "uv-calls").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_it_says_how_to_get_it_and_stops(machine: Machine) -> None:
    ended = machine.set_up()
    assert ended.returncode == 2
    assert "Python 3.10" in ended.stderr
    assert "pyenv install 3.10" in ended.stderr
    assert "uv python install 3.10" in ended.stderr
    assert "apt-get install python3-venv" in ended.stderr
    assert not (machine.project / ".venv").exists()


def test_a_shim_that_does_not_run_is_passed_over_for_pyenvs_python(machine: Machine) -> None:
    machine.program("python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    real = machine.home / ".pyenv" / "versions" / "3.10.9" / "bin" / "python3.10"
    real.parent.mkdir(parents=True)
    real.symlink_to(PYTHON)
    machine.fake_uv()
    ended = machine.set_up()
    assert ended.returncode == 0, ended.stderr
    assert ".pyenv/versions/3.10.9/bin/python3.10 --compile-bytecode" in machine.uv_calls


def test_an_active_environment_is_not_what_the_new_one_is_made_from(machine: Machine) -> None:
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", machine.home / "active"], check=True)
    machine.fake_uv()
    machine.path = f"{machine.home / 'active' / 'bin'}:{machine.bin}"
    ended = machine.set_up()
    assert ended.returncode == 0, ended.stderr
    assert f"--python {PYTHON}" in machine.uv_calls


def test_an_older_python_is_not_taken_for_the_right_one(machine: Machine) -> None:
    machine.program("python3.10", "exit 1")
    machine.program("python3", "exit 1")
    assert machine.set_up().returncode == 2


def test_python_is_fetched_through_uv_if_need_be(machine: Machine) -> None:
    machine.fake_uv(
        'case "$1 $2" in\n'
        f'"python find") [ -e "$HOME/fetched" ] && echo {PYTHON} || exit 1;;\n'
        '"python install") : >"$HOME/fetched";;\n'
        "esac\n"
    )
    ended = machine.set_up()
    assert ended.returncode == 0, ended.stderr
    assert "fetching it with uv" in ended.stderr
    assert f"--python {PYTHON}" in machine.uv_calls


def test_a_second_time_it_does_nothing_and_says_nothing(machine: Machine) -> None:
    (machine.bin / "python3.10").symlink_to(sys.executable)
    machine.fake_uv()
    assert "ready" in machine.set_up().stdout
    calls = machine.uv_calls
    again = machine.set_up()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.uv_calls == calls


def test_a_changed_lock_file_is_installed(machine: Machine) -> None:
    (machine.bin / "python3.10").symlink_to(sys.executable)
    machine.fake_uv()
    machine.set_up()
    with (machine.project / "uv.lock").open("a") as lock:
        lock.write("\n")
    assert "ready" in machine.set_up().stdout
    assert machine.uv_calls.count("sync") == 2


def test_the_long_list_of_packages_is_not_shown(machine: Machine) -> None:
    (machine.bin / "python3.10").symlink_to(sys.executable)
    machine.fake_uv()
    ended = machine.set_up()
    assert "Installed 1 package" in ended.stderr
    assert "a==1" not in ended.stdout + ended.stderr


def test_a_failed_install_is_no_success_and_is_tried_again(machine: Machine) -> None:
    (machine.bin / "python3.10").symlink_to(sys.executable)
    machine.program("uv", '[ "$1" = --version ] || { echo "no space left" >&2; exit 1; }')
    for _ in range(2):
        ended = machine.set_up()
        assert ended.returncode == 2
        assert "no space left" in ended.stderr
        assert "Installing failed" in ended.stderr


def test_a_folder_that_cannot_be_written_is_said(machine: Machine) -> None:
    (machine.project / "var").touch()
    ended = machine.set_up()
    assert ended.returncode == 2
    assert "Cannot write to the folder var" in ended.stderr


def test_another_kind_of_machine_is_told_so(machine: Machine) -> None:
    (machine.bin / "uname").unlink()
    machine.program("uname", "echo Darwin")
    ended = machine.set_up()
    assert ended.returncode == 2
    assert "Linux" in ended.stderr
