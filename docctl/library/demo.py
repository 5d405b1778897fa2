"""`docctl demo DIR`: a made-up office that does everything once, on real texts, with real keys and a real ledger.

DIR/library           the library
DIR/keys/<person>     keys without passphrase, and the recovery key
DIR/anchor.txt        what an auditor gets by another way
DIR/allowed_signers   for stock git
DIR/copies/           controlled copies, DOCX and PDF
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from docctl import signatures
from docctl.adapters.home import Home
from docctl.core.authority import fingerprint
from docctl.core.charter_machine import CHARTER
from docctl.core.model import Act
from docctl.core.plain import Plain
from docctl.core.ports import Signer
from docctl.errors import Malformed, NotFound, Refused, Unavailable
from docctl.library import correcting, drafting, founding, keylisting, recording
from docctl.library.auditing import Report
from docctl.library.charters import NextCharter
from docctl.library.deciding import Behalf
from docctl.library.demo_emblem import drawn_emblem
from docctl.library.library import Library
from docctl.library.views import Row

Say = Callable[..., None]
ORDER = "sərəncam № 12, 05.01.2026"


@dataclass(frozen=True, slots=True)
class Member:
    """One of the made-up people."""

    name: str
    position: str
    roles: tuple[str, ...]
    english: str


PEOPLE: Mapping[str, Member] = {
    "aysel": Member(
        "Aysel Məmmədova", "Keyfiyyət üzrə menecer", ("administrator", "quality-manager", "author"), "Quality manager"
    ),
    "rashad": Member("Rəşad Əliyev", "Başçı", ("administrator", "head"), "Head"),
    "leyla": Member(
        "Leyla Hüseynova", "Hüquq şöbəsinin müdiri", ("reviewer", "legal", "staff"), "Head of the legal department"
    ),
    "tural": Member("Tural Quliyev", "Başçının müavini", ("deputy", "staff"), "Deputy head"),
    "nigar": Member(
        "Nigar İsmayılova",
        "Sənədlərlə iş şöbəsinin müdiri",
        ("reviewer", "records-head", "author", "staff"),
        "Head of the documents department",
    ),
    "kamran": Member("Kamran Səfərov", "Mütəxəssis", ("author", "staff"), "Specialist"),
}


@dataclass(slots=True)
class Office:
    """The library with everybody's keys at hand.

    Attributes:
        say: Tells the person at the terminal what was done: a code and its values.
    """

    place: Path
    library: Library
    signers: dict[str, Signer]
    say: Say
    today: date
    done: list[str] = field(default_factory=list)

    def key(self, name: str) -> Signer:
        """A new key in `keys/`."""
        path = self.place / "keys" / name
        signatures.generate(path, None)
        return signatures.load_key(path)


def run(place: Path, texts: Path | None, say: Say, language: str = "az") -> tuple[Report, tuple[Row, ...]]:
    """Make the demonstration in a new folder.

    Args:
        place: The folder; must not exist, or be empty.
        texts: A folder of further Markdown texts to take through.
        say: Told what happens, as catalogue codes (`demo-*`) and values.
        language: For titles in the table.

    Raises:
        Refused: `demo-not-empty`.
        NotFound: `file-missing`: the folder of texts is not there.
    """
    if place.exists() and any(place.iterdir()):
        raise Refused("demo-not-empty", path=str(place))
    if texts is not None and not texts.is_dir():
        raise NotFound("file-missing", path=str(texts))
    office = _founded(place, say)
    try:
        _enrol(office)
        _starter(office)
        _foreign(office, texts)
        _withdrawal(office)
        _key_replaced(office)
        _leaving(office)
        _charter_change(office)
        _official_paper(office)
        _record(office)
        _files(office, language)
        report = office.library.verify(office.library.anchor())
        return report, office.library.register(language=language)
    finally:
        office.library.close()


def _founded(place: Path, say: Say) -> Office:
    try:
        (place / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable("not-writable", path=str(place), reason=error.strerror) from None
    signatures.generate(place / "keys" / "recovery", None)
    signatures.generate(place / "keys" / "aysel", None)
    founder, recovery = (signatures.load_key(place / "keys" / name) for name in ("aysel", "recovery"))
    member = PEOPLE["aysel"]
    library = founding.found_library(
        place / "library",
        founding.Founder("aysel", member.name, _email("aysel"), member.position, founder, recovery, member.roles),
        {"az": "Nümunə Rayon İcra Hakimiyyəti", "en": "Sample District Executive Authority"},
        home=Home(place / "home"),
    )
    say("demo-founded", name=member.name)
    return Office(place, library, {"aysel": founder, "recovery": recovery}, say, library.today())


def _email(person: str) -> str:
    return f"{person}@numune.example"


def _charter(office: Office, change: NextCharter, reason: str, approvers: tuple[str, ...]) -> None:
    library = office.library
    library.propose_charter(change.files(), reason, office.signers["aysel"])
    for person in approvers:
        library.approve(CHARTER, office.signers[person])
    library.publish(CHARTER, office.signers["aysel"])


def _enrol(office: Office) -> None:
    """Five people in one change of the charter; the new administrator agrees with the key that it enrols."""
    change = NextCharter(office.library.charter_files())
    for person, member in PEOPLE.items():
        if person in office.signers:
            continue
        office.signers[person] = signer = office.key(person)
        library = office.library.authority.library
        newcomer = founding.request(signer, library, person, (member.name, _email(person)), member.position)
        change.add_person(newcomer, member.roles, office.today, ORDER)
    for person, member in PEOPLE.items():
        change.person(person)["position"] = {"az": member.position, "en": member.english}
    change.deputise("rashad", "tural", ("head",), (office.today, None), ORDER)
    _charter(office, change, "İşçilərin qeydiyyatı", ("rashad",))
    office.say("demo-enrolled", count=len(PEOPLE))


def _agree(office: Office, subject: str, approver: str = "rashad", reviewer: str = "leyla") -> None:
    proposal = office.library.document(subject).proposal
    withdraws = proposal is not None and proposal.kind == "withdrawal"
    # Both see the same pages and sign their digest; a withdrawal has none.
    body = None if withdraws else office.library.bodies(subject).digest
    for person in (reviewer, approver):
        office.library.approve(subject, office.signers[person], body=body)


def _starter(office: Office) -> None:
    """The four texts of the starter, each by another road."""
    library, signers, today = office.library, office.signers, office.today
    library.submit("PRO-01", "İlk redaksiya", signers["aysel"])
    library.comment("PRO-01", "Öhdəliklər cədvəli aydındır.", signers["nigar"])
    library.reject("PRO-01", "Giriş hissəsində məqsəd daha aydın yazılsın.", signers["leyla"])
    office.say("demo-rejected", document="PRO-01", name=PEOPLE["leyla"].name)
    office.library.put_draft("PRO-01", _with_sentence(library.draft("PRO-01"), "Bu prosedur hamı üçün açıqdır."))
    library.submit("PRO-01", "İradlar nəzərə alınıb", signers["aysel"])
    _agree(office, "PRO-01")
    library.publish("PRO-01", signers["aysel"], act=Act("serencam", "145", today))
    office.say("demo-published", document="PRO-01", revision=1)

    library.submit("POL-01", "İlk redaksiya", signers["aysel"])
    library.approve("POL-01", signers["leyla"])
    library.approve("POL-01", signers["tural"], behalf=Behalf("rashad", ORDER))
    library.publish("POL-01", signers["aysel"])
    office.say("demo-deputy", document="POL-01", name=PEOPLE["tural"].name, principal=PEOPLE["rashad"].name)

    library.submit("PRO-02", "İlk redaksiya", signers["aysel"])
    _agree(office, "PRO-02")
    library.publish("PRO-02", signers["aysel"], effective=today + timedelta(days=14))
    library.reschedule("PRO-02", today + timedelta(days=30), "Təlimdən sonra qüvvəyə minir", signers["aysel"])
    office.say("demo-future", document="PRO-02", day=today + timedelta(days=30))

    library.submit("FRM-01", "İlk redaksiya", signers["nigar"])
    _agree(office, "FRM-01", approver="tural")
    library.publish("FRM-01", signers["aysel"])

    library.put_draft("PRO-01", _with_sentence(library.text("PRO-01"), "Bu prosedur hamıya açıqdır.", 1))
    library.submit("PRO-01", "Cümlə düzəldilib", signers["aysel"], editorial=True)
    library.approve("PRO-01", signers["nigar"])
    library.publish("PRO-01", signers["aysel"])
    office.say("demo-editorial", document="PRO-01", revision=2)
    library.review("POL-01", "Siyasət aktualdır", signers["aysel"])


def _with_sentence(files: Mapping[str, bytes], sentence: str, replaced: int = 0) -> dict[str, bytes]:
    """The files with a closing sentence, in place of the last one if asked."""
    lines = files["az.md"].decode().rstrip("\n").split("\n")
    kept = lines[: len(lines) - replaced] if replaced else [*lines, ""]
    return {**files, "az.md": ("\n".join([*kept, sentence]) + "\n").encode()}


def _foreign(office: Office, texts: Path | None) -> None:
    """Texts from elsewhere: some adopted as they stand, some as new, rejected once, in force now or later."""
    if texts is None:
        return
    paths = sorted(path for path in texts.rglob("*.md") if path.is_file())
    for number, path in enumerate(paths):
        try:
            _one_foreign(office, path, number)
        except (Malformed, Refused, Unavailable, NotFound) as error:
            office.say("demo-text-refused", file=path.name, problem=error.code, **error.values)
    office.say("demo-texts", count=len(office.done))


def _one_foreign(office: Office, path: Path, number: int) -> None:
    library, signers, today = office.library, office.signers, office.today
    foreign = drafting.read_foreign(path)
    kind = drafting.kind_for(library.charter, path.stem)
    identifier = drafting.next_number(kind.prefix, library.book.state.documents)
    language = "az" if re.search("[əƏğĞıİşŞ]", foreign.text) else "en"
    files = drafting.take_over(foreign, kind, identifier, language, "quality-manager")
    author = ("aysel", "kamran", "nigar")[number % 3]
    approver = "tural" if kind.steps[-1][0][0] == "deputy" else "rashad"
    if number % 3 == 0:
        stated = (
            1 + number % 4,
            today - timedelta(days=200 + number),
            Act("emr", str(10 + number), today - timedelta(days=200 + number)),
        )
        library.adopt(files, "Kitabxanadan əvvəl təsdiq edilib", signers[author], stated)
        _agree(office, identifier, approver)
        library.publish(identifier, signers["aysel"])
    else:
        library.put_draft(identifier, files)
        library.submit(identifier, "İlk redaksiya", signers[author])
        if number % 5 == 1:
            library.reject(identifier, "Yenidən baxılsın", signers["leyla"])
            library.submit(identifier, "Yenidən təqdim edilir", signers[author])
        _agree(office, identifier, approver)
        library.publish(identifier, signers["aysel"], effective=today + timedelta(days=7 * (number % 4 == 2)))
    office.done.append(identifier)


def _withdrawal(office: Office) -> None:
    """A document that is in force is withdrawn, by the same quorum."""
    library, signers = office.library, office.signers
    kind = library.charter.types["instruction"]
    identifier = drafting.next_number(kind.prefix, library.book.state.documents)
    titles = {"az": "Müvəqqəti iş qaydası", "en": "Temporary working rule"}
    library.put_draft(identifier, drafting.blank(kind, identifier, titles, "quality-manager"))
    library.submit(identifier, "Müvəqqəti ehtiyac", signers["kamran"])
    _agree(office, identifier, approver="tural")
    library.publish(identifier, signers["aysel"])
    library.withdraw(identifier, "PRO-01 onu əvəz edir", signers["aysel"], successor="PRO-01")
    _agree(office, identifier, approver="tural")
    library.publish(identifier, signers["aysel"])
    office.say("demo-withdrawn", document=identifier)


def _key_replaced(office: Office) -> None:
    """A lost key: disabled at once by its holder, then revoked and replaced through the charter."""
    old = office.signers["nigar"]
    mark = fingerprint(old.key)
    office.library.suspend(mark, "Açar itirilib", old)
    office.signers["nigar"] = fresh = office.key("nigar-2")
    member = PEOPLE["nigar"]
    change = NextCharter(office.library.charter_files())
    change.revoke(mark, None)
    library = office.library.authority.library
    newcomer = founding.request(fresh, library, "nigar", (member.name, _email("nigar")), member.position)
    change.add_person(newcomer, (), office.today, "")
    _charter(office, change, "İtirilmiş açar əvəz edilir", ("rashad",))
    office.say("demo-key-replaced", name=member.name)


def _leaving(office: Office) -> None:
    change = NextCharter(office.library.charter_files())
    change.leave("kamran", office.today + timedelta(days=1))
    _charter(office, change, "Kamran Səfərov işdən çıxır", ("rashad",))
    office.say("demo-left", name=PEOPLE["kamran"].name)


def _charter_change(office: Office) -> None:
    """A rule is changed: procedures are reviewed every year from now on."""
    change = NextCharter(office.library.charter_files())
    change.library["types"]["procedure"]["review-months"] = "12"
    _charter(office, change, "Prosedurlara hər il baxılır", ("rashad",))
    office.say("demo-charter")


def _official_paper(office: Office) -> None:
    """The layout of copies comes into force, and the charter names it, with a short address and an emblem."""
    library, signers = office.library, office.signers
    library.submit("LAY-01", "İlk redaksiya", signers["aysel"])
    _agree(office, "LAY-01", approver="tural")
    library.publish("LAY-01", signers["aysel"])
    change = NextCharter(library.charter_files())
    change.look(accent="#1f3a5f", address="https://docs.numune.example", layout="LAY-01")
    change.emblem = drawn_emblem()
    _charter(office, change, "Nüsxələrin tərtibatı müəyyən edilir", ("rashad",))
    office.say("demo-layout", document="LAY-01")


def _record(office: Office) -> None:
    """A form in force, and a record made from it that two people sign."""
    library, signers, form = office.library, office.signers, "FRM-02"
    library.submit(form, "İlk redaksiya", signers["aysel"])
    _agree(office, form, approver="tural")
    library.publish(form, signers["aysel"])
    state = library.book.state
    people: Plain = [{"person": "leyla", "result": "passed"}, {"person": "tural", "result": "passed"}]
    values: Plain = {
        "topic": "Sənədlərin idarə edilməsi",
        "kind": "briefing",
        "document": "PRO-01",
        "trainer": PEOPLE["aysel"].name,
        "day": office.today.isoformat(),
        "hours": "1.5",
        "people": people,
    }
    record = recording.filled(state, recording.blank(state, form), values)
    signed = recording.register(library, record, signers["aysel"], recording.Wishes(signers=("leyla",)))
    number: str = getattr(signed.entry.event, "record", "")
    library.enter(signers["leyla"], correcting.countersign(number))
    office.say("demo-record", record=number, name=PEOPLE["aysel"].name, other=PEOPLE["leyla"].name)


def _files(office: Office, language: str) -> None:
    """What lies beside the library: anchor, signers for stock git, copies."""
    place, library = office.place, office.library
    (place / "anchor.txt").write_text(f"{library.anchor()}\n", "utf-8")
    (place / "allowed_signers").write_text(keylisting.signers_of(library.root, None, None), "utf-8")
    copies = place / "copies"
    copies.mkdir()
    for subject in ("PRO-01", "POL-01", "FRM-01"):
        for tongue in ("az", "en", "az,en"):
            for form in ("docx", "pdf"):
                name = f"{subject}-{tongue.replace(',', '-')}.{form}"
                (copies / name).write_bytes(library.get(subject, form=form, language=tongue))
    del language
    office.say("demo-copies", count=len(list(copies.iterdir())))
