"""The words of one paragraph, heading or cell: the reader's inline tokens made into nodes.

Built by a stack, for the depth of marks in marks is not bounded by the reader.

Raw HTML: `<br>`, `<sub>` and `<sup>` without attributes, and the empty comment `<!-- -->` that keeps two lists apart.
That is what Markdown has no sign of its own for and every face can draw. Anything else is refused with its line: shown
as words it would be noise, dropped it would hide from the approver what the file says.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from docctl.errors import Malformed
from docctl.renderers.nodes import (
    Blocks,
    Break,
    Code,
    Emphasis,
    Image,
    Inline,
    Inlines,
    Link,
    Lowered,
    Note,
    Raised,
    Strike,
    Strong,
    Text,
    fault,
)
from docctl.renderers.reader import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from markdown_it.token import Token

# More marks on one letter than any language has; putting them in order takes time with the square of their number.
_MARKS = 1000

_SAFE = re.compile(r"<(br|sub|sup)[ \t]*/?>|</(sub|sup)[ \t]*>", re.IGNORECASE)
EMPTY_COMMENT = re.compile(r"<!--\s*-->\s*")
_SHIFTED = frozenset({"sub", "sup"})
_WRAPPING: dict[str, Callable[[Inlines], Inline]] = {
    "strong": Strong,
    "em": Emphasis,
    "s": Strike,
    "sub": Lowered,
    "sup": Raised,
}


def refuse(_markup: str, line: int) -> str:
    """What becomes of raw HTML that no face draws: nothing."""
    raise Malformed("text-html", line=line)


@dataclass(slots=True)
class Surroundings:
    """What the words of a text refer to.

    Attributes:
        raw: Raw HTML and its line to the words that stand for it.
        notes: Footnotes by their labels; None inside a footnote, where no other may be referred to.
        numbers: Labels to the numbers given so far.
        before: Footnotes of the texts that stand before this one in the same copy.
    """

    raw: Callable[[str, int], str]
    notes: Mapping[str, Blocks] | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    before: int = 0


@dataclass(slots=True)
class _Mark:
    """A mark that is open: its kind, "" where it says nothing new, and what stands in it so far."""

    kind: str = ""
    silent: bool = False
    url: str = ""
    line: int = 0
    children: list[Inline] = field(default_factory=list)


def is_safe(markup: str) -> bool:
    """Whether raw HTML begins with a tag that is drawn."""
    return _SAFE.match(markup) is not None


def inlines(token: Token, around: Surroundings) -> Inlines:
    """The words of one inline token.

    Raises:
        Malformed: `text-html`, `text-control`, `footnote-place` (line=).
    """
    return _Maker(around, line_of(token)).made(token.children or ())


class _Maker:
    """One pass over the inline tokens of a block."""

    def __init__(self, around: Surroundings, line: int) -> None:
        self._around = around
        self._line = line
        self._stack = [_Mark()]

    def made(self, tokens: Iterable[Token]) -> Inlines:
        for token in tokens:
            kind, _, edge = token.type.rpartition("_")
            if edge == "open":
                self._open(kind, str(token.attrs.get("href", "")))
            elif edge == "close":
                self._close(kind)
            elif token.type == "html_inline":
                self._html(token.content)
            else:
                self._add(self._leaf(token))
            if token.type in {"softbreak", "hardbreak"}:
                self._line += 1
        if len(self._stack) > 1:
            raise Malformed("text-html", line=self._stack[-1].line)
        return tuple(self._stack[0].children)

    def _open(self, kind: str, url: str = "") -> None:
        # A mark inside the same mark says nothing new; leaving it out bounds the depth of the tree.
        silent = any(kind == above.kind for above in self._stack)
        self._stack.append(_Mark(kind, silent, url, self._line))

    def _close(self, kind: str) -> None:
        mark = self._stack.pop()
        if mark.kind != kind:  # a tag and a mark of Markdown overlap
            raise Malformed("text-html", line=self._line)
        children = tuple(mark.children)
        if mark.silent or not children:
            for inline in children:
                self._add(inline)
        else:
            self._add(Link(mark.url, children) if kind == "link" else _WRAPPING[kind](children))

    def _html(self, markup: str) -> None:
        found = _SAFE.fullmatch(markup)
        if found is None:
            if not EMPTY_COMMENT.fullmatch(markup):
                self._add(Text(_clean(self._around.raw(markup, self._line), self._line)))
            self._line += markup.count("\n")
        elif found[2]:
            self._close(found[2].lower())
        elif found[1].lower() == "br":
            self._add(Break())
        elif markup.rstrip(">").endswith("/") or any(mark.kind in _SHIFTED for mark in self._stack):
            raise Malformed("text-html", line=self._line)
        else:
            self._open(found[1].lower())

    def _add(self, inline: Inline) -> None:
        """Append, joining neighbouring words into one."""
        children = self._stack[-1].children
        last = children[-1] if children else None
        if isinstance(inline, Text) and not inline.text:
            return
        if isinstance(inline, Text) and isinstance(last, Text):
            children[-1] = Text(last.text + inline.text)
        else:
            children.append(inline)

    def _leaf(self, token: Token) -> Inline:
        leaf: Inline
        match token.type:
            case "softbreak":
                leaf = Text(" ")
            case "hardbreak":
                leaf = Break()
            case "code_inline":
                leaf = Code(_clean(token.content, self._line))
            case "image":
                leaf = self._image(token)
            case "footnote_ref":
                leaf = self._note(token.meta["label"])
            case _:
                leaf = Text(_clean(token.content, self._line))
        return leaf

    def _note(self, label: str) -> Note:
        notes, numbers = self._around.notes, self._around.numbers
        if notes is None or any(mark.kind == "link" for mark in self._stack):
            raise Malformed("footnote-place", line=self._line)
        again = label in numbers
        return Note(numbers.setdefault(label, self._around.before + len(numbers) + 1), notes[label], again)

    def _image(self, token: Token) -> Image:
        path = _clean(unquote(str(token.attrs.get("src", ""))), self._line)
        title = str(token.attrs.get("title", ""))
        alt = self._alt(token).strip() or title.strip() or posixpath.basename(path) or "-"
        return Image(path, _clean(alt, self._line), self._line)

    def _alt(self, token: Token) -> str:
        """The words of a picture: those of its tokens, whatever their marks."""
        words: list[str] = []
        for child in token.children or ():
            match child.type:
                case "softbreak" | "hardbreak":
                    words.append(" ")
                case "image":
                    words.append(self._alt(child))
                case "footnote_ref":
                    raise Malformed("footnote-place", line=self._line)
                case "html_inline" if not _SAFE.fullmatch(child.content):
                    words.append(self._around.raw(child.content, self._line))
                case "html_inline":
                    words.append(" " if child.content[:3].lower() == "<br" else "")
                case _:
                    words.append(child.content)
        return "".join(words)


def title_of(token: Token) -> str:
    """The caption of a picture that stands alone, as its inline token holds it; "" for none."""
    children = token.children or ()
    title = str(children[0].attrs.get("title", "")) if len(children) == 1 and children[0].type == "image" else ""
    return _clean(title, line_of(token)).strip()


def _clean(text: str, line: int) -> str:
    """One line of words; character references can bring in what the source itself did not hold."""
    text = composed(re.sub(r"[\t\n\r]", " ", text), line)
    if fault(text, "") is not None:
        raise Malformed("text-control", line=line)
    return text


def composed(text: str, line: int = 1) -> str:
    """The text in NFC; `line` is where it begins."""
    if unicodedata.is_normalized("NFC", text):
        return text
    marks = 0
    for offset, char in enumerate(text):
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks > _MARKS:
            raise Malformed("text-control", line=line + text.count("\n", 0, offset))
    return unicodedata.normalize("NFC", text)
