"""Compares the lock file with the world's advisories: ``python -m tools.audit``, ``make audit``.

uv asks OSV (https://osv.dev), which gathers PyPI's and GitHub's advisories. What is known and
argued in ``advisories.yml`` is accepted; anything else fails. Without a way to OSV it says so, and
ends with 3, or with 0 where ``AUDIT_MAY_BE_OFFLINE=1``: it has then checked nothing but that every
accepted advisory is still about a library we have.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.knowledge import read_yaml
from bot.paths import ROOT, var_dir

ACCEPTED = ROOT / "tools" / "advisories.yml"
OFFLINE = 3
NO_WAY = re.compile(r"error sending request|dns error|Connect\)|timed out|Network", re.I)


def accepted() -> list[dict[str, Any]]:
    """Return the advisories that are argued."""
    return list(read_yaml(ACCEPTED))


def stale(lock: str) -> list[str]:
    """Return a sentence for each accepted advisory about a library that the lock file lacks."""
    return [
        f"{each['id']} is about {each['package']}, which is no longer installed: take it out."
        for each in accepted()
        if not re.search(rf"^{re.escape(each['package'])}==", lock, re.MULTILINE)
    ]


def command(uv: str) -> list[str]:
    """Return the call of uv that audits what is installed for patients."""
    ignored = [name for each in accepted() for name in (each["id"], *each["also"])]
    return [uv, "audit", "--frozen", *(part for name in ignored for part in ("--ignore", name))]


def uv_program() -> str | None:
    """Return the uv that tools/setup.sh uses."""
    own = var_dir() / "uv" / "bin" / "uv"
    return shutil.which("uv") or (str(own) if Path(own).exists() else None)


def main() -> int:
    """Audit; say what was and what was not done."""
    troubles = stale((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    if troubles:
        print("\n".join(troubles))
        return 1
    uv = uv_program()
    if uv is None:
        print("uv is not here, so nothing was audited.")
        return OFFLINE
    done = subprocess.run(command(uv), cwd=ROOT, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    if done.returncode and NO_WAY.search(said):
        print(
            f"NOT AUDITED: OSV cannot be reached from here. Only checked: the {len(accepted())} "
            "accepted advisories are about libraries that we still have."
        )
        return 0 if os.environ.get("AUDIT_MAY_BE_OFFLINE") == "1" else OFFLINE
    print(said)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
