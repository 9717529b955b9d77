"""What is replied is what Rasa replies that reads whole conversations, with nothing done once only.

REPLY_CONVERSATIONS=500 is the long form. Fallbacks, flows, pauses, restarts, staff's words and
half days are in the conversations (replies.py).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, Stack

CONVERSATIONS = int(os.environ.get("REPLY_CONVERSATIONS", "6"))
SEED = 11
KINDS = ("ours", "rasa")
SEALED = re.compile(r"papers/[\w-]+(?:/[\w-]+)?")
"""Addresses of papers, which are another for each time they are made."""


def begun(kind: str, stack: Stack, folder: Path) -> subprocess.Popen[str]:
    """Begin to hold the conversations with one kind of bot, over the stack's action server."""
    own = {"SECOND_OPINION_VAR": str(folder / kind), "SECOND_OPINION_DB_URL": ""}
    out = folder / f"{kind}.jsonl"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.scale.replies", kind, str(CONVERSATIONS), str(SEED), out],
        cwd=ROOT, env={**stack.environment(), **own}, text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_replies_are_those_of_the_whole_history(stack: Stack, tmp_path: Path, capsys) -> None:
    running = [begun(kind, stack, tmp_path) for kind in KINDS]
    for process in running:
        _, errors = process.communicate()
        assert process.returncode == 0, errors[-3000:]
    ours, rasas = (
        [
            json.loads(SEALED.sub("papers", line))
            for line in (tmp_path / f"{kind}.jsonl").read_text().splitlines()
        ]
        for kind in KINDS
    )
    turns = sum(map(len, ours))
    with capsys.disabled():
        print(f"\n{len(ours)} conversations, {turns} turns compared")
    assert len(ours) == len(rasas) == CONVERSATIONS
    assert turns > 6 * CONVERSATIONS
    for number, (mine, whole) in enumerate(zip(ours, rasas, strict=True)):
        for turn, (reply, expected) in enumerate(zip(mine, whole, strict=True)):
            assert reply == expected, f"conversation {number}, turn {turn}"
