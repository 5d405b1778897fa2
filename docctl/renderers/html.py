"""A copy as one HTML page that needs nothing beside itself: style inside, pictures inside, no script."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from docctl.core.copies import Appearance
from docctl.renderers import face, marking, pictures, tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docctl.core.copies import ControlledCopy
    from docctl.renderers.marking import Comparison
    from docctl.renderers.nodes import Sign, Written

_STYLE = """
:root{--ink:#16181d;--quiet:#5b616b;--accent:#1f3a5f;--hair:#a3a9b3;--shade:#eceff3}
*{box-sizing:border-box}
html{font:16px/1.5 Arimo,Arial,"Liberation Sans",sans-serif;color:var(--ink);background:#eef0f3}
body{margin:2rem auto;max-width:54rem;padding:2.2rem 3rem;background:#fff;position:relative;overflow-wrap:anywhere}
.head,.foot{display:flex;justify-content:space-between;gap:2rem;font-size:.75rem;line-height:1.4;color:var(--quiet)}
.head{border-bottom:1px solid var(--hair);padding-bottom:.4rem}
.foot{border-top:1px solid var(--hair);padding-top:.4rem;margin-top:2.5rem}
.head div:last-child,.foot div:last-child{text-align:right}
.head b{color:var(--ink);display:block}
.org{text-align:center;font-weight:bold;font-size:1.15rem;margin:1.5rem 0 2rem;padding-bottom:.5rem;
border-bottom:4px double var(--accent)}
h1.title{text-align:center;font-size:1.8rem;margin:0}
.kind{text-align:center;color:var(--quiet);margin:.2rem 0 1.6rem}
h1,h2,h3,h4,h5,h6{color:var(--accent);line-height:1.25;margin:1.6em 0 .6em;break-after:avoid}
h2{font-size:1.3rem}h3{font-size:1.1rem}h4,h5,h6{font-size:1rem}h5,h6{color:var(--ink)}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.875rem;line-height:1.4}
th,td{border:1px solid var(--hair);padding:.35rem .5rem;text-align:left;vertical-align:top}
th{background:var(--shade)}
.wide{overflow-x:auto}
@media screen{.wide th,.wide td{overflow-wrap:break-word}}
.emblem{display:block;height:4rem;width:auto;margin:1.2rem auto -.8rem}
.stamps{display:flex;gap:3rem;margin:0 0 2rem;line-height:1.35}
.stamps div{flex:1}
.stamps b{display:block}
.note{color:var(--quiet);font-size:.85rem;margin:-1.6rem 0 2rem}
.part{border-top:4px double var(--accent);margin-top:3rem;padding-top:1rem}
.facts{border-top:2px solid var(--accent);border-bottom:2px solid var(--accent);margin-bottom:2rem}
.facts th,.facts td{border-width:1px 0;background:none}
.facts th{width:30%;color:var(--quiet);font-weight:normal}
pre{background:#f4f5f7;padding:.7rem .9rem;white-space:pre-wrap;font-size:.85rem}
code{font-family:"DejaVu Sans Mono","Courier New",monospace;font-size:.9em}
blockquote{margin:1rem 0;padding:.1rem 1rem;border-left:3px solid #c3c9d2;color:var(--quiet)}
img{max-width:100%;height:auto}figure{margin:1.2rem 0;text-align:center}
hr{border:0;border-top:1px solid var(--hair);margin:1.8rem 0}
a{color:var(--accent)}
.quiet{color:var(--quiet);font-size:.8rem}
.l{text-align:left}.c{text-align:center}.r{text-align:right}
.watermark{position:fixed;inset:0;display:grid;place-items:center;pointer-events:none;z-index:1}
.watermark span{transform:rotate(-45deg);
font-size:min(16vw,7rem);font-weight:bold;color:#16181d;opacity:.09;
white-space:nowrap}
li.own{list-style:none;position:relative}
li.own>.n{position:absolute;right:100%;margin-right:.45em;white-space:nowrap}
.steps{padding-left:3.2rem}
dt{font-weight:bold;margin-top:.7rem;break-after:avoid}dd{margin:.15rem 0 .5rem 2rem}
.box{margin:1.2rem 0;padding:.6rem 1rem;border-left:4px solid var(--accent);background:var(--shade)}
.box.important,.box.warning,.box.caution{border-color:#a4262c}
.box>:last-child{margin-bottom:0}.word{font-weight:bold;margin:0 0 .3rem}.word+*{margin-top:0}
figcaption{font-size:.875rem;color:var(--quiet);margin-top:.5rem}
sup,sub{line-height:0;font-size:.75em}.ref a{text-decoration:none}
.notes{margin-top:2rem;border-top:1px solid var(--hair);font-size:.875rem}
.notes li>p{margin:.4rem 0}
@page{size:A4;margin:20mm 10mm 20mm 20mm}
@media print{html{background:none;font-size:11pt}
body{margin:0;max-width:none;padding:0}thead{display:table-header-group}
tr,figure{break-inside:avoid}
}
"""

# Added is underlined, removed struck, both with a sign and a bar: nothing rests on colour, so print it in black.
_COMPARISON = """
ins{text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:2px;background:#e3f4e6;color:#0b4f1c}
del{text-decoration:line-through;text-decoration-thickness:1.5px;background:#fbe6e4;color:#8c1a11}
.mark{font-weight:bold;font-size:.8em;padding:0 .1em;display:inline-block;text-decoration:none;user-select:none}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.touched{border-left:4px double #16181d;margin-left:-1.2rem;padding-left:calc(1.2rem - 4px)}
.moved{border-left:4px dashed #5b616b;margin-left:-1.2rem;padding-left:calc(1.2rem - 4px)}
.moved .touched{border-left-width:0}
.moved>.note{font-style:italic;font-size:1rem;margin:0 0 .5rem}
@media print{ins,del{-webkit-print-color-adjust:economy;print-color-adjust:economy}.touched,.moved{margin-left:0}}
"""
_CHANGES = {"+": ("ins", "+", "added"), "-": ("del", "−", "removed")}

_SIDES = {"left": ' class="l"', "center": ' class="c"', "right": ' class="r"', "": ""}
_TAGS = {tree.Strong: "strong", tree.Emphasis: "em", tree.Strike: "s", tree.Raised: "sup", tree.Lowered: "sub"}
# What a page may load: nothing from anywhere, so that opening a copy tells nobody.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def render(copy: ControlledCopy, comparison: Comparison | None = None) -> bytes:
    """The copy as HTML, UTF-8.

    Args:
        copy: What to draw.
        comparison: To be drawn in place of the copy's text.

    Raises:
        Malformed: those of `tree.parse` and of `pictures.find`.
    """
    copy = face.prepare(copy)
    tag = escape(face.language_tag(copy.language))
    style = _STYLE.replace(Appearance().accent, escape(copy.appearance.accent))
    style += _COMPARISON if comparison else ""
    text = _Body(copy).compared(comparison.blocks) if comparison else _texts(copy)
    page = (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{escape(copy.number)} – {escape(copy.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_head(copy)}<main>\n{text}</main>\n{_closings(copy)}{_foot(copy)}"
        "</body>\n</html>\n"
    )
    return page.encode("utf-8")


def _head(copy: ControlledCopy) -> str:
    lines = face.running(copy)
    watermark = f'<div class="watermark" aria-hidden="true"><span>{escape(copy.watermark)}</span></div>\n'
    facts = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>\n' for label, value in copy.facts
    )
    table = f'<table class="facts">\n{facts}</table>\n' if facts else ""
    lines_of_note = "<br>".join(escape(line) for line in copy.language_note.split("\n"))
    note = f'<p class="note">{lines_of_note}</p>' if lines_of_note else ""
    return (
        f"{watermark if copy.watermark else ''}"
        f'<header>\n<div class="head"><div><b>{escape(lines.organisation)}</b>{escape(lines.title)}</div>'
        f"<div><b>{escape(lines.number)}</b>{escape(lines.state)}</div></div>\n"
        f'{_emblem(copy)}<p class="org">{escape(copy.organisation)}</p>\n{_stamps(copy)}'
        f'<h1 class="title">{escape(copy.title)}</h1>\n<p class="kind">{escape(copy.kind)}</p>\n'
        f"{table}{note}</header>\n"
    )


def _emblem(copy: ControlledCopy) -> str:
    data = base64.b64encode(copy.appearance.emblem).decode("ascii")
    alt = escape(copy.organisation)
    return f'<img class="emblem" src="data:image/png;base64,{data}" alt="{alt}">\n' if data else ""


def _stamps(copy: ControlledCopy) -> str:
    """Who agreed on the left, who approved on the right; an empty place keeps the other in its own."""
    if not copy.stamps:
        return ""
    written = {"left": "", "right": ""}
    for stamp in copy.stamps:
        signed = copy.labels.get("signed", "") if stamp.name else ""
        lines = [stamp.position, signed, stamp.name, stamp.day, *stamp.act.split(" · ")]
        rest = "<br>".join(escape(line) for line in lines if line)
        written[stamp.place] = f"<b>{escape(stamp.word)}</b>{rest}"
    return '<div class="stamps">' + "".join(f"<div>{words}</div>" for words in written.values()) + "</div>\n"


def _texts(copy: ControlledCopy) -> str:
    """The text, and the other language's behind it, in its own language."""
    other = copy.companion
    if other is None:
        return _Body(copy).written(tree.parse(copy.text))
    first, second = tree.parse_all((copy.text, other.text))
    tag = escape(face.language_tag(other.language))
    return (
        f"{_Body(copy).written(first)}"
        f'<section class="part" lang="{tag}">\n<h1 class="title">{escape(other.title)}</h1>\n'
        f'<p class="kind">{escape(other.kind)}</p>\n<p class="quiet">{escape(other.language_note)}</p>\n'
        f"{_Body(other).written(second)}</section>\n"
    )


def _foot(copy: ControlledCopy) -> str:
    lines = face.running(copy)
    digest = f'<p class="quiet">{escape(copy.labels["digest"])}: <code>{escape(copy.digest)}</code></p>\n'
    left = "<br>".join(escape(words) for words in (lines.effective, lines.uncontrolled, lines.notice) if words)
    return (
        f'{digest if copy.digest else ""}<footer class="foot"><div>{left}</div>'
        f"<div>{escape(lines.digest)}</div></footer>\n"
    )


def _closings(copy: ControlledCopy) -> str:
    written = []
    for closing in face.closings(copy):
        head = "".join(f'<th scope="col">{escape(words)}</th>' for words in closing.head)
        rows = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>\n" for row in closing.rows)
        written.append(f"<h2>{escape(closing.title)}</h2>\n{_table(head, rows)}")
    return "".join(written)


def _cell(lines: Iterable[tuple[str, face.Tone]]) -> str:
    tones = {"strong": "<b>{}</b>", "quiet": '<span class="quiet">{}</span>', "plain": "{}"}
    return "<br>".join(tones[tone].replace("{}", escape(words)) for words, tone in lines)


def _table(head: str, rows: str) -> str:
    heading = f"<thead><tr>{head}</tr></thead>\n" if head else ""
    return f'<div class="wide"><table>\n{heading}<tbody>\n{rows}</tbody>\n</table></div>\n'


class _Body:
    """Writes blocks; gathers the footnotes it met."""

    def __init__(self, copy: ControlledCopy) -> None:
        self._copy = copy
        self._notes: list[tree.Note] = []

    def written(self, blocks: tree.Blocks) -> str:
        """A whole text, its footnotes behind it."""
        return self._blocks(blocks) + self._footnotes()

    def _footnotes(self) -> str:
        if not self._notes:
            return ""
        notes = "".join(
            f'<li id="note-{note.number}" class="own" role="doc-footnote">{_sign(f"{note.number}.")}'
            f'{self._blocks(note.blocks)}<a href="#ref-{note.number}" role="doc-backlink">↑</a></li>\n'
            for note in self._notes
        )
        return f'<section class="notes">\n<ol class="steps">\n{notes}</ol>\n</section>\n'

    def _blocks(self, blocks: tree.Blocks) -> str:
        return "".join(self._any(block) for block in blocks)

    def compared(self, blocks: tree.Blocks) -> str:
        """A comparison, its footnotes behind it."""
        return self._barred(blocks) + self._footnotes()

    def _barred(self, blocks: tree.Blocks) -> str:
        """The blocks, each changed one with a bar beside it; what moved has one of its own."""
        written = []
        for block in blocks:
            bar = not isinstance(block, tree.Moved) and marking.touched(block)
            written.append(f'<div class="touched">\n{self._any(block)}</div>\n' if bar else self._any(block))
        return "".join(written)

    def _any(self, block: tree.Block) -> str:
        match block:
            case tree.Changed(mark, inner):
                within = marking.inward(inner, mark)
                # What has no words that could be marked is marked whole.
                return f"{self._marked(mark, self._block(inner))}\n" if within == block else self._any(within)
            case tree.Moved():
                # Whole where the blocks stand now, a note where they stood.
                note = f'<p class="note">{escape(block.note)}</p>\n'
                inside = self._barred(block.blocks) if block.sign == "+" else ""
                return f'<div class="moved">\n{note}{inside}</div>\n'
            case _:
                return self._block(block)

    def _marked(self, mark: Sign, written: str) -> str:
        """What was added or removed, with a sign for the eye and words for who hears the page."""
        if not mark:
            return written
        tag, sign, code = _CHANGES[mark]
        says = (
            f'<span class="spoken">[{escape(self._copy.labels[code])}: </span>',
            '<span class="spoken">]</span>',
        )
        return f'<{tag}>{says[0]}<span class="mark" aria-hidden="true">{sign}</span>{written}{says[1]}</{tag}>'

    def _block(self, block: Written) -> str:  # noqa: C901  (a case a kind of node)
        match block:
            case tree.Heading(level, children):
                deep = min(level + 1, 6)  # the title is the page's first heading
                written = f"<h{deep}>{self._inlines(children)}</h{deep}>\n"
            case tree.Paragraph(children):
                written = f"<p>{self._inlines(children)}</p>\n"
            case tree.BulletList(items, tight):
                written = f"<ul>\n{self._items(items, [], tight=tight)}</ul>\n"
            case tree.OrderedList(numbers, items, tight):
                signs = [block.number(index) for index in range(len(items))]
                written = f'<ol start="{numbers[0]}" class="steps">\n{self._items(items, signs, tight=tight)}</ol>\n'
            case tree.DefinitionList(entries):
                written = f"<dl>\n{''.join(map(self._definition, entries))}</dl>\n"
            case tree.Quote(inner):
                written = f"<blockquote>\n{self._blocks(inner)}</blockquote>\n"
            case tree.Admonition(kind, inner):
                word = f'<p class="word">{escape(face.warning(self._copy, block))}</p>\n'
                written = f'<div class="box {kind}" role="note">\n{word}{self._blocks(inner)}</div>\n'
            case tree.CodeBlock(text):
                written = f"<pre><code>{escape(text)}</code></pre>\n"
            case tree.Rule():
                written = "<hr>\n"
            case tree.Image():
                written = f"<figure>{self._image(block)}</figure>\n"
            case tree.Figure(image):
                caption = f"<figcaption>{escape(face.caption(self._copy, block))}</figcaption>"
                written = f"<figure>{self._image(image)}{caption}</figure>\n"
            case tree.Table():
                written = self._table(block)
        return written

    def _table(self, table: tree.Table) -> str:
        sides = [_SIDES[side] for side in table.align]
        head = "".join(
            f'<th scope="col"{side}>{self._inlines(cell)}</th>' for side, cell in zip(sides, table.header, strict=False)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f"<td{side}>{self._marked(mark, self._inlines(cell))}</td>"
                for side, cell in zip(sides, row, strict=True)
            )
            + "</tr>\n"
            for row, mark in marking.rows(table)
        )
        return _table(head, body)

    def _items(self, items: tuple[tree.Item, ...], numbers: list[str], *, tight: bool) -> str:
        """Items; their numbers and boxes are words, the same for everyone who reads or copies them."""
        written = []
        for index, item in enumerate(items):
            first, rest = "", marking.of_item(item)
            if tight and rest and isinstance(rest[0], tree.Paragraph):
                first, rest = self._inlines(rest[0].children), rest[1:]
            signs = [numbers[index]] if numbers else []
            signs += [] if item.done is None else [face.BOXES[item.done]]
            mark = ' class="own"' if signs else ""
            written.append(f"<li{mark}>{_sign(' '.join(signs))}{first}{self._blocks(rest)}</li>\n")
        return "".join(written)

    def _definition(self, entry: tree.Definition) -> str:
        entry = marking.inward(entry, entry.sign) if entry.sign else entry
        meanings = "".join(f"<dd>{self._meaning(blocks)}</dd>\n" for blocks in entry.meanings)
        return f"<dt>{self._inlines(entry.term)}</dt>\n{meanings}"

    def _meaning(self, blocks: tree.Blocks) -> str:
        match blocks:
            case (tree.Paragraph(children),):
                return self._inlines(children)
            case _:
                return self._blocks(blocks)

    def _inlines(self, inlines: tree.Inlines) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: tree.Inline) -> str:
        match inline:
            case tree.Text(text):
                written = escape(text)
            case tree.Code(text):
                written = f"<code>{escape(text)}</code>"
            case tree.Break():
                written = "<br>\n"
            case tree.Image():
                written = self._image(inline)
            case (
                tree.Strong(children)
                | tree.Emphasis(children)
                | tree.Strike(children)
                | tree.Raised(children)
                | tree.Lowered(children)
            ):
                tag = _TAGS[type(inline)]
                written = f"<{tag}>{self._inlines(children)}</{tag}>"
            case tree.Note():
                written = self._note(inline)
            case tree.Link(url, children):
                words = self._inlines(children)
                written = f'<a href="{escape(url)}" rel="noreferrer">{words}</a>' if face.is_public(url) else words
            case tree.Marked(mark, children):
                written = self._marked(mark, self._inlines(children))
        return written

    def _note(self, note: tree.Note) -> str:
        number = note.number
        place = "" if note.again else f' id="ref-{number}"'
        if not note.again:
            self._notes.append(note)
        return f'<sup class="ref"><a href="#note-{number}"{place} role="doc-noteref">{number}</a></sup>'

    def _image(self, image: tree.Image) -> str:
        picture = pictures.find(self._copy, image)
        data = base64.b64encode(picture.data).decode("ascii")
        return f'<img src="data:image/{picture.media};base64,{data}" alt="{escape(image.alt)}">'


def _sign(words: str) -> str:
    return f'<span class="n">{words}</span> ' if words else ""
