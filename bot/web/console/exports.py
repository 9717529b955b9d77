"""What leaves the console as a file: text, JSON, CSV. Each export is in the audit."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.store import audit, transcripts
from bot.store.transcripts import Line
from bot.web.console.conversation import found
from bot.web.console.guard import Problem
from bot.web.console.pages import iso, moment
from bot.web.console.state import USER, ask
from bot.web.console.words import console_words

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings by which a spreadsheet takes words for a formula."""


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a CSV file. Words that a spreadsheet would run get an apostrophe before them."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return file.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def attachment(text: str, content_type: str, name: str) -> web.Response:
    """Return a file to save."""
    disposition = f'attachment; filename="{name}"'
    return web.Response(
        text=text,
        content_type=content_type,
        charset="utf-8",
        headers={"Content-Disposition": disposition},
    )


async def conversation(request: web.Request) -> web.Response:
    """Return a whole conversation as a file."""
    row, form = await found(request), request.match_info["form"]
    if form not in FORMS:
        raise Problem(404, "not_found")
    part = await ask(request, transcripts.part, row["sender_id"], most=None)
    await ask(request, audit.record, "exported", request[USER], row["ref"], form)
    write, content_type = FORMS[form]
    return attachment(write(row, part.lines), content_type, f"conversation-{row['ref']}.{form}")


def words_of(line: Line) -> str:
    """Return what a line said, its structured message included, as plain text."""
    text = str(line.payload.get("text") or "")
    return "\n".join(filter(None, (line.text, text if text != line.text else "")))


def _as_text(row: Mapping[str, Any], lines: Sequence[Line]) -> str:
    who = console_words()["who"]
    said = [f"{row['ref']} · {row['channel']} · {row['condition']}", ""]
    for line in lines:
        if line.by != "event":
            name = line.staff or who[line.by]
            said += [f"[{moment(line.at)}] {name}:", words_of(line), ""]
    return "\n".join(said)


def _as_json(row: Mapping[str, Any], lines: Sequence[Line]) -> str:
    head = {name: row[name] for name in ("ref", "channel", "condition")}
    said = [
        {
            "at": iso(line.at), "by": line.by, "staff": line.staff, "text": line.text,
            "payload": line.payload or None, "choices": [title for title, _ in line.choices],
            "intent": line.intent, "confidence": line.confidence, "reason": line.reason,
            "entities": line.entities, "action": line.action,
        }
        for line in lines
    ]  # fmt: skip
    return json.dumps({**head, "messages": said}, indent=2, ensure_ascii=False)


def _as_csv(_row: Mapping[str, Any], lines: Sequence[Line]) -> str:
    head = ("time", "by", "staff", "words", "intent", "confidence", "reason", "action")
    rows = (
        (iso(line.at), line.by, line.staff, words_of(line), line.intent,
         f"{line.confidence:.3f}" if line.intent else "", line.reason, line.action)
        for line in lines if line.by != "event"
    )  # fmt: skip
    return csv_of(head, rows)


FORMS = {
    "txt": (_as_text, "text/plain"),
    "json": (_as_json, "application/json"),
    "csv": (_as_csv, "text/csv"),
}
