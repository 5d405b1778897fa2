"""`check`: a copy proves itself, alone; what was altered is found; whatever is handed over gets one clear sentence."""

from __future__ import annotations

import io
import json
import lzma
import os
import re
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdf
import pytest
from desk import Answer, Desk, build, says
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from docctl.adapters import docxcopy, pdfcopy
from docctl.core import proof as proofs
from docctl.core.proof import NAME

TOP = Path(__file__).resolve().parents[2]
MEMORY = 3 * 1024 * 1024 * 1024


@dataclass
class Copies:
    """Copies of PRO-01 and what is needed to check them: nothing of the library is at hand."""

    place: Path
    anchor: Path
    pdf: bytes
    docx: bytes

    def check(self, data: bytes, *args: object, anchor: bool = True, lang: str = "en") -> Answer:
        file = self.place / "copy"
        file.write_bytes(data)
        given = ["--anchor", self.anchor] if anchor else []
        desk = Desk(self.place, self.place / "nobodys-home")
        return desk.bare("--lang", lang, "check", file, *given, *args)

    def told(self, data: bytes, *args: object, anchor: bool = True) -> tuple[int, dict]:
        answer = self.check(data, *args, "--json", anchor=anchor)
        return answer.status, json.loads(answer.out)

    def refused(self, data: bytes, code: str, status: int = 3) -> dict:
        """The verdict, the code, and its sentence alone behind the verdict."""
        found, told = self.told(data)
        assert (found, told["reason"]["code"]) == (status, code), told
        assert told["verdict"] == {1: "broken", 3: "not judged"}[status]
        for lang in ("en", "az"):
            answer = self.check(data, lang=lang)
            assert answer.err == ""
            lines = answer.out.rstrip("\n").split("\n")
            assert says(code, lines[1], lang), lines
        return told


@pytest.fixture(scope="module")
def copies(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    desk = Desk(published / "office", published / "home")
    place = tmp_path_factory.mktemp("copies")
    found = []
    for form in ("pdf", "docx"):
        desk.ok("get", "PRO-01", "--format", form, "--output", place / f"PRO-01.{form}")
        found.append((place / f"PRO-01.{form}").read_bytes())
    desk.ok("anchor", "--output", place / "anchor.txt")
    return Copies(place, place / "anchor.txt", *found)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A copy of another library, with the same texts."""
    place = tmp_path_factory.mktemp("other")
    desk = build(place / "all")
    desk.in_force("PRO-01")
    desk.ok("get", "PRO-01", "--format", "pdf", "--output", place / "other.pdf")
    desk.ok("anchor", "--output", place / "anchor.txt")
    return Copies(place, place / "anchor.txt", (place / "other.pdf").read_bytes(), b"")


# -- what holds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_copy_proves_itself_without_library_and_network(copies: Copies, form: str) -> None:
    status, told = copies.told(getattr(copies, form))
    assert (status, told["verdict"], told["reason"], told["anchored"]) == (0, "proven", None, True)
    assert told["text"] == {
        "source": True, "comparison": "identical", "appended": False, "body": True, "body_layout": True, "changes": [],
    }  # fmt: skip
    copy = told["copy"]
    assert (copy["document"], copy["revision"], copy["status"], copy["language"]) == ("PRO-01", 1, "in-force", "az")
    parts = [(one["part"], one["person"], one["role"]) for one in copy["decisions"]]
    assert parts == [
        ("prepared", "aysel", ""),
        ("agreed", "leyla", "reviewer"),
        ("approved", "rashad", "head"),
        ("published", "aysel", ""),
    ]
    assert all(one["charter_entry"] < one["entry"] for one in copy["decisions"])
    assert told["currency"] is None


def test_it_says_so_in_words_of_both_languages(copies: Copies) -> None:
    english, azeri = (copies.check(copies.pdf, lang=lang).out for lang in ("en", "az"))
    for word in ("Proven, and unaltered.", "PRO-01", "Rəşad Əliyev", "Under charter entry", "A copy cannot know"):
        assert word in english
    for word in ("Sübut olunub və dəyişdirilməyib.", "PRO-01", "Rəşad Əliyev", "Nizamnamə yazılışı"):
        assert word in azeri


def test_without_an_anchor_nothing_is_judged_however_consistent(copies: Copies) -> None:
    status, told = copies.told(copies.pdf, anchor=False)
    assert (status, told["verdict"], told["reason"]["code"]) == (3, "not judged", "check-library-unknown")
    assert told["copy"]["document"] == "PRO-01"
    assert told["text"]["comparison"] == "identical"


def test_an_anchor_that_the_user_keeps_is_enough(copies: Copies, still: Desk) -> None:
    assert still.bare("check", copies.place / "PRO-01.pdf").status == 0


def test_it_needs_no_home(copies: Copies) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), "LC_ALL": "C.UTF-8"}
    call = [sys.executable, "-m", "docctl", "check", str(copies.place / "PRO-01.pdf"), "--anchor", str(copies.anchor)]
    ran = subprocess.run(call, env=environment, cwd="/", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_copy_is_the_same_to_the_byte_each_time_and_carries_what_it_should(copies: Copies, still: Desk) -> None:
    again = copies.place / "again.pdf"
    still.ok("get", "PRO-01", "--format", "pdf", "--output", again, "--force")
    assert again.read_bytes() == copies.pdf
    inside = pdfcopy.look(copies.pdf).files
    assert set(inside) == {"az.md", "en.md", NAME}
    assert docxcopy.look(copies.docx).files.keys() == inside.keys()
    assert inside["az.md"].startswith(b"---\n")
    assert len(inside[NAME]) < 60_000


def test_a_draft_carries_its_source_and_is_said_to_be_one(copies: Copies, still: Desk) -> None:
    for form in ("pdf", "docx"):
        file = copies.place / f"draft.{form}"
        still.ok("get", "POL-01", "--revision", 1, "--format", form, "--output", file, "--force")
        copies.refused(file.read_bytes(), "check-draft")


# -- saved again ---------------------------------------------------------------------------------------------------------


def saved_again(data: bytes) -> pypdf.PdfWriter:
    return pypdf.PdfWriter(clone_from=io.BytesIO(data))


def written(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_pdf_stored_anew_has_the_same_pages(copies: Copies) -> None:
    data = written(saved_again(copies.pdf))
    assert data != copies.pdf
    status, told = copies.told(data)
    assert (status, told["text"]["comparison"], told["text"]["changes"]) == (0, "same-pages", [])


def test_a_pdf_with_something_behind_it_has_the_same_pages(copies: Copies) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(copies.pdf), incremental=True)
    writer.add_metadata({"/Remark": "x"})
    data = written(writer)
    assert data.startswith(copies.pdf)
    assert len(data) > len(copies.pdf)
    status, told = copies.told(data)
    assert (status, told["text"]["comparison"], told["text"]["appended"]) == (0, "same-pages", True)


def test_a_page_taken_out_or_put_elsewhere_is_found(copies: Copies) -> None:
    def changed(change) -> list[tuple[str, int]]:
        writer = saved_again(copies.pdf)
        change(writer)
        data = written(writer)
        status, told = copies.told(data)
        assert (status, told["verdict"], told["reason"]["code"]) == (1, "altered", "check-altered")
        said = copies.check(data).out
        assert "{+" not in said
        return [(one["place"], one["number"]) for one in told["text"]["changes"]]

    def swap(writer: pypdf.PdfWriter) -> None:
        kids = writer.root_object["/Pages"]["/Kids"]
        kids[1], kids[2] = kids[2], kids[1]

    assert changed(lambda writer: writer.remove_page(1)) == [("page-missing", 2)]
    assert changed(lambda writer: writer.add_blank_page(200, 200)) == [("page-added", len(pages_of(copies.pdf)) + 1)]
    assert {place for place, _ in changed(swap)} == {"page-added", "page-missing"}


def pages_of(data: bytes) -> list[object]:
    return list(pypdf.PdfReader(io.BytesIO(data)).pages)


@pytest.mark.parametrize("behind", [False, True])
def test_something_drawn_over_a_page_is_found_though_its_words_are_the_same(copies: Copies, behind: bool) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(copies.pdf), incremental=True) if behind else saved_again(copies.pdf)
    form = DecodedStreamObject()
    form.set_data(b"1 1 1 rg 0 0 300 300 re f")
    form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
    form[NameObject("/BBox")] = ArrayObject([NumberObject(one) for one in (0, 0, 300, 300)])
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Stamp"),
            NameObject("/Rect"): ArrayObject([NumberObject(one) for one in (100, 500, 400, 800)]),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(form)}),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    data = written(writer)
    assert data.startswith(copies.pdf) is behind
    status, told = copies.told(data)
    assert (status, told["verdict"], told["reason"]["code"]) == (1, "drawn otherwise", "check-drawn-otherwise")
    assert "Altered" not in copies.check(data).out


def test_a_pdf_that_ghostscript_wrote_anew_is_called_drawn_otherwise(copies: Copies, tmp_path: Path) -> None:
    program = shutil.which("gs")
    if program is None:
        pytest.skip("Ghostscript is not installed")
    call = [program, "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={tmp_path / 'gs.pdf'}"]
    subprocess.run([*call, str(copies.place / "PRO-01.pdf")], capture_output=True, check=True, timeout=100)
    status, told = copies.told((tmp_path / "gs.pdf").read_bytes())
    assert (status, told["verdict"], told["text"]["comparison"]) == (1, "drawn otherwise", "words-only")


def test_words_on_a_page_that_others_drew_are_not_believed(copies: Copies) -> None:
    """A proof that says that another version drew it cannot be used to hide an altered page."""
    proof = proofs.decode(proofs.unpack(pdfcopy.look(copies.pdf).files[NAME]))
    drawn = type(proof.drawn)(
        **{name: getattr(proof.drawn, name) for name in type(proof.drawn).__slots__ if name != "tools"},
        tools=(("docctl", "9.9"),),
    )
    values = {name: getattr(proof, name) for name in type(proof).__slots__ if name != "drawn"}
    packed = proofs.pack(type(proof)(**values, drawn=drawn))
    writer = with_proof(copies.pdf, packed)
    writer.remove_page(1)
    status, told = copies.told(written(writer))
    assert (status, told["verdict"], told["reason"]["code"]) == (3, "not judged", "check-other-tools")
    assert {one["name"] for one in told["drawn_by"]} >= {"docctl", "typst"}


def office_saves(data: bytes, place: Path) -> bytes:
    """The file as LibreOffice saves it."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    (place / "in").mkdir(exist_ok=True)
    (place / "in" / "copy.docx").write_bytes(data)
    home = f"-env:UserInstallation=file://{place}/profile"
    call = [
        program,
        home,
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        str(place / "out"),
        str(place / "in/copy.docx"),
    ]
    subprocess.run(call, capture_output=True, check=True, timeout=110)
    return (place / "out" / "copy.docx").read_bytes()


def test_a_docx_that_libreoffice_saved_holds_the_same(copies: Copies, tmp_path: Path) -> None:
    data = office_saves(copies.docx, tmp_path)
    assert data != copies.docx
    status, told = copies.told(data)
    assert (status, told["text"]["comparison"], told["text"]["changes"]) == (0, "same-content", [])
    # And one word of it altered is found behind it, too.
    altered = in_part(data, "word/document.xml", "Məqsəd", "Qəsd")
    status, told = copies.told(altered)
    assert (status, told["verdict"]) == (1, "altered")


def test_a_docx_of_several_sections_that_libreoffice_saved_holds_the_same(later: Desk, tmp_path: Path) -> None:
    """Ours share heads and feet; LibreOffice writes them for each section: of a second language, of a page across."""
    wide = f"\n|{'|'.join(f' Sütun {one} ' for one in range(12))}|\n|{'---|' * 12}\n|{' məlumat |' * 12}\n\nSon.\n"
    later.ok("new", "PRO-01")
    for name in ("az.md", "en.md"):
        path = later.draft("PRO-01", name)
        path.write_text(path.read_text("utf-8") + wide, "utf-8")
    later.ok("submit", "PRO-01", "--reason", "Second", as_="aysel")
    later.approved("PRO-01")
    later.ok("publish", "PRO-01", as_="aysel")
    later.ok("anchor", "--output", tmp_path / "anchor.txt")
    copies = Copies(tmp_path, tmp_path / "anchor.txt", b"", b"")
    for number, language in enumerate(("az,en", "en")):
        file = tmp_path / f"{number}.docx"
        later.ok("get", "PRO-01", "--language", language, "--output", file)
        data = office_saves(file.read_bytes(), tmp_path)
        heads = [name for name in unzipped(data) if name.startswith("word/header")]
        assert len(heads) > 1
        status, told = copies.told(data)
        assert (status, told["text"]["comparison"], told["text"]["changes"]) == (0, "same-content", [])
        # The head of one section alone, altered, is found.
        last = max(heads)
        word = re.findall(r"<w:t[^>]*>([^<]{4,})</w:t>", unzipped(data)[last].decode())[0]
        status, told = copies.told(in_part(data, last, f">{word}<", ">Yad<"))
        assert (status, {one["place"] for one in told["text"]["changes"]}) == (1, {"header"})


def test_a_superseded_copy_keeps_its_watermark_and_says_so(later: Desk, copies: Copies, tmp_path: Path) -> None:
    later.ok("new", "PRO-01")
    path = later.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\nYeni cümlə.\n", "utf-8")
    later.ok("submit", "PRO-01", "--reason", "Second", as_="aysel")
    later.approved("PRO-01")
    later.ok("publish", "PRO-01", as_="aysel")
    for form in ("pdf", "docx"):
        later.ok("get", "PRO-01", "--revision", 1, "--output", tmp_path / f"old.{form}")
        status, told = copies.told((tmp_path / f"old.{form}").read_bytes())
        assert (status, told["copy"]["revision"], told["copy"]["status"]) == (1, 1, "superseded")
        assert (told["verdict"], told["text"]["comparison"]) == ("not in force", "identical")
        said = copies.check((tmp_path / f"old.{form}").read_bytes()).out.splitlines()
        assert said[0] == "! Proven and unaltered, but not in force."
        assert says("check-not-in-force", said[1])
    data = (tmp_path / "old.docx").read_bytes()
    status, told = copies.told(in_part(data, "word/header1.xml", 'string="ƏVƏZ EDİLİB"', 'string=""'))
    assert (status, [one["place"] for one in told["text"]["changes"]]) == (1, ["header"])
    assert copies.told(office_saves(data, tmp_path))[1]["verdict"] == "not in force"


def in_part(data: bytes, part: str, old: str, new: str, count: int = 1) -> bytes:
    """The package with words of one part exchanged."""
    parts = unzipped(data)
    text = parts[part].decode()
    assert old in text
    parts[part] = text.replace(old, new, count).encode()
    return zipped(parts)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return file.getvalue()


def cell_word(data: bytes) -> str:
    """A word of the last cell of a table in the text."""
    found = re.findall(r"<w:tc>.*?<w:t[^>]*>([^<]{4,})</w:t>", unzipped(data)["word/document.xml"].decode())
    return str(found[0])


@pytest.mark.parametrize(
    ("part", "place"),
    [("word/document.xml", "body"), ("word/header1.xml", "header"), ("word/footer1.xml", "footer")],
)
def test_one_word_altered_in_a_docx_is_found_and_shown(copies: Copies, part: str, place: str) -> None:
    text = unzipped(copies.docx)[part].decode()
    word = cell_word(copies.docx) if place == "body" else re.findall(r"<w:t[^>]*>([^<]{4,})</w:t>", text)[0]
    status, told = copies.told(in_part(copies.docx, part, f">{word}<", f">{word} DƏYİŞDİ<"))
    assert (status, told["verdict"], told["reason"]["code"]) == (1, "altered", "check-altered")
    (change,) = told["text"]["changes"]
    assert change["place"] == place
    # A cell is named by table, row and cell, in the order of the text; a head and a foot have no such place.
    assert (change["spot"] or {}).get("cell") == ([1, 1, 1] if place == "body" else None)
    assert "DƏYİŞDİ" in "".join(piece["text"] for piece in change["pieces"] if piece["sign"] == "+")
    shown = copies.check(in_part(copies.docx, part, f">{word}<", f">{word} DƏYİŞDİ<")).out
    assert "{+" in shown
    assert "DƏYİŞDİ" in shown


def test_places_in_a_docx_are_named_as_a_reader_finds_them(copies: Copies) -> None:
    text = unzipped(copies.docx)["word/document.xml"].decode()
    headed = re.findall(r'<w:pStyle w:val="Heading\d"/>.*?</w:p>(<w:p[ >].*?</w:p>)', text)
    paragraph = next(one for one in headed if "Heading" not in one and "<w:t" in one)
    heading = re.findall(r"<w:t[^>]*>([^<]+)</w:t>", text[: text.index(paragraph)].rpartition("<w:p")[2])[-1]
    put = text.replace(paragraph, paragraph + "<w:p><w:r><w:t>Yad abzas.</w:t></w:r></w:p>", 1)
    data = zipped({**unzipped(copies.docx), "word/document.xml": put.encode()})
    (change,) = copies.told(data)[1]["text"]["changes"]
    assert (change["spot"]["number"], change["spot"]["behind"]) == (1, True)
    assert heading in change["spot"]["heading"]
    assert (
        f"under “{change['spot']['heading']}”, paragraph 1, added behind it: {{+Yad abzas.+}}" in copies.check(data).out
    )


def test_whatever_else_can_show_or_hide_words_is_found(copies: Copies) -> None:
    paragraph = "<w:p><w:r><w:t>yad söz</w:t></w:r></w:p>"
    parts = unzipped(copies.docx)
    space = re.search(r'xmlns:w="[^"]+"', parts["word/document.xml"].decode())[0]
    parts["word/footnotes.xml"] = (
        f'<w:footnotes {space}><w:footnote w:id="2">{paragraph}</w:footnote></w:footnotes>'.encode()
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", link.encode())
    _, told = copies.told(zipped(parts))
    assert [one["place"] for one in told["text"]["changes"]] == ["footnote"]
    box = f"<w:r><w:pict><w:txbxContent>{paragraph}</w:txbxContent></w:pict></w:r></w:p>"
    boxed = in_part(copies.docx, "word/document.xml", "</w:p>", box)
    word, text = cell_word(copies.docx), unzipped(copies.docx)["word/document.xml"].decode()
    struck = in_part(copies.docx, "word/document.xml", f">{word}</w:t>", f"></w:t><w:delText>{word}</w:delText>")
    hidden = re.sub(
        f"<w:t([^>]*)>{re.escape(word)}</w:t>", f"<w:rPr><w:vanish/></w:rPr><w:t\\1>{word}</w:t>", text, count=1
    )
    covered = in_part(copies.docx, "word/document.xml", "</w:p>", "<w:r><w:drawing/></w:r></w:p>")
    chunk = in_part(copies.docx, "word/document.xml", "<w:sectPr", '<w:altChunk r:id="x"/><w:sectPr')
    bound = in_part(
        copies.docx, "word/document.xml", "</w:p>", "</w:p><w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr></w:sdt>"
    )
    field = "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE-X</w:instrText></w:r>"
    field += "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    false = in_part(copies.docx, "word/document.xml", "</w:p>", f"{field}</w:p>")
    words = in_part(
        copies.docx, "word/document.xml", "</w:p>", f"{field.replace('PAGE-X', 'PAGE').replace('>7<', '>not<')}</w:p>"
    )
    unseen = zipped({**unzipped(copies.docx), "word/document.xml": hidden.encode()})
    for data in (boxed, struck, unseen, covered, chunk, bound, false, words):
        status, told = copies.told(data)
        assert (status, {one["place"] for one in told["text"]["changes"]}) == (1, {"body"})


# -- bad input -------------------------------------------------------------------------------------------------------------


def with_proof(data: bytes, packed: bytes) -> pypdf.PdfWriter:
    """The PDF with another proof inside."""
    writer = saved_again(data)
    files = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    for at in range(0, len(files), 2):
        if str(files[at]) == NAME:
            stream = DecodedStreamObject()
            stream.set_data(packed)
            files[at + 1].get_object()["/EF"][NameObject("/F")] = writer._add_object(stream)
    return writer


def repacked(data: bytes, change) -> bytes:
    """The PDF whose proof says something else."""
    plain = proofs.unpack(pdfcopy.look(data).files[NAME])
    changed = change(plain)
    assert changed != plain
    return written(with_proof(data, lzma.compress(changed)))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda c: b"", "check-not-copy"),
        (lambda c: b"a letter", "check-not-copy"),
        (lambda c: zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "check-not-copy"),
        (lambda c: (TOP / "README.md").read_bytes(), "check-not-copy"),
        (lambda c: c.pdf[: len(c.pdf) // 2], "file-cut"),
        (lambda c: c.docx[: len(c.docx) // 2], "file-cut"),
        (lambda c: c.pdf[: len(c.pdf) // 2] + b"\n%%EOF\n", "pdf-unreadable"),
        (lambda c: printed_again(c.pdf), "check-no-proof"),
        (lambda c: zipped({"a.txt": b"x"}), "docx-unreadable"),
        (lambda c: without_custom_xml(c.docx), "check-proof-lost"),
        (lambda c: locked(c.pdf), "pdf-encrypted"),
        (lambda c: repacked(c.pdf, lambda plain: plain.replace(b"docctl-proof/1", b"docctl-proof/2")), "proof-newer"),
    ],
)
def test_whatever_is_handed_over_gets_one_sentence(copies: Copies, make, code: str) -> None:
    copies.refused(make(copies), code)


def printed_again(data: bytes) -> bytes:
    """Only the pages, as a printer driver that writes PDF leaves them."""
    writer = pypdf.PdfWriter()
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        writer.add_page(page)
    return written(writer)


def without_custom_xml(data: bytes) -> bytes:
    parts = unzipped(data)
    rels = "word/_rels/document.xml.rels"
    kept = re.sub(rb"<Relationship [^>]*customXml[^>]*/>", b"", parts[rels])
    return zipped({name: one for name, one in {**parts, rels: kept}.items() if not name.startswith("customXml/")})


def locked(data: bytes) -> bytes:
    writer = saved_again(data)
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def test_another_librarys_copy_is_named(copies: Copies, other: Copies) -> None:
    copies.refused(other.pdf, "anchor-differs", status=1)
    # Its proof inside our copy: the texts are alike, and still it is not ours.
    alien = written(with_proof(copies.pdf, pdfcopy.look(other.pdf).files[NAME]))
    status, told = copies.told(alien)
    assert (status, told["verdict"]) == (1, "broken")


@pytest.mark.parametrize("part", range(8))
def test_a_proof_with_one_byte_changed_proves_nothing(copies: Copies, part: int) -> None:
    packed = bytearray(pdfcopy.look(copies.pdf).files[NAME])
    packed[len(packed) * part // 8] ^= 1
    status, told = copies.told(written(with_proof(copies.pdf, bytes(packed))))
    assert (status, told["verdict"], told["reason"]["code"]) == (1, "broken", "proof-unreadable")

    def flipped(plain: bytes) -> bytes:
        at = len(plain) * part // 8 + 7 * part
        changed = bytes((plain[at] ^ 1,))
        return plain[:at] + changed + plain[at + 1 :]

    status, told = copies.told(repacked(copies.pdf, flipped))
    assert (status, told["verdict"]) != (0, "proven")


def test_two_files_of_one_name_are_refused_and_a_foreign_one_changes_nothing(copies: Copies) -> None:
    twice = saved_again(copies.pdf)
    files = twice.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    files += [files[0], files[1]]
    copies.refused(written(twice), "pdf-unreadable")
    more = saved_again(copies.pdf)
    more.add_attachment("letter.txt", b"from somebody else")
    assert copies.told(written(more))[0] == 0


def test_altered_source_text_is_found(copies: Copies) -> None:
    writer = saved_again(copies.pdf)
    files = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    at = [str(one) for one in files[::2]].index("az.md") * 2
    stream = DecodedStreamObject()
    stream.set_data(pdfcopy.look(copies.pdf).files["az.md"] + b"\nyad\n")
    files[at + 1].get_object()["/EF"][NameObject("/F")] = writer._add_object(stream)
    copies.refused(written(writer), "proof-source", status=1)


# -- hostile files ---------------------------------------------------------------------------------------------------------


@cache
def bomb(size: int = 1 << 29) -> bytes:
    """A stream of zeros, a thousandth of its length."""
    import zlib

    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1 << 24)) for _ in range(size >> 24)]
    return b"".join([*parts, packer.flush()])


def small_pdf(extra: bytes, catalog: bytes = b"") -> bytes:
    """A PDF written by hand, without a table of its objects."""
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R" + catalog + b">> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 9 0 R>> endobj\n"
        + extra
        + b"\ntrailer <</Root 1 0 R/Size 20>>\nstartxref\n0\n%%EOF\n"
    )


def stream(number: int, data: bytes) -> bytes:
    head = b"%d 0 obj <</Length %d/Filter/FlateDecode>> stream\n" % (number, len(data))
    return head + data + b"\nendstream endobj\n"


def hostile() -> dict[str, bytes]:
    inside = b"/Names<</EmbeddedFiles 5 0 R>>"
    nested = b""
    for _ in range(1000):
        nested = zipped({"inner.docx": nested or b"x"})
    types = {"[Content_Types].xml": b"<Types/>"}
    link = b'<Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/>'
    space = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    rels = {"_rels/.rels": b"<Relationships " + space + b">" + link + b"</Relationships>"}
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    laughs = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10) for n in range(1, 12)
    )
    deep = f'<w:document xmlns:w="{word}">' + "<w:p>" * 200_000
    return {
        "a page of five hundred million zeros": small_pdf(stream(9, bomb())),
        "a file inside of as many": small_pdf(
            b"5 0 obj <</Names[(docctl-proof.json.xz) 6 0 R]>> endobj\n6 0 obj <</EF<</F 9 0 R>>/F(a)>> endobj\n"
            + stream(9, bomb()),
            inside,
        ),
        "a tree of names that leads back": small_pdf(b"5 0 obj <</Kids[5 0 R 5 0 R]>> endobj\n", inside),
        "pages that lead back": small_pdf(b"").replace(b"[3 0 R]", b"[2 0 R]"),
        "arrays in arrays": small_pdf(b"9 0 obj " + b"[" * 200_000 + b" endobj\n"),
        "a thousand archives in each other": nested,
        "many members": zipped({f"{number}": b"" for number in range(60_000)}),
        "a large member": zipped({**types, **rels, "word/document.xml": bytes(1 << 27)}),
        "entities that multiply": zipped({**types, **rels, "word/document.xml": laughs + b"]><a>&a11;</a>"}),
        "elements in each other": zipped({**types, **rels, "word/document.xml": deep.encode()}),
    }


@pytest.fixture(scope="module")
def hostile_files() -> dict[str, bytes]:
    return hostile()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "name",
    [
        "a page of five hundred million zeros",
        "a file inside of as many",
        "a tree of names that leads back",
        "pages that lead back",
        "arrays in arrays",
        "a thousand archives in each other",
        "many members",
        "a large member",
        "entities that multiply",
        "elements in each other",
    ],
)
def test_a_hostile_file_costs_little_and_gets_one_sentence(hostile_files, name: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile"
    file.write_bytes(hostile_files[name])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "docctl", "check", str(file), "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bound,
        timeout=200,
    )
    assert (ran.returncode, ran.stderr) == (3, "")
    told = json.loads(ran.stdout)
    assert told["verdict"] == "not judged"
    assert told["reason"]["code"] in (
        "pdf-limits", "pdf-unreadable", "docx-limits", "docx-unreadable", "check-no-proof",
    )  # fmt: skip
    assert time.monotonic() - began < 100


def test_a_copy_in_two_languages_names_both(copies: Copies, still: Desk) -> None:
    file = copies.place / "both.pdf"
    still.ok("get", "PRO-01", "--language", "az,en", "--format", "pdf", "--output", file)
    answer = still.ok("--lang", "en", "check", file, "--anchor", copies.anchor)
    assert "Azerbaijani, English" in answer
