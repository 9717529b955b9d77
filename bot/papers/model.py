"""What a paper is made of: plain values, which the PDF and the web page both draw.

A line of words is a tuple of strings and blanks. Nothing here is markup: a patient's words stay
words, whatever signs they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Blank:
    """A place to write by hand; a wide one takes the rest of its line."""

    wide: bool


Line = tuple[str | Blank, ...]


@dataclass(frozen=True)
class Paragraph:
    """Lines that belong together."""

    lines: tuple[Line, ...]
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True)
class Form:
    """Lines to fill in by hand."""

    lines: tuple[Line, ...]
    kind: str = field(default="form", init=False)


@dataclass(frozen=True)
class SmallPrint:
    """What is good to know, at the foot of a page; the first line is the important one."""

    lines: tuple[str, ...]
    kind: str = field(default="small_print", init=False)


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Line, ...]
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True)
class Boxes:
    """A list of boxes to tick."""

    items: tuple[Line, ...]
    kind: str = field(default="boxes", init=False)


@dataclass(frozen=True)
class Subtitle:
    """A title within a section."""

    text: str
    kind: str = field(default="subtitle", init=False)


@dataclass(frozen=True)
class Callout:
    """What must not be overlooked, in a frame."""

    title: str
    text: str
    kind: str = field(default="callout", init=False)


@dataclass(frozen=True)
class Way:
    """The stages of the journey: (title, "done", "now" or "next")."""

    stages: tuple[tuple[str, str], ...]
    now: str
    kind: str = field(default="way", init=False)


@dataclass(frozen=True)
class Record:
    """One record: what, how to ask for it, and how it stands in words."""

    text: str
    how: str
    state: str
    done: bool
    asked: str = ""
    due: str = ""


@dataclass(frozen=True)
class Records:
    """The checklist, as a table."""

    columns: tuple[str, ...]
    rows: tuple[Record, ...]
    kind: str = field(default="records", init=False)


@dataclass(frozen=True)
class Question:
    """A question with its number and lines for the answer; no text means room for one."""

    number: int
    text: str
    room: int


@dataclass(frozen=True)
class Questions:
    """Questions with room to write."""

    items: tuple[Question, ...]
    kind: str = field(default="questions", init=False)


@dataclass(frozen=True)
class Aspect:
    """A row of the comparison: what it is about, what to ask, and what each doctor said."""

    title: str
    prompt: str
    first: str
    second: str


@dataclass(frozen=True)
class Sheet:
    """Two opinions side by side, with room to write."""

    first: str
    second: str
    rows: tuple[Aspect, ...]
    kind: str = field(default="sheet", init=False)


@dataclass(frozen=True)
class Source:
    """Where a fact comes from."""

    title: str
    publisher: str
    url: str
    reviewed: str


@dataclass(frozen=True)
class Sources:
    """The list of sources."""

    items: tuple[Source, ...]
    kind: str = field(default="sources", init=False)


Block = (
    Paragraph
    | Form
    | Bullets
    | Boxes
    | Subtitle
    | Callout
    | Way
    | Records
    | Questions
    | Sheet
    | Sources
    | SmallPrint
)


@dataclass(frozen=True)
class Section:
    """A part of a paper that begins on a page of its own.

    Attributes:
        id: short name.
        title: its heading.
        blocks: what is on it.
        to_send: it is sent away, like a letter: nothing of ours stands above or below it.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    to_send: bool = False


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    Attributes:
        title: of the file and the window; it says nothing of the diagnosis.
        sections: its parts, in order.
        footer: what stands below each page that stays with the patient.
        page_number: words with {page} and {pages}.
        lang: the language, as browsers and screen readers name it.
    """

    title: str
    sections: tuple[Section, ...]
    footer: str
    page_number: str
    lang: str = "en"
