"""``make sms-demo``: the whole product, texted with through the signed webhook."""

from __future__ import annotations

import subprocess
import sys

from bot.paths import ROOT


def test_a_text_is_answered_in_the_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.sms_demo"],
        cwd=ROOT, input="I have COPD\n1\n/quit\n", capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer, _, after_choice = done.stdout.partition("> 1\n")
    assert "I have noted COPD" in answer and "STOP to end" in answer
    assert "Reply with a number:\n1." in answer
    assert "Records to gather" in after_choice and "of 3 segments]" in after_choice
