"""The year 2025 of a district executive authority, from its first day to its last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from year.forms import TEXTS
from year.script import Year

RISKS = (
    ("nigar", "Müraciətin cavabsız qalması", "Müraciətlərə baxılması", 4, 4),
    ("nigar", "Arxiv otağında nəmlik", "Sənədlərin saxlanması", 2, 5),
    ("sevda", "Audit planının icra edilməməsi", "Daxili audit", 2, 3),
    ("sevda", "Köhnə redaksiyadan istifadə", "Sənədlərin idarə edilməsi", 3, 3),
    ("kamran", "Elektron xidmətin dayanması", "İnformasiya texnologiyaları", 3, 5),
    ("kamran", "Yeni kadrların hazırlıqsızlığı", "Kadrların idarə edilməsi", 4, 2),
)
FINDINGS = (
    ("1", "7.5.3", "nonconformity", "İkinci mərtəbədə PRO-04-ün köhnə nüsxəsindən istifadə olunur."),
    ("2", "8.2.1", "nonconformity", "Üç müraciətə 15 iş günündən sonra cavab verilib."),
    ("3", "7.2", "nonconformity", "İki işçinin təlim qeydi yoxdur."),
    ("4", "9.1.2", "improvement", "Sorğu elektron qaydada da aparıla bilər."),
)
ANSWERS = ["reception", "certificate", "roads", "reception", "reception", "certificate", "roads", "roads", "reception", "certificate", "reception", "roads"]  # fmt: skip
SECRET = "Kabinetdə arayış üçün pul tələb edilib."
OUTCOME = "Faktlar təsdiq olunmayıb."
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6300010000000500010d0a2db4"
    "0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def lived(year: Year) -> None:
    """All of it."""
    for part in (january, february, march, audit, may, june, law, summer, complaint, autumn, review, december):
        part(year)
        year.peek()


def january(year: Year) -> None:
    """Founded; the first texts are in force a week later and are read; old surveys are taken over from paper."""
    note = year.note
    year.on("2025-01-06")
    year.found()
    year.enrol("rashad", "tural", "leyla", "nigar", "kamran", "sevda", "orxan", "elvin")
    year.on("2025-01-08")
    note.asks |= {"PRO-01": ((), 14), "PRO-02": ((), 14), "PRO-03": ((), 14), "PRO-04": (("aysel",), 10)}
    note.years |= {"FRM-01": 5, "FRM-02": 5, "FRM-05": 5, "FRM-07": 5, "FRM-08": None, "FRM-09": 1, "FRM-10": 5}
    for document in ("POL-01", "PRO-01", "PRO-02"):
        year.issue(document, 1, effective=date(2025, 1, 13))
    note.months["EXT-01"] = 6
    for document in ("EXT-01", "FRM-01", "FRM-02", "FRM-05", "FRM-07", "FRM-08", "FRM-09", "FRM-10"):
        year.issue(document, 1, TEXTS.get(document, ""))
    year.on("2025-01-14")
    year.reads("PRO-01", 1, "leyla", "nigar")
    year.reads("PRO-01", 1, "kamran", language="en")
    year.reads("PRO-02", 1, "leyla", "nigar", "kamran")
    year.on("2025-01-15")
    for document in ("PRO-01", "PRO-02"):
        year.reads(document, 1, "sevda", "elvin")
    year.on("2025-01-20")
    for day, score in (("2024-02-15", 4), ("2024-03-29", 5), ("2024-11-04", 3)):
        answers = {"service": "reception", "speed": str(score), "manner": "4"}
        title = f"{day} tarixli kağız sorğu"
        year.record("nigar", "FRM-09", title, answers, "--closed", day, computed={"total": str(score + 4)})
    for document in ("PRO-01", "PRO-02"):
        year.reads(document, 1, "tural")
    year.on("2025-01-22")
    year.reads("PRO-01", 1, "orxan")
    year.on("2025-01-27")
    year.refused("aysel", "retention-running", "dispose", "propose", "FRM-09-2025-0001", "--reason", "Köhnədir")


def february(year: Year) -> None:
    """The risk register, a training, copies for the archive, a hold for a court."""
    year.on("2025-02-03")
    year.reads("PRO-02", 1, "orxan")
    names = []
    for person, title, process, likelihood, impact in RISKS:
        values = {
            "process": process, "kind": "risk", "description": title, "likelihood": str(likelihood),
            "impact": str(impact), "action": "Nəzarət gücləndirilir.", "due": "2025-06-30", "status": "open",
        }  # fmt: skip
        score = {"score": str(likelihood * impact)}
        names.append(year.record(person, "FRM-01", title, values, signers=("aysel",), computed=score))
    year.mistaken("orxan", "FRM-01", {"kind": "risk", "likelihood": "6", "impact": "az", "status": "open"}, 4)
    year.on("2025-02-05")
    for document in ("PRO-01", "PRO-02"):
        year.copy(document, 1, "Arxiv", "--place", "Zirzəmi, 3-cü otaq")
    year.on("2025-02-10")
    for name in names[:5]:
        year.sign("aysel", name, "checked")
    year.refused("leyla", "not-a-signer", "record", "sign", names[5])
    year.on("2025-02-20")
    training(year, "sevda", "Müraciətlərlə iş", "internal", ("nigar", "orxan", "elvin"), "3")
    year.on("2025-02-24")
    held = "FRM-09-2025-0001"
    year.run("aysel", "hold", held, "--reason", "Məhkəmə işi", "--basis", "2(71)-118/2025 nömrəli iş")
    year.note.records[held].held = year.today
    year.on("2025-02-26")
    year.issue("PRO-03", 1, TEXTS["PRO-03"], effective=date(2025, 3, 3))
    year.on("2025-02-27")
    year.reads("PRO-03", 1, "nigar")


def training(
    year: Year, trainer: str, topic: str, kind: str, people: tuple[str, ...], hours: str, document: str = ""
) -> str:
    scan = year.place / "iştirak-vərəqi.pdf"
    scan.write_bytes(PDF)
    values = {"topic": topic, "kind": kind, "document": document, "trainer": trainer, "day": year.today.isoformat(),
              "hours": hours, "people": [{"person": one, "result": "passed"} for one in people]}  # fmt: skip
    known = {name: one for name, one in values.items() if one}
    return year.record(trainer, "FRM-02", topic, known, scan)


def march(year: Year) -> None:
    """PRO-03 is read at a session; PRO-04 comes in force, with two copies."""
    year.on("2025-03-10")
    year.issue("PRO-04", 1, TEXTS["PRO-04"])
    year.reads("PRO-04", 1, "aysel")
    year.on("2025-03-11")
    year.reads("PRO-04", 1, "leyla", "nigar")
    year.copy("PRO-04", 1, "Qəbul otağı", "--place", "1-ci mərtəbə")
    year.received("PRO-04", 1)
    year.copy("PRO-04", 1, "Sosial müdafiə şöbəsi")
    year.on("2025-03-12")
    there = ("tural", "kamran", "orxan", "elvin")
    record = training(year, "sevda", "Daxili audit", "briefing", there, "1.5", "PRO-03")
    year.session("sevda", "PRO-03", 1, record, there)
    year.reads("PRO-03", 1, "sevda")
    year.reads("PRO-04", 1, "kamran")
    year.on("2025-03-13")
    year.received("PRO-04", 2)
    year.reads("PRO-04", 1, "sevda")
    year.on("2025-03-14")
    year.reads("PRO-03", 1, "leyla")
    year.on("2025-03-18")
    year.reads("PRO-04", 1, "tural")
    year.on("2025-03-19")
    year.reads("PRO-04", 1, "elvin")


def audit(year: Year) -> None:
    """A disposal by two people; an audit with four findings, and what is done about three of them."""
    note = year.note
    year.on("2025-04-02")
    old = "FRM-09-2025-0002"
    propose = ("dispose", "propose")
    year.refused("aysel", "record-held", *propose, "FRM-09-2025-0001", "--reason", "Müddəti bitib")
    year.run("aysel", *propose, "--form", "FRM-09", "--reason", "Saxlama müddəti bitib")
    year.refused("aysel", "author-approves", "approve", "FRM-09")
    year.refused("aysel", "quorum-missing", "dispose", "carry-out", "FRM-09")
    year.run("tural", "approve", "FRM-09")
    year.on("2025-04-03")
    year.run("aysel", "dispose", "carry-out", "FRM-09", "--method", "shredded")
    year.note.records[old].gone = year.today
    year.disposal = year.note.entries - 1
    year.refused("nigar", "record-disposed-of", "record", "amend", old, "--reason", "Səhv", "--note", "Düzəliş")
    year.on("2025-04-07")
    values = {
        "process": "Müraciətlərə baxılması", "criterion": "PRO-04", "day": "2025-04-04", "auditor": "sevda",
        "findings": [dict(zip(("number", "clause", "kind", "text"), one, strict=True)) for one in FINDINGS],
        "conclusion": "Proses əsasən tələblərə uyğundur.",
    }  # fmt: skip
    photo = year.place / "lövhə.png"
    photo.write_bytes(PNG)
    report = year.record(
        "sevda", "FRM-05", "Müraciətlər üzrə audit", values, photo, signers=("aysel",), procedure="PRO-03"
    )
    year.on("2025-04-08")
    year.run("leyla", "review", "EXT-01", "--comment", "e-qanun.az saytında yoxlanılıb", "--checked", "2025-04-07")
    note.reviewed["EXT-01"] = [date(2025, 4, 7)]
    year.on("2025-04-09")
    year.sign("aysel", report)
    year.on("2025-04-14")
    for (number, _, _, found), person in zip(FINDINGS[:3], ("nigar", "tural", "aysel"), strict=True):
        values = {"report": report, "finding": number, "description": found, "action": "Nöqsan aradan qaldırılır.",
                  "responsible": person, "due": "2025-06-30", "status": "open"}  # fmt: skip
        year.record("sevda", "FRM-07", f"{number}-ci nəticə üzrə tədbir", values, procedure="PRO-03")


def may(year: Year) -> None:
    """Somebody joins; a temporary amendment asks everybody to read again."""
    year.on("2025-05-05")
    year.enrol("gunel")
    year.on("2025-05-06")
    year.reads("PRO-01", 1, "gunel")
    year.on("2025-05-07")
    year.reads("PRO-04", 1, "gunel")
    year.on("2025-05-12")
    year.correct("sevda", "FRM-07-2025-0002", "Səbəb araşdırılıb", {"cause": "Növbətçi cədvəli yox idi."})
    year.on("2025-05-15")
    until = date(2025, 6, 30)
    year.draft("PRO-04", ("10:00-dan 13:00-dək", "14:00-dan 17:00-dək"))
    revision = year.submit("aysel", "PRO-04", "Binada təmir", "--until", until)
    year.agreed("PRO-04")
    year.publish("PRO-04", revision, "amendment", expires=until)
    year.copy("PRO-04", 2, "Qəbul otağı", "--replaces", 1)
    year.on("2025-05-16")
    year.reads("PRO-04", 2, "aysel", "leyla", "nigar", "kamran")
    year.on("2025-05-20")
    year.correct("sevda", "FRM-02-2025-0001", "Nəticəlilik qiymətləndirilib", {"effectiveness": "Səhvlər azalıb."})
    year.reads("PRO-04", 2, "elvin")
    year.on("2025-05-22")
    year.reads("PRO-02", 1, "gunel")
    year.on("2025-05-23")
    year.reads("PRO-04", 2, "gunel")


def june(year: Year) -> None:
    """One goes on leave, one changes roles; an editorial correction asks nobody; risks and actions are closed."""
    year.on("2025-05-30")
    year.run("aysel", "person", "role", "kamran", "staff", "--end", "--to", "2025-05-31")
    year.run("aysel", "person", "role", "elvin", "staff", "--end", "--to", "2025-06-30")
    year.run("aysel", "person", "role", "elvin", "hr", "--from", "2025-07-01", "--basis", "Əmr № 41")
    year.charter()
    year.note.people["kamran"].staff = [(date(2025, 1, 6), date(2025, 5, 31))]
    year.note.people["elvin"].staff = [(date(2025, 1, 6), date(2025, 6, 30))]
    year.on("2025-06-10")
    year.correct("sevda", "FRM-07-2025-0001", "Tədbir icra edilib", {"status": "closed", "done": "2025-06-09"})
    for number in (2, 3):
        left = {"status": "closed", "residual-likelihood": "1", "residual-impact": str(number)}
        name = f"FRM-01-2025-{number:04}"
        year.correct(year.note.records[name].by, name, "Tədbir nəticə verib", left, **{"residual-score": str(number)})
    year.on("2025-06-16")
    year.draft("PRO-01", ("sənədlərə şamil edilir. Qeydlər", "sənədlərə aiddir. Qeydlər"))
    revision = year.submit("aysel", "PRO-01", "Üslub düzəlişi", "--editorial")
    year.run("leyla", "approve", "PRO-01")
    year.publish("PRO-01", revision, "editorial")
    year.on("2025-07-03")
    year.returned("PRO-04", 3, "returned")


def law(year: Year) -> None:
    """The law changes: the procedure that rests on it is revised, its copies are called back."""
    year.on("2025-07-14")
    newer = "11.07.2025, № 210-VIIQD"
    words = ("--verdict", "change", "--edition", newer, "--comment", "10-cu maddəyə dəyişiklik edilib")
    year.run("leyla", "review", "EXT-01", *words)
    year.note.wanting["EXT-01"] = year.today
    year.peek()
    year.on("2025-07-21")
    year.draft("EXT-01", ("30.09.2015, № 1308-IVQ", newer), ("2015-09-30", "2025-07-11"))
    revision = year.submit("aysel", "EXT-01", "Yeni redaksiya")
    year.agreed("EXT-01")
    told = year.publish("EXT-01", revision)
    assert "PRO-04" in told.out
    year.draft("PRO-04", ("3.1. Müraciətə 15 iş günü", "3.1. Müraciətə 10 iş günü"))
    revision = year.submit("nigar", "PRO-04", "Qanuna dəyişiklik")
    year.agreed("PRO-04")
    told = year.publish("PRO-04", revision, effective=date(2025, 7, 25))
    assert "1 (Qəbul otağı, 1-ci mərtəbə); 2 (Sosial müdafiə şöbəsi)" in told.err
    year.on("2025-07-25")
    year.copy("PRO-04", 3, "Qəbul otağı", "--replaces", 1, medium="file")
    year.on("2025-07-28")
    year.returned("PRO-04", 1, "returned")
    year.reads("PRO-04", 3, "gunel", "leyla", "nigar")
    year.on("2025-08-01")
    year.reads("PRO-04", 3, "aysel")
    year.on("2025-08-04")
    year.reads("PRO-04", 3, "sevda")
    year.on("2025-08-06")
    year.reads("PRO-04", 3, "tural")
    year.on("2025-08-11")
    year.returned("PRO-04", 2, "destroyed", "Nigar İsmayılova")


def summer(year: Year) -> None:
    """The head is away and his deputy approves; one leaves, one comes back."""
    year.on("2025-08-12")
    year.run(
        "aysel", "person", "deputy", "rashad", "tural", "--role", "head", "--from", "2025-08-13", "--to", "2025-08-31",
        "--basis", "Əmr № 45",
    )  # fmt: skip
    year.charter()
    year.on("2025-08-18")
    year.draft("PRO-02", ("hər rüb yoxlayır", "hər ay yoxlayır"))
    revision = year.submit("nigar", "PRO-02", "Yoxlama tez-tez aparılır")
    year.run("leyla", "approve", "PRO-02")
    year.run("tural", "approve", "PRO-02", "--for", "rashad", "--basis", "Əmr № 45")
    year.publish("PRO-02", revision)
    year.on("2025-08-20")
    year.reads("PRO-02", 2, "leyla", "nigar")
    year.on("2025-08-25")
    year.reads("PRO-02", 2, "gunel", "sevda")
    year.on("2025-08-29")
    year.reads("PRO-02", 2, "tural")
    year.run("aysel", "person", "leave", "orxan", "--day", "2025-09-01")
    year.run("aysel", "person", "role", "kamran", "staff", "--from", "2025-09-01", "--basis", "Əmr № 52")
    year.charter()
    year.note.people["orxan"].left = date(2025, 9, 1)
    year.note.people["kamran"].staff.append((date(2025, 9, 1), date(9999, 12, 31)))
    year.on("2025-09-02")
    year.reads("PRO-02", 2, "elvin")
    year.on("2025-09-05")
    year.correct("aysel", "FRM-07-2025-0002", "Tədbir icra edilib", {"status": "closed", "done": "2025-09-04"})
    year.on("2025-09-10")
    year.reads("PRO-02", 2, "kamran")
    year.on("2025-09-12")
    year.reads("PRO-04", 3, "kamran")


def complaint(year: Year) -> None:
    """A complaint about a colleague, which the lawyer alone may read in the end."""
    year.on("2025-09-15")
    values = {"subject": "Rüşvət tələbi", "about": "tural", "words": SECRET}
    name = year.sealed("nigar", "FRM-10", values)
    year.on("2025-09-16")
    opened = ("record", "open", name)
    for person in ("leyla", "nigar"):
        assert SECRET in year.run(person, *opened, entries=0).out
    for person in ("aysel", "rashad", "tural"):
        year.refused(person, "record-not-for", *opened)
    year.correct("nigar", name, "Araşdırılıb", {"outcome": OUTCOME})
    year.run("leyla", "keystore", "revoke", name, "nigar", entries=0)
    year.refused("nigar", "record-not-for", *opened)


def answers() -> Iterator[dict[str, str]]:
    """Twelve filled in surveys."""
    for number, service in enumerate(ANSWERS):
        waited = {"waited": f"{number / 2:.1f}"} if number % 3 else {}
        yield {"service": service, "speed": str(1 + number % 5), "manner": str(5 - number % 3), **waited}


def autumn(year: Year) -> None:
    """The survey; a training outside; the court is done; a copy is lost."""
    year.on("2025-10-06")
    for number, values in enumerate(answers(), 1):
        total = {"total": str(int(values["speed"]) + int(values["manner"]))}
        year.record("gunel", "FRM-09", f"Sorğu vərəqi {number}", values, computed=total)
    year.on("2025-10-15")
    training(year, "aysel", "ISO 9001:2015 tələbləri", "external", ("aysel", "gunel"), "16")
    year.on("2025-11-03")
    held = "FRM-09-2025-0001"
    year.run("aysel", "release", held, "--reason", "Məhkəmə işi bitib")
    year.note.records[held].released = year.today
    year.on("2025-11-10")
    year.returned("PRO-01", 1, "lost")


def review(year: Year) -> None:
    """The management review, and its two further signers."""
    year.on("2025-11-18")
    values = {
        "subject": "2025-ci il üzrə təhlil", "day": "2025-11-17", "chair": "rashad",
        "decisions": [
            {"decision": "Elektron sorğu tətbiq edilsin.", "responsible": "gunel", "due": "2026-03-01"},
            {"decision": "PRO-03 yenilənsin.", "responsible": "sevda", "due": "2025-12-31"},
        ],
    }  # fmt: skip
    name = year.record("aysel", "FRM-08", "2025-ci il üzrə təhlil", values, signers=("rashad", "tural"))
    year.on("2025-11-20")
    year.sign("rashad", name, "approved")
    year.on("2025-11-24")
    year.sign("tural", name)


def december(year: Year) -> None:
    """The policy is reviewed; two proposals are under way, one of them refused."""
    year.on("2025-12-08")
    year.run("aysel", "review", "POL-01", "--comment", "Dəyişiklik tələb olunmur")
    year.note.reviewed["POL-01"] = [year.today]
    year.on("2025-12-10")
    year.draft("FRM-02", ("5 iş günü", "3 iş günü"))
    year.submit("nigar", "FRM-02", "Müddət qısaldılır")
    year.on("2025-12-11")
    year.run("leyla", "reject", "FRM-02", "--reason", "Müddət əsaslandırılmayıb")
    year.on("2025-12-15")
    year.draft("PRO-03", ("ildə azı bir dəfə", "ildə azı iki dəfə"))
    year.submit("sevda", "PRO-03", "Təhlilin qərarı")
    year.on("2025-12-16")
    year.run("leyla", "approve", "PRO-03")
    year.on("2025-12-31", 18)
