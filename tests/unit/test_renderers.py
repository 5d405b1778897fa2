"""The tree of a text, the registry of formats, and the two faces that are text themselves: Markdown and HTML."""

from __future__ import annotations

import builtins
import html.parser
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import FrozenInstanceError, replace

import pytest

from docctl.core.copies import ApprovalLine, ControlledCopy, HistoryLine
from docctl.errors import Malformed, Unavailable
from docctl.renderers import FORMATS, face, tree, widths

LETTERS = "Əə Ğğ İı Öö Şş Üü Çç"

TEXT = f"""# Məqsəd

Bu prosedur **sənədlərin *idarə* edilməsi** qaydasını müəyyən edir: {LETTERS}; final ofis, ₼ 25,50 № 145 ☐.

### Tətbiq sahəsi

- ümumi şöbə;
- hüquq şöbəsi:
  - ekspertiza;
    1. iddia ərizələri;
    2. şikayətlər;

Aralıq abzas.

7. Yeddinci addım: `docctl submit PRO-01`.
8. Səkkizinci addım.

   Davamı ayrıca abzasda.

Yenidən:

1. Birinci
2. İkinci

| Vəzifə | Məsuliyyət | Gün |
|:--|:-:|--:|
| Başçı | ~~köhnə~~ təsdiq | 5 |
| Şöbə müdiri | razılaşdırma \\| yoxlama | |

> Sitat: **vacib** qeyd.

```
komanda   sətri
  --lang az
```

![Prosesin sxemi](sxem.png)

---

Yalnız<br>HTML, [e-qanun](https://e-qanun.az/framework/15104?a=1&b=2) və [daxili](../PRO-02/az.md).\\
İkinci sətir {"uzunsöz" * 16}.
"""

LABELS = {
    "page": "Səhifə",
    "of": "/",
    "revision": "Redaksiya",
    "effective": "Qüvvəyə minmə tarixi",
    "number": "Kod",
    "title": "Ad",
    "status": "Status",
    "approvals": "Razılaşdırma və təsdiq",
    "part": "Mərhələ",
    "name": "Ad, soyad",
    "position": "Tutduğu vəzifə",
    "decided": "Tarix",
    "acting-for": "Əvəz edir",
    "method": "İmza üsulu",
    "history": "Dəyişikliklərin tarixçəsi",
    "author": "Müəllif",
    "reason": "Dəyişikliyin əsası",
    "digest": "Mətnin izi",
    "organisation": "Təşkilat",
    "figure": "Şəkil",
    "admonition-note": "Qeyd",
    "admonition-tip": "Məsləhət",
    "admonition-important": "Vacib",
    "admonition-warning": "Xəbərdarlıq",
    "admonition-caution": "Ehtiyat",
}


def png(width: int = 4, height: int = 3) -> bytes:
    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    rows = (b"\0" + b"\x20\x40\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sample(text: str = TEXT, **changes: object) -> ControlledCopy:
    copy = ControlledCopy(
        number="PRO-01",
        title="Sənədlərin idarə edilməsi <1>",
        kind="Prosedur",
        organisation="Göygöl Rayon İcra Hakimiyyəti",
        language="az",
        revision=3,
        effective="01.12.2026",
        status="in-force",
        status_word="qüvvədədir",
        watermark="",
        uncontrolled="Çap edildikdə nəzarətsiz nüsxə sayılır",
        facts=(("Kod", "PRO-01"), ("Redaksiya", "3"), ("Hüquqi akt", "22.11.2026 tarixli 145 nömrəli | sərəncam")),
        approvals=(
            ApprovalLine("Hazırladı", "Leyla Əliyeva", "Menecer", "18.11.2026", "", "SSH açarı"),
            ApprovalLine("Təsdiq etdi", "İlqar Çərkəzov", "Müavin", "22.11.2026", "İcra başçısı", "FIDO"),
        ),
        history=(
            HistoryLine(3, "01.12.2026", "Leyla Əliyeva", "Elektron imza\nəlavə edildi."),
            HistoryLine(2, "01.03.2025", "Rəşad Şükürov", "Audit."),
        ),
        digest="sha256:" + "3f9ac2" * 10,
        text=text,
        made=1_795_000_000,
        images={"sxem.png": png()},
        labels=LABELS,
    )
    return replace(copy, **changes)


def paragraphs(blocks: tree.Blocks) -> list[str]:
    """The words of every block, in order."""
    found: list[str] = []
    for block in blocks:
        match block:
            case tree.Heading(children=children) | tree.Paragraph(children):
                found.append(tree.plain(children))
            case tree.BulletList(items) | tree.OrderedList(items=items):
                for item in items:
                    found += paragraphs(item.blocks)
            case tree.Quote(inner):
                found += paragraphs(inner)
            case tree.CodeBlock(text):
                found.append(text)
            case tree.Table(header=header, rows=rows):
                found += [tree.plain(cell) for row in (header, *rows) for cell in row]
            case tree.Image() | tree.Rule():
                pass
    return [words for words in found if words.strip()]


# --- Tree ------------------------------------------------------------------------------------------------------------


def test_the_sample_holds_every_kind_of_block() -> None:
    kinds = {type(block) for block in tree.parse(TEXT)}
    everything = {tree.Heading, tree.Paragraph, tree.BulletList, tree.OrderedList, tree.Table}
    assert kinds == everything | {tree.CodeBlock, tree.Quote, tree.Rule, tree.Image}


def test_no_heading_level_is_skipped_and_empty_headings_are_gone() -> None:
    levels = [block.level for block in tree.parse("### a\n\n#\n\n# b\n\n#### c\n\n## d\n\n### e")]
    assert levels == [1, 1, 2, 2, 3]


def test_an_image_always_has_words() -> None:
    assert tree.parse("![](a%20b.png)") == (tree.Image("a b.png", "a b.png"),)
    assert tree.parse('![](a.png "Sxem")') == (tree.Figure(tree.Image("a.png", "Sxem"), "Sxem", 1),)


def test_marks_and_lists_are_kept() -> None:
    first, second = tree.parse("**a *b* `c`** ~~d~~\n\n7. x\n8. y")
    strong = tree.Strong((tree.Text("a "), tree.Emphasis((tree.Text("b"),)), tree.Text(" "), tree.Code("c")))
    assert first == tree.Paragraph((strong, tree.Text(" "), tree.Strike((tree.Text("d"),))))
    assert isinstance(second, tree.OrderedList)
    assert (second.numbers, len(second.items), second.tight) == ((7, 8), 2, True)


def test_numbers_are_the_authors_and_only_a_list_of_like_ones_is_counted() -> None:
    def numbers(text: str) -> list[str]:
        (block,) = tree.parse(text)
        assert isinstance(block, tree.OrderedList)
        return [block.number(index) for index in range(len(block.items))]

    assert numbers("1. a\n2. b\n4. c") == ["1.", "2.", "4."]
    assert numbers("1. a\n1. b\n1. c") == ["1.", "2.", "3."]
    assert numbers("7) a\n8) b") == ["7)", "8)"]
    assert numbers("999999999. a") == ["999999999."]


def test_a_step_inside_a_step_carries_the_numbers_of_both() -> None:
    (outer,) = tree.parse("3. a\n   - b\n     1. c\n   5) d\n\n      2. e")
    bullets, inner = outer.items[0].blocks[1:]
    (alone,) = bullets.items[0].blocks[1:]
    (deepest,) = inner.items[0].blocks[1:]
    assert [one.number(0) for one in (outer, inner, deepest, alone)] == ["3.", "3.5)", "3.5.2.", "1."]


def test_a_task_is_an_item_with_a_box() -> None:
    (tasks,) = tree.parse("- [ ] a\n- [x] *b*\n- [X] c\n- [y] d\n- [x]\n- e")
    assert [item.done for item in tasks.items] == [False, True, True, None, None, None]
    assert tasks.items[1].blocks == (tree.Paragraph((tree.Emphasis((tree.Text("b"),)),)),)


def test_a_footnote_is_numbered_by_its_first_reference() -> None:
    (first, second) = tree.parse("a[^z] b[^a]\n\nc[^z]\n\n[^a]: one\n[^z]: two")
    notes = [one for block in (first, second) for one in block.children if isinstance(one, tree.Note)]
    assert [(one.number, one.again, tree.plain(one.blocks[0].children)) for one in notes] == [
        (1, False, "two"),
        (2, False, "one"),
        (1, True, "two"),
    ]


def test_a_heading_in_a_footnote_is_no_heading() -> None:
    (block,) = tree.parse("a[^x]\n\n[^x]: # b")
    assert block.children[1].blocks == (tree.Paragraph((tree.Strong((tree.Text("b"),)),)),)


def test_boxes_terms_and_safe_html() -> None:
    assert tree.parse("> [!Warning]\n> a") == (tree.Admonition("warning", (tree.Paragraph((tree.Text("a"),)),)),)
    assert isinstance(tree.parse("> [!NOTE] a")[0], tree.Quote)
    assert isinstance(tree.parse("> [!OTHER]\n> a")[0], tree.Quote)
    (terms,) = tree.parse("a\n: b\n: c")
    assert [(tree.plain(one.term), len(one.meanings)) for one in terms.entries] == [("a", 2)]
    (words,) = tree.parse("m<sup>2</sup><BR />H<sub>2</sub>O")
    assert [type(one) for one in words.children] == [
        tree.Text, tree.Raised, tree.Break, tree.Text, tree.Lowered, tree.Text,
    ]  # fmt: skip
    assert len(tree.parse("- a\n\n<!-- -->\n\n- b")) == 2
    assert tree.parse("`<b>` \\<b>") == (tree.Paragraph((tree.Code("<b>"), tree.Text(" <b>"))),)


def test_text_becomes_nfc() -> None:
    assert tree.parse("I\u0307c\u0327") == (tree.Paragraph((tree.Text("İç"),)),)


def test_a_table_without_words_in_its_heading_row_has_none() -> None:
    (table,) = tree.parse("| | |\n|-|:-:|\n|a|b|")
    assert table == tree.Table(("", "center"), (), (((tree.Text("a"),), (tree.Text("b"),)),))
    assert tree.parse("| | |\n|-|-|") == ()


def test_marks_nested_a_thousand_deep_are_one_mark() -> None:
    assert tree.plain(tree.parse("*" * 4000 + "a" + "*" * 4000)[0].children) == "a"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\n\nb\x0bc", "text-control", 3),
        ("a\x85", "text-control", 1),
        ("a\ud800", "text-control", 1),
        ("a\n\u202eb", "text-control", 2),
        ("a\n\nb &#12; c", "text-control", 3),
        ("a\n\n![b](c%00.png)", "text-control", 3),
        ("a\n\nb" + "\u1dc4\u1dc2" * 300_000, "text-control", 3),  # in order only after minutes
        ("a\n\n" + "&#x1dc4;&#x1dc2;" * 1_000, "text-control", 3),
        ("x\n\n|a|\n|-|\n|1|\n|2|3|", "table-cells", 6),
        ("> |a|b|\n> |-|-|\n> |1|2|3|", "table-cells", 3),
        ("a\n\n" + "- " * 11 + "x", "text-nesting", 3),
        ("a\n\n" + "> " * 200 + "x", "text-nesting", 3),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(Malformed) as caught:
        tree.parse(text)
    assert (caught.value.code, caught.value.values) == (code, {"line": line})


def test_crlf_is_a_line_end() -> None:
    assert tree.parse("# a\r\n\r\nb\r\nc") == tree.parse("# a\n\nb\nc")


# --- Face and widths -------------------------------------------------------------------------------------------------


def test_control_characters_of_the_face_are_refused() -> None:
    with pytest.raises(Malformed) as caught:
        face.prepare(sample(title="a\x07b"))
    assert caught.value.code == "text-control"


def test_facts_stand_in_pairs_and_a_long_one_alone() -> None:
    rows = face.fact_rows(sample())
    assert [len(row) for row in rows] == [2, 1]


def test_columns_fill_the_measure_and_keep_short_words_whole() -> None:
    (table,) = tree.parse("|Gün|Təsvir|\n|-|-|\n|10|" + "söz " * 300 + "|")
    columns = widths.columns(table, 500)
    assert sum(columns.widths) == pytest.approx(500, abs=0.1)
    assert columns.widths[0] > widths.width("Gün", columns.size)
    assert columns.widths[1] > 400


def test_only_words_too_long_for_the_line_may_break() -> None:
    assert widths.breakable("qısa söz", 100, 11) == "qısa söz"
    broken = widths.breakable("qısa " + "u" * 60, 100, 11)
    assert broken.startswith("qısa u\u200bu")
    assert broken.replace("\u200b", "") == "qısa " + "u" * 60


# --- Registry --------------------------------------------------------------------------------------------------------


def test_the_registry_cannot_be_changed() -> None:
    assert list(FORMATS) == ["md", "txt", "html", "docx", "pdf"]
    with pytest.raises(TypeError):
        FORMATS["odt"] = FORMATS["md"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        FORMATS["md"].extension = "txt"  # type: ignore[misc]


def test_importing_the_package_loads_no_library() -> None:
    code = "import sys, docctl.renderers; print([m for m in ('docx','typst','markdown_it','lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "library"), [("pdf", "typst"), ("docx", "docx"), ("html", "markdown_it")])
def test_a_missing_library_makes_the_format_unavailable(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docctl.renderers import pdf, reader

    real = builtins.__import__

    def without(module: str, *rest: object, **more: object) -> object:
        if module.partition(".")[0] == library:
            raise ImportError(module)
        return real(module, *rest, **more)

    reader._reader.cache_clear()
    pdf._typesetter.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Unavailable) as caught:
        FORMATS[name].render(sample())
    assert caught.value.code == "format-unavailable"


@pytest.mark.parametrize("name", ["txt", "html", "docx", "pdf"])
def test_a_missing_or_strange_picture_stops_the_copy(name: str) -> None:
    for images, code, place in (({}, "image-missing", "image"), ({"sxem.png": b"<svg/>"}, "image-format", "name")):
        with pytest.raises(Malformed) as caught:
            FORMATS[name].render(sample("a\n\nb\n![x](sxem.png)", images=images))
        assert (caught.value.code, caught.value.values) == (code, {place: "sxem.png", "line": 4})


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_empty_draft_can_be_drawn(name: str) -> None:
    bare = sample("", facts=(), approvals=(), history=(), images={}, digest="", effective="", kind="", status_word="")
    assert len(FORMATS[name].render(bare)) > 100


# --- Markdown and HTML -----------------------------------------------------------------------------------------------


def test_the_markdown_copy_ends_with_the_very_text() -> None:
    drawn = FORMATS["md"].render(sample()).decode()
    assert drawn.endswith("\n---\n\n" + TEXT)
    assert drawn.startswith("# Sənədlərin idarə edilməsi \\<1\\>\n")
    assert "| Hüquqi akt | 22.11.2026 tarixli 145 nömrəli \\| sərəncam |" in drawn


def test_the_markdown_heading_reads_back_as_it_was_meant() -> None:
    blocks = tree.parse(FORMATS["md"].render(sample()).decode())
    assert tree.plain(blocks[0].children) == "Sənədlərin idarə edilməsi <1>"
    tables = [block for block in blocks if isinstance(block, tree.Table)]
    assert [len(table.rows) for table in tables] == [3, 2, 2, 2]


class _Page(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_html_copy_holds_every_word_and_asks_nobody_for_anything() -> None:
    page = _Page(FORMATS["html"].render(sample()).decode())
    flat = re.sub(r"\s", "", "".join(page.words))
    for words in paragraphs(tree.parse(TEXT)):
        assert re.sub(r"\s", "", words) in flat
    assert ("html", {"lang": "az-Latn-AZ"}) in page.tags
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe"}
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == ["https://e-qanun.az/framework/15104?a=1&b=2"]
    (image,) = [attrs for tag, attrs in page.tags if tag == "img"]
    assert image["src"].startswith("data:image/png;base64,")
    assert image["alt"] == "Prosesin sxemi"
    assert ("ol", {"start": "7", "class": "steps"}) in page.tags


def test_hostile_words_stay_words_in_html() -> None:
    evil = "\"><script>alert('x')</script>"
    escaped = evil.replace("<", "\\<")
    drawn = (
        FORMATS["html"]
        .render(
            sample(
                f"{escaped} [a](javascript:x) ![{escaped}](sxem.png)",
                title=evil,
                watermark=evil,
                number=evil,
                facts=((evil, evil),),
                language='x"y',
            )
        )
        .decode()
    )
    tags = {tag for tag, _ in _Page(drawn).tags}
    assert "script" not in tags
    assert not any(name.startswith("on") for _, attrs in _Page(drawn).tags for name in attrs)
