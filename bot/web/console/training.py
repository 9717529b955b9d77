"""From "should have been ..." to training examples: propose, approve, check, export."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlalchemy.engine import Connection, Engine

from bot.channels.masking import masked
from bot.knowledge import knowledge
from bot.paths import ROOT
from bot.store import audit, corrections, jobs
from bot.store.corrections import APPROVED, PROPOSED, REJECTED, STATES, Proposal
from bot.store.folding import NOT_UNDERSTOOD
from bot.web.console.conversation import ENTITIES, found
from bot.web.console.exports import attachment
from bot.web.console.guard import Problem
from bot.web.console.pages import number_from, page, redirect
from bot.web.console.state import ENGINE, TASKS, USER, ask, in_thread
from bot.web.console.words import sentence

CHECK, PATTERNS = "check", "patterns"
MODULES = {CHECK: "bot.review.check", PATTERNS: "bot.review.patterns"}
LONGEST_EXAMPLE = 500
MOST_MISSED = 5_000


def intent_named(name: str) -> str:
    """Return the intent, if there is one of this name.

    Raises:
        Problem: there is none.
    """
    if name not in knowledge("intents")["intents"]:
        raise Problem(400, "no_intent")
    return name


async def correct(request: web.Request) -> web.Response:
    """Take a message's "should have been ..." into the inbox."""
    row, user, data = await found(request), request[USER], await request.post()
    at = number_from(str(data.get("at")))
    if at is None:
        raise Problem(404, "no_message")
    said = await ask(request, corrections.message, row["sender_id"], at)
    if said is None:
        raise Problem(404, "no_message")
    text = masked(said["text"])[:LONGEST_EXAMPLE]
    names = [str(v) for v in data.getall("entity", [])]
    words = [str(v) for v in data.getall("words", [])]
    proposal = Proposal(
        row["sender_id"], at, text, said["intent"], intent_named(str(data.get("intent", ""))),
        entities_in(text, list(zip(words, names, strict=False))),
    )  # fmt: skip
    await ask(request, _propose, [proposal], user, row["ref"])
    return redirect(f"/console/c/{row['ref']}?at={at!r}#t{at}")


def entities_in(text: str, chosen: Sequence[tuple[str, str]]) -> tuple[Mapping[str, Any], ...]:
    """Return entities with their places: each of the words must stand in the text.

    Raises:
        Problem: they don't, or two of them overlap, or there is no entity of that name.
    """
    found_: list[dict[str, Any]] = []
    for words, name in chosen:
        words = words.strip()
        if not words:
            continue
        start = text.lower().find(words.lower())
        if start < 0:
            raise Problem(400, "no_words", words=words)
        if name not in ENTITIES:
            raise Problem(400, "no_entity")
        end = start + len(words)
        if any(start < e["end"] and e["start"] < end for e in found_):
            raise Problem(400, "overlap", words=words)
        found_.append({"start": start, "end": end, "entity": name, "value": text[start:end]})
    return tuple(sorted(found_, key=lambda e: int(e["start"])))


def _propose(
    connection: Connection, proposals: Sequence[Proposal], user: Mapping[str, Any], ref: str
) -> None:
    for proposal in proposals:
        corrections.propose(connection, proposal, user["id"])
    detail = f"{len(proposals)} as {proposals[0].intent}"
    audit.record(connection, "corrected", user, ref, detail)


async def missed(request: web.Request) -> web.Response:
    """Show what was not understood, likenesses together, the largest first."""
    rows, job = await ask(request, _missed)
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["pattern"] or -row["id"], []).append(row)
    patterns = sorted(groups.items(), key=lambda item: -len(item[1]))
    return page(
        request, "missed.html",
        patterns=patterns[: corrections.PATTERNS_SHOWN], samples=corrections.SAMPLES,
        all=len(rows), ungrouped=sum(1 for r in rows if not r["pattern"]), job=job,
        intents=sorted(knowledge("intents")["intents"]),
    )  # fmt: skip


def _missed(connection: Connection) -> tuple[Sequence[Mapping[str, Any]], Any]:
    return corrections.missed(connection, MOST_MISSED), jobs.latest(connection, PATTERNS)


async def settle(request: web.Request) -> web.Response:
    """Say once, for a whole pattern, what it should have been; or put it aside."""
    data, user = await request.post(), request[USER]
    text = str(data.get("pattern", ""))
    if not text.lstrip("-").isdecimal():
        raise Problem(404, "no_message")
    pattern = int(text)
    if data.get("aside") == "yes":
        await ask(request, _dismiss, pattern, user)
    else:
        intent = intent_named(str(data.get("intent", "")))
        await ask(request, _correct_pattern, pattern, intent, user)
    return redirect("/console/missed")


def _dismiss(connection: Connection, pattern: int, user: Mapping[str, Any]) -> None:
    number = corrections.dismiss(connection, pattern)
    audit.record(connection, "put aside", user, detail=f"{number} messages")


def _correct_pattern(
    connection: Connection, pattern: int, intent: str, user: Mapping[str, Any]
) -> None:
    rows = corrections.of_pattern(connection, pattern)
    proposals = [
        Proposal(row["sender_id"], row["at"], masked(row["text"])[:LONGEST_EXAMPLE],
                 row["intent"] or NOT_UNDERSTOOD, intent)
        for row in rows
    ]  # fmt: skip
    if proposals:
        _propose(connection, proposals, user, "")


async def show(request: web.Request) -> web.Response:
    """Show the training inbox."""
    state = request.query.get("state", PROPOSED)
    state = state if state in STATES else PROPOSED
    rows, counts, job = await ask(request, _training, state)
    return page(
        request, "training.html", rows=rows, counts=counts, state=state, states=STATES, job=job
    )


def _training(connection: Connection, state: str) -> tuple[Any, ...]:
    return (
        corrections.inbox(connection, state),
        corrections.counts(connection),
        jobs.latest(connection, CHECK),
    )


async def decide(request: web.Request) -> web.Response:
    """Approve or reject what was proposed."""
    data = await request.post()
    ids = [int(str(i)) for i in data.getall("id", []) if str(i).isdecimal() and len(str(i)) < 10]
    state = {"approve": APPROVED, "reject": REJECTED}.get(str(data.get("what", "")), PROPOSED)
    await ask(request, _decide, ids, state, request[USER])
    return redirect(f"/console/training?state={str(data.get('from', PROPOSED))[:10]}")


def _decide(
    connection: Connection, ids: Sequence[int], state: str, user: Mapping[str, Any]
) -> None:
    number = corrections.decide(connection, ids, state, user["id"])
    audit.record(connection, f"{state} examples", user, detail=f"{number} messages")


async def begin(request: web.Request) -> web.Response:
    """Begin the check of the approved examples, or the search for patterns."""
    kind = request.match_info["kind"]
    if kind not in MODULES:
        raise Problem(404, "not_found")
    job_id = await ask(request, jobs.begin, kind, request[USER]["id"])
    if job_id is not None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", MODULES[kind], str(job_id), cwd=ROOT
        )
        tasks = request.app[TASKS]
        task = asyncio.create_task(_wait(request.app[ENGINE], process, job_id))
        tasks.append(task)
        task.add_done_callback(tasks.remove)
        await ask(request, audit.record, f"began {kind}", request[USER])
    return redirect("/console/training#check" if kind == CHECK else "/console/missed")


async def _wait(engine: Engine, process: asyncio.subprocess.Process, job_id: int) -> None:
    """Note it if the process ends without having said how it went."""
    try:
        await process.wait()
    except asyncio.CancelledError:
        process.kill()
        raise
    await in_thread(engine, jobs.end, job_id, None)


async def export(request: web.Request) -> web.Response:
    """Return the approved examples in the form Rasa trains on."""
    rows = await ask(request, corrections.inbox, APPROVED)
    await ask(request, audit.record, "exported examples", request[USER], detail=f"{len(rows)}")
    return attachment(nlu_yaml(rows), "application/yaml", "from-the-console.yml")


def nlu_yaml(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return examples as Rasa's NLU YAML, each wording once, by intent."""
    by_intent: dict[str, list[str]] = {}
    for row in rows:
        example = marked(" ".join(row["text"].split()), row["entities"], row["text"])
        lines = by_intent.setdefault(row["intent"], [])
        if example not in lines:
            lines.append(example)
    examples = [
        {"intent": intent, "examples": LiteralScalarString("".join(f"- {e}\n" for e in lines))}
        for intent, lines in sorted(by_intent.items())
    ]
    text = io.StringIO()
    text.write(f"# {sentence('export_head')}\n")
    YAML().dump({"version": "3.1", "nlu": examples}, text)
    return text.getvalue()


def marked(text: str, entities: Sequence[Mapping[str, Any]], original: str) -> str:
    """Return an example with its entities in Rasa's notation: [COPD](condition).

    Brackets that the patient wrote become round ones, so that they are not taken for that.
    """
    plain = text.replace("[", "(").replace("]", ")")
    if text != original:  # spaces were mended, so the places no longer hold
        for entity in entities:
            words = " ".join(str(entity["value"]).split()).replace("[", "(").replace("]", ")")
            plain = plain.replace(words, f"[{words}]({entity['entity']})", 1)
        return plain
    for entity in sorted(entities, key=lambda e: -int(e["start"])):
        start, end = int(entity["start"]), int(entity["end"])
        plain = f"{plain[:start]}[{plain[start:end]}]({entity['entity']}){plain[end:]}"
    return plain
