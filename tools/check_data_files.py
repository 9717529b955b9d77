"""What is checked: the content files, read once, with the line of every entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

Key = str | int


@dataclass(frozen=True, order=True)
class Problem:
    """Something an editor should mend, in one plain sentence.

    Attributes:
        file: from the root of the checkout.
        line: counted from 1.
        text: what is wrong, and what would be right.
        warning: worth knowing, but no reason to fail.
    """

    file: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        """Return it as editors' programs understand it: file:line: text."""
        return f"{self.file}:{self.line}: {'(soon) ' if self.warning else ''}{self.text}"


@dataclass(frozen=True)
class Document:
    """One YAML file.

    Attributes:
        file: from the root of the checkout.
        text: as it is written; two documents are the same if file and text are.
        value: its content; None if it can't be read.
        problem: why it can't be read.
    """

    file: str
    text: str
    value: Any = field(compare=False)
    problem: Problem | None = None

    @property
    def name(self) -> str:
        """The file's name without folder and ending."""
        return Path(self.file).stem

    def line(self, *path: Key) -> int:
        """Return the line of the entry under a path, or of its nearest parent."""
        node, line = self.value, 1
        for key in path:
            found = _line_of(node, key)
            if found is None:
                return line
            line, node = found, node[key]
        return line

    def problem_at(self, path: tuple[Key, ...], text: str, warning: bool = False) -> Problem:
        """Return a problem with the entry under a path."""
        return Problem(self.file, self.line(*path), text, warning)


def _line_of(node: Any, key: Key) -> int | None:
    known = isinstance(node, CommentedMap | CommentedSeq) and node.lc.data
    return int(node.lc.data[key][0]) + 1 if known and key in node.lc.data else None


@cache
def _parsed(text: str) -> tuple[Any, tuple[int, str] | None]:
    """Return the value of a YAML text, or the line and the sentence of what is wrong with it."""
    try:
        return YAML(typ="rt").load(text), None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return None, (line, _in_plain_words(str(getattr(error, "problem", None) or error)))


def _in_plain_words(problem: str) -> str:
    if "duplicate key" in problem:
        return f"The same entry stands here twice: {problem.split(chr(34))[1]}."
    return (
        f"This is not valid YAML ({problem}). Look for a missing quote or colon, or a line that "
        "is moved in too far or not far enough, here or just above."
    )


class Content:
    """Everything below a checkout's root that editors write, read when first asked for."""

    def __init__(self, root: Path) -> None:
        """Look at the content of one checkout.

        Args:
            root: the folder that holds ``data`` and ``domain.yml``.
        """
        self.root = root

    def text(self, file: str) -> str:
        """Return the text of a file."""
        return (self.root / file).read_text(encoding="utf-8")

    def document(self, file: str) -> Document:
        """Return a YAML file, read."""
        if not (self.root / file).is_file():
            return Document(file, "", None, Problem(file, 1, "This file is missing."))
        text = self.text(file)
        value, wrong = _parsed(text)
        return Document(file, text, value, Problem(file, *wrong) if wrong else None)

    def knowledge(self, name: str) -> Document:
        """Return a file of data/knowledge."""
        return self.document(f"data/knowledge/{name}.yml")

    def topics(self) -> Iterator[tuple[Document, tuple[Key, ...], Any]]:
        """Yield the file, the place and the entry of everything that is said about a topic."""
        for name in ("topics", "follow_ups"):
            document = self.knowledge(name)
            for key, entry in document.value[name].items():
                yield document, (name, key), entry
                if "uninsured" in entry:
                    other = {**entry["uninsured"], "sources": entry["sources"]}
                    yield document, (name, key, "uninsured"), other

    def folder(self, name: str) -> list[Document]:
        """Return every YAML file of a folder below data, by name."""
        found = sorted((self.root / "data" / name).glob("*.yml"))
        return [self.document(f"data/{name}/{path.name}") for path in found]

    @property
    def responses(self) -> list[Document]:
        """Every file of data/responses."""
        return self.folder("responses")

    @property
    def domain(self) -> Any:
        """What domain.yml says."""
        return self.document("domain.yml").value

    def programs(self) -> Iterator[str]:
        """Yield the text of every Python file of the bot and its actions."""
        for folder in ("actions", "bot"):
            for path in sorted((self.root / folder).rglob("*.py")):
                yield path.read_text(encoding="utf-8")
