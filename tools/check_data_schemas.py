"""Whether each content file has the form the program reads: tools/schemas has one for each."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, RefResolver, ValidationError, validators
from ruamel.yaml import YAML

from tools.check_data_files import Content, Document, Key, Problem

SCHEMAS = Path(__file__).parent / "schemas"
COMMON = "common"
RESPONSES = "responses"
_BASE = "file:///schemas/"
_TRAP = re.compile(r"\s*['\"]?(nlu|responses|stories|rules)['\"]?\s*:")
_TYPES = {
    "string": "text",
    "object": "a group of entries",
    "array": "a list",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "date": "a date like 2026-11-22",
}
_checker = Draft7Validator.TYPE_CHECKER.redefine(
    "date", lambda _, value: isinstance(value, datetime.date)
)
_Validator = validators.extend(Draft7Validator, type_checker=_checker)


def problems(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the form of the knowledge files and the responses."""
    for name in sorted(_names()):
        yield from _of_document(content.knowledge(name), name)
    for document in content.responses:
        yield from _of_document(document, RESPONSES)


def _names() -> set[str]:
    return {path.stem for path in SCHEMAS.glob("*.yml")} - {COMMON, RESPONSES}


def stray_files(content: Content) -> Iterator[Problem]:
    """Yield knowledge files that have no schema, so that nothing can be said about them."""
    for document in content.folder("knowledge"):
        if document.name not in _names():
            yield Problem(document.file, 1, "No program reads a file of this name.")


def reserved_lines(content: Content) -> Iterator[Problem]:
    """Yield lines of knowledge files that Rasa would take for training data."""
    for path in sorted((content.root / "data" / "knowledge").rglob("*")):
        if path.suffix not in (".yml", ".yaml", ".json"):
            continue
        file = str(path.relative_to(content.root))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = _TRAP.match(line)
            if found:
                yield Problem(
                    file,
                    number,
                    f"A line here may not begin with '{found[1]}:', because Rasa would read the "
                    "whole file as training data. Use another word.",
                )


@cache
def _schema(name: str) -> Any:
    return YAML(typ="safe").load((SCHEMAS / f"{name}.yml").read_text(encoding="utf-8"))


@cache
def _validator(name: str) -> Any:
    schema = _schema(name)
    store = {f"{_BASE}{COMMON}.yml": _schema(COMMON)}
    resolver = RefResolver(f"{_BASE}{name}.yml", schema, store)
    return _Validator(schema, resolver=resolver)


@cache
def _of_document(document: Document, schema: str) -> tuple[Problem, ...]:
    if document.problem:
        return (document.problem,)
    errors = _validator(schema).iter_errors(document.value)
    return tuple(_problem(document, error) for error in errors)


def _problem(document: Document, error: ValidationError) -> Problem:
    path: tuple[Key, ...] = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        unknown = _unknown(error)
        return document.problem_at((*path, unknown), _unknown_sentence(error, unknown))
    return document.problem_at(path, f"{_where(path)} {_sentence(error)}")


def _where(path: tuple[Key, ...]) -> str:
    """Return the subject of the sentence: which entry is meant."""
    named = [str(part) for part in path if isinstance(part, str)]
    if not named:
        return "The file" if not path else "This entry"
    if path and isinstance(path[-1], int):
        return f"Entry {path[-1] + 1} of '{named[-1]}'"
    return f"'{named[-1]}'"


def _unknown(error: ValidationError) -> str:
    known = set(error.schema.get("properties") or ())
    return next(str(key) for key in error.instance if key not in known)


def _unknown_sentence(error: ValidationError, unknown: str) -> str:
    known = sorted(error.schema.get("properties") or ())
    near = difflib.get_close_matches(unknown, known, 1)
    hint = f" Did you mean '{near[0]}'?" if near else f" Known here: {', '.join(known[:12])}."
    return f"'{unknown}' is no entry that the program knows.{hint}"


def _sentence(error: ValidationError) -> str:
    """Return the rest of the sentence: what is wrong with the entry."""
    if isinstance(error.schema, Mapping) and error.validator == "pattern":
        says = error.schema.get("says") or f"must have the form {error.validator_value}"
        return f"{says}, not '{error.instance}'."
    if error.validator == "required":
        missing = error.message.split("'")[1]
        return f"lacks the entry '{missing}'."
    if error.validator == "type":
        kinds = error.validator_value
        wanted = [_TYPES.get(k, k) for k in ([kinds] if isinstance(kinds, str) else kinds)]
        return f"must be {' or '.join(wanted)}, not {_shown(error.instance)}."
    if error.validator == "enum":
        allowed = ", ".join(str(value) for value in error.validator_value)
        return f"must be one of these: {allowed}; not {_shown(error.instance)}."
    if error.validator == "maxLength":
        return f"has {len(error.instance)} characters; at most {error.validator_value} are allowed."
    if error.validator in ("minLength", "minItems", "minProperties"):
        return "is empty or too short."
    if error.validator == "maxItems":
        return f"has {len(error.instance)} entries; at most {error.validator_value} are allowed."
    if error.validator == "uniqueItems":
        return "names something twice."
    if error.validator in ("anyOf", "not", "contains"):
        return str(error.schema.get("says") or "is not as the program needs it") + "."
    return f"is wrong: {error.message}."


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a group of entries"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"'{value}'"
