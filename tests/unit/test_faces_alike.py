"""One tree, several faces: no word of it and no number is missing from any of them.

The texts are the starter's, and three that hold every kind of node (`tests/texts/`); more of them lie in the folder that
`DOCCTL_CORPUS` names, if it does.
"""

from __future__ import annotations

import html.parser
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from leaves import strings
from lxml import etree
from test_renderers import LABELS, png, sample
from test_renderers_paper import Pdf

from docctl.core import heading
from docctl.core.copies import ControlledCopy
from docctl.errors import Malformed
from docctl.renderers import FORMATS, nodes, tree

TOP = Path(__file__).resolve().parent.parent.parent
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
FACES = ("txt", "html", "docx", "pdf")
OWN = sorted((TOP / "tests" / "texts").glob("*.md"))
STARTER = sorted(path for name in ("policies", "procedures", "templates") for path in (TOP / name).rglob("*.md"))
CORPUS = sorted(Path(os.environ["DOCCTL_CORPUS"]).rglob("*.md")) if os.environ.get("DOCCTL_CORPUS") else []


def text_of(path: Path) -> str:
    text = path.read_text("utf-8").replace("\r\n", "\n")
    # A heading of docctl, or a foreign one; neither belongs to the text.
    return heading.split(path.name, text)[1] if text.startswith("---\n") else text


def drawing(path: Path) -> ControlledCopy:
    return sample(text_of(path), language=path.stem[:2], images={"way.png": png(300, 120)})


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def word_parts(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")}


class _Page(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.numbers: list[str] = []
        self._sign = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._sign = tag == "span" and named.get("class") == "n"
        if tag == "img":
            self.words.append(named["alt"] or "")

    def handle_data(self, data: str) -> None:
        (self.numbers if self._sign else self.words).append(data)
        self._sign = False


def pieces(face: str, data: bytes) -> list[str]:
    """The strings of a face, as small as it tells them apart."""
    if face == "txt":
        return [data.decode()]
    if face == "html":
        return _Page(data.decode()).words
    parts = word_parts(data)
    found = []
    for name in ("word/document.xml", "word/footnotes.xml"):
        if name in parts:
            found += [element.text or "" for element in parts[name].iter(W + "t")]
            found += [element.get("descr") for element in parts[name].iter(WP + "docPr")]
    return found


def missing(path: Path, face: str) -> tuple[int, Counter[str]]:
    """How many words the tree of a text has, and which of them a face lacks, each as often as it is lacking."""
    copy = drawing(path)
    blocks = tree.parse(copy.text)
    wanted = Counter(word for text in strings(blocks, pictures=face != "pdf") for word in words(text))
    data = FORMATS[face].render(copy)
    if face == "pdf":
        # Where words end, a PDF does not say: counted is how often the letters stand there.
        drawn = re.sub(r"\s", "", "".join(Pdf(data).pages))
        has = Counter({word: drawn.count(word) for word in wanted})
    else:
        has = Counter(word for piece in pieces(face, data) for word in words(piece))
    return wanted.total(), wanted - has


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("path", [*OWN, *STARTER], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_word_is_missing_from_any_face(path: Path, face: str) -> None:
    count, lost = missing(path, face)
    assert count > 100
    assert lost == Counter()


@pytest.mark.skipif(not CORPUS, reason="DOCCTL_CORPUS names no folder of texts")
@pytest.mark.parametrize("path", CORPUS or [TOP], ids=lambda path: path.stem)
def test_no_word_of_other_texts_is_missing(path: Path) -> None:
    try:
        tree.parse(text_of(path))
    except Malformed as error:
        pytest.skip(f"refused: {error}")
    assert {face: missing(path, face)[1] for face in FACES} == {key: Counter() for key in FACES}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_the_own_texts_hold_every_kind_of_node(path: Path) -> None:
    found: set[str] = set()
    waiting: list[object] = [tree.parse(text_of(path))]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif hasattr(one, "__dataclass_fields__"):
            found.add(type(one).__name__)
            waiting += [getattr(one, name) for name in one.__dataclass_fields__]
    kinds = {name for name, value in vars(nodes).items() if hasattr(value, "__dataclass_fields__")}
    of_comparisons = {"Changed", "Marked", "Moved"}
    assert kinds - found == of_comparisons


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_another_program_reads_every_word_of_the_pdf(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.pdf").write_bytes(FORMATS["pdf"].render(drawing(path)))
    done = subprocess.run(["pdftotext", "-raw", "copy.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    drawn = re.sub(r"\s", "", done.stdout.decode())
    lost = [
        text for text in strings(tree.parse(text_of(path)), pictures=False) for word in words(text) if word not in drawn
    ]
    assert lost == []


# --- Numbers ---------------------------------------------------------------------------------------------------------

STEPS = [
    "1.Register", "2.Check", "2.1.thesender's", "2.2.thesender's", "2.2.1.street", "2.2.2.house", "2.2.2.1.number", "2.2.2.2.flat",
    "2.3.thesignature", "3.Hand", "4.Answer", "5)Archive", "6)Report", "7.Seventh", "9.Ninth", "1.☑anumbered", "2.☐and", "1.read", "2.ask",
]  # fmt: skip
TASKS = ["☐formprinted", "☑formsigned"]


def numbers_of_word(data: bytes) -> list[str]:
    """The numbers as Word counts them (ECMA-376, 17.9): a list's own level if it has one, its start, then one more."""
    parts = word_parts(data)
    levels: dict[str, tuple[str, int]] = {}
    shared = {
        one.get(W + "abstractNumId"): one.find(f"{W}lvl/{W}lvlText").get(W + "val")
        for one in parts["word/numbering.xml"].iter(W + "abstractNum")
    }
    for num in parts["word/numbering.xml"].iter(W + "num"):
        text, start = shared[num.find(W + "abstractNumId").get(W + "val")], 1
        override = num.find(W + "lvlOverride")
        if override is not None:
            text = override.find(f"{W}lvl/{W}lvlText").get(W + "val")
            start = int(override.find(W + "startOverride").get(W + "val"))
        levels[num.get(W + "numId")] = (text, start)
    counts: Counter[str] = Counter()
    found = []
    for paragraph in parts["word/document.xml"].iter(W + "p"):
        num = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        if num is not None:
            text, start = levels[num.get(W + "val")]
            number = re.sub(r"%\d", str(start + counts[num.get(W + "val")]), text)
            counts[num.get(W + "val")] += 1
            found.append(number + "".join(paragraph.itertext(W + "t")))
    return found


def test_every_face_shows_the_same_numbers() -> None:
    copy = drawing(TOP / "tests" / "texts" / "en.md")
    drawn = {face: FORMATS[face].render(copy) for face in FACES}
    page = _Page(drawn["html"].decode())
    in_text = drawn["txt"].decode().replace("[x]", "☑").replace("[ ]", "☐")
    in_text = re.sub(r"(?m)^[| ]*-? *", "", in_text)
    shown = {
        "txt": re.sub(r"[^\S\n]", "", in_text),
        "html": "\n".join(re.sub(r"\s", "", "".join(re.findall(r"(?s)>([^<]*)", li))) for li in
                          re.findall(r"(?s)<li.*?(?=<li|</li>)", drawn["html"].decode())).replace("&#x27;", "'"),
        "docx": "\n".join(re.sub(r"\s", "", one) for one in numbers_of_word(drawn["docx"])),
    }  # fmt: skip
    for face, lines in shown.items():
        found = [line for line in lines.split("\n") if re.match(r"[\d.]+[.)]\S*|[☐☑]", line)]
        begun = [step for line in found for step in (*STEPS, *TASKS) if line.startswith(step)]
        assert sorted(begun) == sorted([*STEPS, *TASKS]), face
    flat = re.sub(r"\s", "", "".join(Pdf(drawn["pdf"]).pages))
    at = 0
    for step in STEPS[:15]:
        at = flat.index(step, at)
    assert [step for step in (*STEPS, *TASKS) if step not in flat] == []
    # Two notes are no steps: they are numbered as notes are.
    assert [number for number in page.numbers if number not in "☐☑"][-3:] == ["1.", "2.", "3."]


def test_a_list_that_a_table_or_a_picture_interrupts_counts_on() -> None:
    text = "1. a\n2. b\n3. c\n\n| x |\n|---|\n| y |\n\n4. d\n\n![p](way.png)\n\n5. e"
    copy = sample(text, images={"way.png": png()})
    assert numbers_of_word(FORMATS["docx"].render(copy)) == ["1.a", "2.b", "3.c", "4.d", "5.e"]
    assert _Page(FORMATS["html"].render(copy).decode()).numbers == ["1.", "2.", "3.", "4.", "5."]
    drawn = FORMATS["txt"].render(copy).decode()
    assert re.findall(r"(?m)^\d\. \w", drawn) == ["1. a", "2. b", "3. c", "4. d", "5. e"]
    flat = re.sub(r"\s", "", "".join(Pdf(FORMATS["pdf"].render(copy)).pages))
    assert "3.cx" in flat
    assert "y4.d5.e" in flat


# --- Judged by others ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_every_kind_of_node_is_fit_for_archive_and_accessible(path: Path) -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    data = FORMATS["pdf"].render(drawing(path))
    for profile in ("3a", "ua1"):
        assert "Checks: 0 failed" in str(page.validate_pdf_bytes(data, profile=profile)), profile


# --- Footnotes, captions, boxes --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts() -> dict[str, etree._Element]:
    return word_parts(FORMATS["docx"].render(drawing(TOP / "tests" / "texts" / "en.md")))


def test_word_has_real_footnotes(parts: dict[str, etree._Element]) -> None:
    notes = list(parts["word/footnotes.xml"])
    assert [(one.get(W + "id"), one.get(W + "type")) for one in notes] == [
        ("-1", "separator"), ("0", "continuationSeparator"), ("1", None), ("2", None), ("3", None),
    ]  # fmt: skip
    named = [one.get(W + "id") for one in parts["word/settings.xml"].find(W + "footnotePr")]
    assert named == ["-1", "0"]
    assert [one.get(W + "id") for one in parts["word/document.xml"].iter(W + "footnoteReference")] == ["1", "2", "3"]
    # The second reference to the first footnote points to it; Word would number another reference anew.
    fields = [one.text.split() for one in parts["word/document.xml"].iter(W + "instrText")]
    assert ["NOTEREF", "_Note1", "\\f", "\\h"] in fields
    marked = [one.get(W + "name") for one in parts["word/document.xml"].iter(W + "bookmarkStart")]
    assert marked == ["_Note1", "_Note2", "_Note3"]


def test_a_link_and_a_picture_in_a_footnote_belong_to_its_part() -> None:
    copy = sample("a[^1]\n\n[^1]: [b](https://example.org/) ![c](sxem.png)\n\n[d](https://example.com/) ![e](sxem.png)")
    with zipfile.ZipFile(io.BytesIO(FORMATS["docx"].render(copy))) as package:
        relations = package.read("word/_rels/footnotes.xml.rels").decode()
        outside = package.read("word/_rels/document.xml.rels").decode()
        note, text = package.read("word/footnotes.xml").decode(), package.read("word/document.xml").decode()
    assert "https://example.org/" in relations
    assert "https://example.org/" not in outside
    for xml, known in ((note, relations), (text, outside)):
        used = re.findall(r'r:(?:id|embed)="(rId\d+)"', xml)
        assert used
        assert all(f'Id="{one}"' in known for one in used)
    pictures = re.findall(r'<wp:docPr id="(\d+)"', note + text)
    assert sorted(pictures) == ["1", "2"]


def test_footnotes_of_two_languages_are_counted_on() -> None:
    other = sample("x[^1]\n\n[^1]: Second language.", language="en")
    copy = sample("a[^1] b[^2]\n\n[^1]: One.\n[^2]: Two.", companion=other)
    notes = word_parts(FORMATS["docx"].render(copy))["word/footnotes.xml"]
    assert [one.get(W + "id") for one in notes][2:] == ["1", "2", "3"]
    assert 'id="note-3"' in FORMATS["html"].render(copy).decode()
    assert "3Secondlanguage." in re.sub(r"\s", "", "".join(Pdf(FORMATS["pdf"].render(copy)).pages))


def test_a_text_without_footnotes_has_no_part_for_them() -> None:
    parts = word_parts(FORMATS["docx"].render(sample("a")))
    assert "word/footnotes.xml" not in parts
    assert parts["word/settings.xml"].find(W + "footnotePr") is None


def test_word_fields_are_closed_and_styles_known(parts: dict[str, etree._Element]) -> None:
    known = {one.get(W + "styleId") for one in parts["word/styles.xml"].iter(W + "style")}
    for name in ("word/document.xml", "word/footnotes.xml"):
        used = {one.get(W + "val") for one in parts[name].iter(W + "pStyle", W + "rStyle", W + "tblStyle")}
        assert used <= known
        marks = Counter(one.get(W + "fldCharType") for one in parts[name].iter(W + "fldChar"))
        assert len(set(marks.values())) <= 1
    assert {"Caption", "DefinitionTerm", "Definition", "Admonition", "Warning"} <= {
        one.get(W + "val") for one in parts["word/document.xml"].iter(W + "pStyle", W + "tblStyle")
    }


def test_captions_and_boxes_say_the_words_of_the_copy() -> None:
    copy = drawing(TOP / "tests" / "texts" / "az.md")
    wanted = ["Şəkil 1. Masadan arxivə qədər", *(LABELS[f"admonition-{kind}"] for kind in tree.ADMONITIONS)]
    for face in FACES:
        data = FORMATS[face].render(copy)
        drawn = "".join(Pdf(data).pages) if face == "pdf" else "".join(pieces(face, data))
        assert [one for one in wanted if re.sub(r"\s", "", one) not in re.sub(r"\s", "", drawn)] == [], face


def test_the_html_of_a_footnote_leads_there_and_back() -> None:
    drawn = FORMATS["html"].render(drawing(TOP / "tests" / "texts" / "en.md")).decode()
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', drawn)) == set(ids)


def test_a_table_too_broad_for_a_line_of_text_is_a_list() -> None:
    head = "|" + "|".join(f"column{n}" for n in range(20)) + "|\n|" + "-|" * 20 + "\n"
    drawn = FORMATS["txt"].render(sample(head + "|" + "|".join(f"value{n}" for n in range(20)) + "|")).decode()
    assert "- column7: value7\n" in drawn
    narrow = FORMATS["txt"].render(sample("|a|b|\n|-|-:|\n|" + "word " * 40 + "|1|")).decode()
    assert max(map(len, narrow.split("\n"))) <= 78
