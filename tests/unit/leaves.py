"""What a tree says: every string that a face must show."""

from __future__ import annotations

from collections.abc import Iterator

from docctl.renderers import tree


def strings(blocks: tree.Blocks, *, captions: bool = True, pictures: bool = True) -> Iterator[str]:
    """Every string of the text itself, that of a footnote where it is first referred to; no numbers, no labels."""
    for block in blocks:
        match block:
            case tree.Heading(children=children) | tree.Paragraph(children):
                yield from inline(children, captions, pictures)
            case tree.BulletList(items) | tree.OrderedList(items=items):
                for item in items:
                    yield from strings(item.blocks, captions=captions, pictures=pictures)
            case tree.DefinitionList(entries):
                for entry in entries:
                    yield from inline(entry.term, captions, pictures)
                    for meaning in entry.meanings:
                        yield from strings(meaning, captions=captions, pictures=pictures)
            case tree.Quote(inner) | tree.Admonition(blocks=inner):
                yield from strings(inner, captions=captions, pictures=pictures)
            case tree.CodeBlock(text):
                yield text
            case tree.Table(header=header, rows=rows):
                for row in (header, *rows):
                    for cell in row:
                        yield from inline(cell, captions, pictures)
            case tree.Image(alt=alt):
                if pictures:
                    yield alt
            case tree.Figure(image, caption):
                if pictures:
                    yield image.alt
                if captions:
                    yield caption
            case tree.Rule():
                pass
            case other:
                raise AssertionError(other)


def inline(inlines: tree.Inlines, captions: bool, pictures: bool) -> Iterator[str]:
    for one in inlines:
        match one:
            case tree.Text(text) | tree.Code(text):
                yield text
            case tree.Image(alt=alt):
                if pictures:
                    yield alt
            case tree.Break():
                pass
            case tree.Note(blocks=blocks, again=again):
                if not again:
                    yield from strings(blocks, captions=captions, pictures=pictures)
            case _:
                yield from inline(one.children, captions, pictures)
