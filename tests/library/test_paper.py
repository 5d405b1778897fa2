"""What stands on a copy, from the ledger: stamps, facts, tables, looks, layout, codes, two languages."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

import docctl
from docctl import catalogues
from docctl.adapters.home import Home
from docctl.core.copies import ControlledCopy, Overlay, body_digest
from docctl.core.layouts import BUILT_IN
from docctl.core.model import Act, Status
from docctl.core.ports import Signer
from docctl.library import bodies, carrying, checking, clock, copying, deciding, facing, founding, layouts
from docctl.library.charters import NextCharter
from docctl.library.deciding import Behalf
from docctl.library.demo_emblem import drawn_emblem
from docctl.library.library import Library

STARTER = Path(__file__).parents[2] / "templates" / "LAY-01"
POSTS = {"eva": "Hüquq şöbəsinin müdiri", "bob": "Başçı", "dan": "Başçının müavini"}
ROLES = {"eva": "reviewer", "bob": "head", "dan": "deputy"}


class House:
    """A library with everybody's keys at hand."""

    def __init__(self, place: Path) -> None:
        for name in ("anna", "spare", *ROLES):
            docctl.new_key(place / name, None)
        self.key: dict[str, Signer] = {name: docctl.load_key(place / name) for name in ("anna", *ROLES)}
        founder = docctl.Founder(
            "anna", "Anna Əliyeva", "anna@example.az", "QM", self.key["anna"], docctl.load_key(place / "spare")
        )
        self.library: Library = docctl.found_library(
            place / "library", founder, {"az": "İdarə", "en": "Office"}, starter="empty", home=Home(place / "home")
        )
        change = NextCharter(self.library.charter_files())
        name = self.library.authority.library
        for person, role in ROLES.items():
            newcomer = founding.request(
                self.key[person], name, person, (person.title(), f"{person}@example.az"), POSTS[person]
            )
            change.add_person(newcomer, (role,), date(2026, 1, 1), "")
        change.deputise("bob", "dan", ("head",), (date(2026, 1, 1), None), "əmr № 12")
        self.charter(change)

    def charter(self, change: NextCharter) -> None:
        self.library.propose_charter(change.files(), "Dəyişiklik", self.key["anna"])
        self.library.publish("charter", self.key["anna"])

    def change(self) -> NextCharter:
        return NextCharter(self.library.charter_files())

    def publish(self, subject: str, files: dict[str, bytes], *, by: str = "bob", **more: object) -> None:
        editorial = bool(more.pop("editorial", False))
        self.library.put_draft(subject, files)
        self.library.submit(subject, "Səbəb", self.key["anna"], editorial=editorial)
        self.library.approve(subject, self.key["eva"], comment="İradım yoxdur.")
        if not editorial:
            behalf = Behalf("bob", "əmr № 12") if by == "dan" and subject[:3] != "LAY" else None
            self.library.approve(subject, self.key[by], behalf=behalf)
        self.library.publish(subject, self.key["anna"], **more)

    def face(self, subject: str, language: str = "az", revision: int | None = None) -> ControlledCopy:
        state, document = self.library.book.state, self.library.document(subject)
        which = copying.choose(document, self.library.moment(), revision)
        return facing.face(state, document, which, copying.files_of(state, which[0]), language)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.library.close()


def texts(number: str = "PRO-01", body: str = "Mətn.") -> dict[str, bytes]:
    heading = (
        f"---\nid: {number}\ntitle: Qayda\ntype: procedure\nowner: quality-manager\nauthoritative: az\n"
        "languages: [az, en]\nclassification: public\ndistribution: [staff, legal]\n"
        "clauses: ['iso9001:2015#7.5.1', 'iso9001:2015#7.5.3', 'iso18091:2019#4.4', 'gost:2001#5']\n---\n"
    )
    return {"az.md": f"{heading}{body}\n".encode(), "en.md": b"---\ntitle: Rule\n---\nText.\n"}


def layout(settings: str = "") -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in STARTER.iterdir()}
    return {**files, "az.md": files["az.md"].replace(b"counting: page\n", settings.encode() or b"counting: page\n")}


# -- stamps ----------------------------------------------------------------------------------------------------------


def test_who_agreed_stands_left_and_who_approved_right_with_the_act(house: House) -> None:
    today = house.library.today()
    house.publish("PRO-01", texts(), act=Act("serencam", "145", today))
    left, right = house.face("PRO-01").stamps
    day = catalogues.stamp_day(today, "az")
    assert (left.place, left.word, left.name, left.position) == ("left", "RAZILAŞDIRILMIŞDIR", "Eva", POSTS["eva"])
    assert (right.place, right.word, right.name, right.day) == ("right", "“TƏSDİQ EDİRƏM”", "Bob", day)
    assert right.act == f"{catalogues.day(today, 'az')} tarixli 145 nömrəli sərəncam"
    assert [stamp.word for stamp in house.face("PRO-01", "en").stamps] == ["AGREED BY", "APPROVED BY"]


def test_a_draft_has_no_stamps(house: House) -> None:
    house.library.put_draft("PRO-01", texts())
    house.library.submit("PRO-01", "Səbəb", house.key["anna"])
    house.library.approve("PRO-01", house.key["eva"])
    copy = house.face("PRO-01", revision=1)
    assert copy.stamps == ()
    assert copy.watermark == "LAYİHƏ – TƏSDİQ EDİLMƏYİB"
    house.library.approve("PRO-01", house.key["bob"])
    copy = house.face("PRO-01", revision=1)
    assert (copy.status, copy.stamps) == (Status.APPROVED.value, ())
    assert copy.watermark == "TƏSDİQ EDİLİB – QÜVVƏYƏ MİNDİRİLMƏYİB"


def test_a_deputy_signs_in_somebodys_place_and_says_by_which_order(house: House) -> None:
    house.publish("PRO-01", texts(), by="dan")
    right = house.face("PRO-01").stamps[1]
    assert (right.name, right.position, right.act) == ("Dan", POSTS["dan"], "Əvəz etdiyi şəxs: Bob (əmr № 12)")


def test_a_small_correction_keeps_saying_who_approved_what_it_corrects(house: House) -> None:
    house.publish("PRO-01", texts(), act=Act("emr", "7", house.library.today()))
    house.publish("PRO-01", texts(body="Mətn!"), editorial=True)
    left, right = house.face("PRO-01").stamps
    assert (left.name, right.name) == ("Eva", "Bob")
    assert right.act.endswith("nömrəli əmr · Redaksiya 1; bu redaksiya onun kiçik düzəlişidir")


def test_of_a_text_from_before_the_library_the_act_approved_not_those_who_confirm_the_copy(house: House) -> None:
    long_ago = house.library.today() - timedelta(days=400)
    stated = (4, long_ago, Act("emr", "31", long_ago))
    house.library.adopt(texts(), "Əvvəlki mətn", house.key["anna"], stated)
    for person in ("eva", "bob"):
        house.library.approve("PRO-01", house.key[person])
    house.library.publish("PRO-01", house.key["anna"])
    copy = house.face("PRO-01")
    (stamp,) = copy.stamps
    assert (stamp.word, stamp.name) == ("TƏSDİQ EDİLMİŞDİR", "")
    assert "31 nömrəli əmr" in stamp.act
    assert dict(copy.facts)["Təsdiq tarixi"] == catalogues.day(long_ago, "az")


def test_a_changed_workflow_does_not_change_who_approved(house: House) -> None:
    house.publish("PRO-01", texts())
    change = house.change()
    change.library["types"]["procedure"]["workflow"] = [{"deputy": "1"}]
    house.charter(change)
    assert [stamp.name for stamp in house.face("PRO-01").stamps] == ["Eva", "Bob"]


# -- facts and tables ------------------------------------------------------------------------------------------------


def test_the_first_page_says_everything_a_reader_must_know(house: House) -> None:
    house.publish("PRO-01", texts())
    house.publish("PRO-01", texts(body="Yeni mətn."), act=Act("serencam", "9", house.library.today()))
    day = catalogues.day(house.library.today(), "az")
    facts = dict(house.face("PRO-01").facts)
    due = facts.pop("Növbəti baxış tarixi")
    assert re.fullmatch(r"\d+ \w+ 20\d\d-\w\w il", due)
    assert facts == {
        "Kod": "PRO-01",
        "Redaksiya": "2",
        "Status": "qüvvədədir",
        "Qüvvəyə minmə tarixi": day,
        "Təsdiq tarixi": day,
        "Sənədin sahibi": "keyfiyyət üzrə menecer",
        "Məxfilik dərəcəsi": "açıq",
        "Hüquqi akt": f"{day} tarixli 9 nömrəli sərəncam",
        "Əvəz edir": f"Redaksiya 1 (qüvvəyə minmə tarixi: {day})",
        "Yerinə yetirilən tələblər": "ISO 9001:2015 – 7.5.1, 7.5.3; ISO 18091:2019 – 4.4; gost:2001 – 5",
        "Paylanma siyahısı": "işçi, Hüquq şöbəsinin müdiri",
        "Dəyişikliyin əsası": "Səbəb",
    }
    english = dict(house.face("PRO-01", "en").facts)
    assert english["Translation"] == "the authoritative text is in: Azerbaijani"


def test_the_tables_say_who_signed_how_what_was_said_and_what_came_before(house: House) -> None:
    house.publish("PRO-01", texts())
    house.publish("PRO-01", texts(body="Yeni mətn."))
    copy = house.face("PRO-01")
    assert [one.part for one in copy.approvals] == [
        "Hazırladı",
        "Razılaşdırdı (razılaşdıran şəxs)",
        "Təsdiq etdi (icra hakimiyyətinin başçısı)",
        "Qüvvəyə mindirdi",
    ]
    assert copy.approvals[1].comment == "İradım yoxdur."
    assert all(re.search(r"^Elektron imza, .* · SHA256:[A-Za-z0-9+/]{43}$", one.method) for one in copy.approvals)
    today = catalogues.short_day(house.library.today(), "az")
    assert [(one.revision, one.approved, one.kind) for one in copy.history] == [
        (2, today, "yeni redaksiya"),
        (1, today, "yeni redaksiya"),
    ]
    assert [(one.number, one.holder) for one in copy.distribution] == [("", "işçi, Hüquq şöbəsinin müdiri")]
    assert len(house.face("PRO-01", revision=1).history) == 1


# -- the overlay -----------------------------------------------------------------------------------------------------


def test_a_numbered_copy_names_its_number_and_holder_and_is_dated(house: House) -> None:
    house.publish("PRO-01", texts())
    state, document = house.library.book.state, house.library.document("PRO-01")
    which = copying.choose(document, house.library.moment(), None)
    files = copying.files_of(state, which[0])
    overlay = Overlay(state.time + 60, 3, "Hüquq şöbəsi", "otaq 14")
    copy = facing.face(state, document, which, files, "az", overlay=overlay)
    assert copy.uncontrolled == "Nəzarət edilən nüsxə № 3 · Kimə verilib: Hüquq şöbəsi, otaq 14"
    assert (copy.made, copy.code) == (state.time + 60, f"docctl:c/PRO-01/1?l=az&c=3&d={copy.digest[:16]}")
    plain = house.face("PRO-01")
    assert plain.uncontrolled == "Çap edildikdə nəzarətsiz nüsxə sayılır"
    assert plain.code.endswith(f"?l=az&c=0&d={copy.digest[:16]}")
    for form in ("html", "pdf"):
        wanted = copying.Wanted(form, "az", overlay=overlay)
        drawn = carrying.render(house.library.book, document, wanted, moment=house.library.moment())
        assert form != "html" or "№ 3" in drawn.decode()
    anchor = house.library.anchor
    found, _ = checking.check(drawn, anchor() if callable(anchor) else anchor)
    assert (found.verdict, found.sameness.finding) == ("proven", "identical")


# -- two languages ---------------------------------------------------------------------------------------------------


def test_each_language_says_which_text_prevails_and_names_the_others_digest(house: House) -> None:
    house.publish("PRO-01", texts())
    english = hashlib.sha256(texts()["en.md"]).hexdigest()[:16]
    note = house.face("PRO-01").language_note.split("\n")
    assert note[0] == "Mətnlər arasında fərq olduqda Azərbaycan dilindəki mətn üstündür."
    assert note[1] == f"Digər mətnin nəzarət cəmi (SHA-256; ingilis dili): {english}"
    assert house.face("PRO-01", "en").language_note.startswith("Where the texts differ, the Azerbaijani text prevails.")


def test_two_languages_are_asked_for_together(house: House) -> None:
    house.publish("PRO-01", texts())
    page = house.library.get("PRO-01", form="html", language="az,en").decode()
    assert "Mətn." in page
    assert "Text." in page
    assert 'lang="en-GB"' in page
    assert "Digər mətnin nəzarət cəmi" not in page
    assert house.library.get("PRO-01", form="pdf", language="en,az").startswith(b"%PDF")
    for wrong, code in (("az,az", "language-twice"), ("az,en,az", "language-twice")):
        with pytest.raises(docctl.Refused) as refused:
            house.library.get("PRO-01", form="pdf", language=wrong)
        assert refused.value.code == code
    with pytest.raises(docctl.NotFound):
        house.library.get("PRO-01", form="pdf", language="az,ru")
    with pytest.raises(docctl.Refused) as refused:
        house.library.get("PRO-01", form="md", language="az,en")
    assert refused.value.code == "format-one-language"


# -- looks and layout ------------------------------------------------------------------------------------------------


def test_the_charter_gives_colour_emblem_and_address(house: House) -> None:
    house.publish("PRO-01", texts())
    change = house.change()
    change.look(accent="#7a1f1f", address="https://docs.example.az")
    change.emblem = drawn_emblem()
    house.charter(change)
    copy = house.face("PRO-01")
    assert (copy.appearance.accent, copy.appearance.emblem) == ("#7a1f1f", drawn_emblem())
    assert copy.code.startswith("https://docs.example.az/c/PRO-01/1?l=az&c=0&d=")
    # Another change of the charter keeps them.
    change = house.change()
    change.library["types"]["procedure"]["review-months"] = "7"
    house.charter(change)
    assert house.face("PRO-01").appearance == copy.appearance
    change = house.change()
    change.look(accent="", address="")
    assert "appearance" not in change.library


@pytest.mark.parametrize(
    ("accent", "emblem", "problem"),
    [("#ffffff", None, "charter-accent"), ("", b"GIF89a", "emblem-not-png"), ("", b"\0" * 70000, "emblem-too-large")],
)
def test_looks_that_no_copy_could_bear_are_refused(
    house: House, accent: str, emblem: bytes | None, problem: str
) -> None:
    change = house.change()
    change.look(accent=accent)
    change.emblem = emblem
    with pytest.raises(docctl.Refused) as refused:
        house.library.propose_charter(change.files(), "Görünüş", house.key["anna"])
    assert (refused.value.code, refused.value.values["problem"]) == ("charter-invalid", problem)


def test_a_layout_in_force_that_the_charter_names_draws_the_copies(house: House) -> None:
    house.publish("PRO-01", texts())
    assert house.face("PRO-01").layout == BUILT_IN
    house.publish(
        "LAY-01", layout("counting: sheet\nnotice: {az: Xidməti}\nstamps:\n  approved: {az: TƏSDİQ}\n"), by="dan"
    )
    assert house.face("PRO-01").layout == BUILT_IN  # the charter does not name it yet
    change = house.change()
    change.look(layout="LAY-01")
    house.charter(change)
    copy = house.face("PRO-01")
    assert (copy.layout.name, copy.layout.revision) == ("LAY-01", 1)
    assert copy.layout.digest == house.library.document("LAY-01").latest.proposal.content
    assert (copy.labels["page"], copy.notice, copy.stamps[1].word) == ("Vərəq", "Xidməti", "TƏSDİQ")
    assert house.face("PRO-01", "en").stamps[1].word == "APPROVED BY"


def test_check_says_so_where_the_approvers_looked_at_another_layout(house: House) -> None:
    house.library.put_draft("PRO-01", texts())
    house.library.submit("PRO-01", "Səbəb", house.key["anna"])
    document = house.library.document("PRO-01")
    digest = body_digest(bodies.compared(house.library.book.state, document, document.proposal).lines)
    for who in ("eva", "bob"):
        plan = deciding.approve("PRO-01", house.key[who].key, revision=None, comment="", behalf=None, body=digest)
        house.library.enter(house.key[who], plan)
    house.library.publish("PRO-01", house.key["anna"])

    def told() -> tuple[str, bool | None, bool | None]:
        found, _ = checking.check(house.library.get("PRO-01", form="docx"), house.library.anchor())
        return found.verdict, found.body, found.body_layout

    assert told() == ("proven", True, True)
    house.publish("LAY-01", layout("counting: sheet\n"), by="dan")
    change = house.change()
    change.look(layout="LAY-01")
    house.charter(change)
    assert told() == ("proven", True, False)


def test_a_charter_may_name_a_layout_before_there_is_one(house: House) -> None:
    change = house.change()
    change.look(layout="LAY-01")
    house.charter(change)
    house.publish("PRO-01", texts())
    assert house.face("PRO-01").layout == BUILT_IN
    house.publish("LAY-01", layout(), by="dan")
    assert house.face("PRO-01").layout.name == "LAY-01"


def test_a_wrong_setting_is_refused_when_the_layout_is_submitted(house: House) -> None:
    house.library.put_draft("LAY-01", layout("counting: pages\n"))
    before = house.library.entries
    with pytest.raises(docctl.Refused) as refused:
        house.library.submit("LAY-01", "Səbəb", house.key["anna"])
    assert refused.value.code == "layout-word"
    where = str(refused.value.values["where"])
    line = layout("counting: pages\n")["az.md"].decode().split("\n")[int(where.partition(":")[2]) - 1]
    assert line == "counting: pages"
    assert house.library.entries == before
    sentence = catalogues.problem(refused.value.code, "az", **refused.value.values)
    assert "“pages”" in sentence
    assert where in sentence


def test_a_body_is_drawn_by_the_layout_of_its_day_whatever_came_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("PRO-01", texts())
    state, document = house.library.book.state, house.library.document("PRO-01")
    proposal = document.latest.proposal
    files = copying.files_of(state, proposal)
    before = facing.body(state, document, proposal, files, "az")
    monkeypatch.setattr(clock, "now", lambda: int(time.time()) + 3600)
    change = house.change()
    change.look(accent="#000000", layout="LAY-01")
    change.emblem = drawn_emblem()
    house.charter(change)
    house.publish("LAY-01", layout("counting: sheet\n"), by="dan")
    state = house.library.book.state
    after = facing.body(state, house.library.document("PRO-01"), proposal, files, "az")
    assert after == before
    assert layouts.layout_of(state, house.library.moment()).name == "LAY-01"
