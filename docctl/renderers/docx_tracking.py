"""The changes of a comparison as Word's tracked changes, each to be accepted or refused by itself (ECMA-376, 17.13.5).

The body is written with brackets around what was added, removed or moved (`docx_xml.marked`, `moved`); here they are
resolved in one pass over the parsed body. So whatever can be drawn can be tracked, and the drawing knows nothing of it.

    runs        w:ins, w:del with w:delText, w:moveFrom, w:moveTo around them
    paragraphs  the same, empty, in the properties of the paragraph's mark
    rows        w:ins, w:del in the properties of the row; Word has no moved rows

Word shows the time of a change as it is written, whatever zone it names; so it is the local time of who agreed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docctl.renderers.marking import Comparison

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUNS = {"+": "ins", "-": "del", "here": "moveTo", "away": "moveFrom"}
_ROWS = {"+": "ins", "-": "del", "here": "ins", "away": "del"}
_MOVES = {"+": "here", "-": "away"}
_DELETED = {_W + "t": _W + "delText", _W + "instrText": _W + "delInstrText"}
_FIRST_ID = 100_000  # apart from the ids of whatever else a document numbers
_LONGEST_AUTHOR = 255


def settle(body: Any, comparison: Comparison) -> None:
    """Resolve every bracket inside an element, in place."""
    _Tracker(comparison).children(body, "")


class _Tracker:
    """One pass, with the number of the next change."""

    def __init__(self, comparison: Comparison) -> None:
        self._by = {_W + "author": comparison.author[:_LONGEST_AUTHOR], _W + "date": comparison.at}
        self._next = _FIRST_ID

    def children(self, element: Any, mark: str) -> None:
        """Everything inside an element; `mark` is what the brackets around it say."""
        for child in list(element):
            if child.tag == "mark":
                self.children(child, child.get("sign"))
                _unwrap(child)
            elif child.tag == "moved":
                self._moved(child)
            elif child.tag == _W + "r":
                if mark:
                    self._run(child, mark)
            else:
                self.children(child, mark)
                if mark and child.tag == _W + "p":
                    self._paragraph(child, mark)
                elif mark and child.tag == _W + "tr":
                    self._row(child, mark)

    def _change(self, element: Any, tag: str, **own: str) -> Any:
        """A new element of a change; it is in the document only once it is put there."""
        self._next += 1
        return element.makeelement(_W + tag, {_W + "id": str(self._next), **self._by, **own})

    def _run(self, run: Any, mark: str) -> None:
        """Into the element of a change; neighbours with one mark are one change."""
        if mark == "-":
            for part in run:
                part.tag = _DELETED.get(part.tag, part.tag)
        before = run.getprevious()
        if before is not None and before.tag == _W + _RUNS[mark]:
            before.append(run)
            return
        change = self._change(run, _RUNS[mark])
        run.addprevious(change)
        change.append(run)

    def _paragraph(self, paragraph: Any, mark: str) -> None:
        props = paragraph.find(_W + "pPr")
        own = props.find(_W + "rPr")
        if own is None:
            own = props.makeelement(_W + "rPr")
            props.append(own)
        own.insert(0, self._change(props, _RUNS[mark]))

    def _row(self, row: Any, mark: str) -> None:
        props = row.find(_W + "trPr")
        if props is None:
            props = row.makeelement(_W + "trPr")
            row.insert(0, props)
            # A change alone does not make the properties of a row (CT_TrPr): this one says what holds anyway.
            props.append(props.makeelement(_W + "cantSplit", {_W + "val": "off"}))
        props.append(self._change(row, _ROWS[mark]))

    def _moved(self, bracket: Any) -> None:
        mark = _MOVES[bracket.get("sign")]
        self.children(bracket, mark)
        tag = f"{_RUNS[mark]}Range"
        start = self._change(bracket, f"{tag}Start", **{_W + "name": f"move{bracket.get('number')}"})
        end = bracket.makeelement(f"{_W}{tag}End", {_W + "id": start.get(_W + "id")})
        bracket.insert(0, start)
        bracket.append(end)
        _unwrap(bracket)


def _unwrap(bracket: Any) -> None:
    """Put what stands inside a bracket in its place."""
    for child in list(bracket):
        bracket.addprevious(child)
    bracket.getparent().remove(bracket)
