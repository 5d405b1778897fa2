"""Material for tests of comparisons: the starter's texts, random edits of them, and what a tree says."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from docctl.core import heading
from docctl.renderers.nodes import Changed, CodeBlock, Definition, Image, Moved, Table, plain

TOP = Path(__file__).resolve().parents[2]
STARTERS = sorted(path for folder in ("policies", "procedures", "templates") for path in (TOP / folder).glob("*/*.md"))
EXTRA = """

1. Open the door.
2. Close the door behind you.

   And lock it, says **the rule**.
3. Hand in the key.

> Quoted words with [a link](https://x.example/a).

```
fixed   width
```

---
"""


def starter(path: Path) -> str:
    return heading.split(path.name, path.read_text("utf-8"))[1] + EXTRA


def said(value: Any) -> list[str]:
    """The words of each leaf of a tree, in order, whatever the marks; what is no word by its name."""
    if isinstance(value, Changed):
        return said(value.block)
    if isinstance(value, Moved):
        return said(value.blocks)
    if isinstance(value, Table):
        return [plain(cell) for row in (value.header, *value.rows) for cell in row]
    if isinstance(value, tuple):
        return [words for one in value for words in said(one)]
    if isinstance(value, CodeBlock):
        return value.text.split("\n")
    if isinstance(value, Definition):
        return [plain(value.term), *(words for meaning in value.meanings for words in said(meaning))]
    if isinstance(value, Image):
        return [value.alt]
    assert is_dataclass(value)
    own = [f"{type(value).__name__} {plain(value.children)}"] if hasattr(value, "children") else []
    inner = [getattr(value, field.name) for field in fields(value) if field.name in {"items", "blocks", "entries"}]
    return own + [words for one in inner for words in said(one)] or [type(value).__name__]


WORDS = ("shall", "10", "not", "Leyla", "həftə", "**bold**", "`code`", "", "a & b", "[x](https://y.example)")


@st.composite
def edits(draw: Any) -> tuple[str, str]:
    """A starter's text, and the same after a few edits of a person: words, lines, paragraphs and sections."""
    old = starter(draw(st.sampled_from(STARTERS)))
    new = old
    for kind in draw(st.lists(st.sampled_from(("word", "line", "copy", "gone", "section")), max_size=6)):
        if kind == "word":
            words = new.split(" ")
            at = draw(st.integers(0, len(words) - 1))
            words[at] = words[at][: draw(st.integers(0, 3))] + draw(st.sampled_from(WORDS))
            new = " ".join(words)
            continue
        between = {"line": "\n", "copy": "\n", "gone": "\n\n", "section": "\n## "}[kind]
        parts = new.split(between)
        at, to = (draw(st.integers(0, len(parts) - 1)) for _ in range(2))
        if kind == "copy":
            parts.insert(to, parts[at] + " again")
        elif kind == "section":
            parts.insert(max(to, 1), parts.pop(at)) if at else None
        else:
            del parts[at]
        new = between.join(parts)
    return old, new
