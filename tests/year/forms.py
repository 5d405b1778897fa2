"""The texts that the year needs besides the starter's: procedures of an authority, and forms with what they ask."""

from __future__ import annotations

from textwrap import dedent

HEAD = """---
id: {id}
title: {title}
type: {type}
owner: {owner}
{more}classification: internal
distribution:
  - staff
authoritative: az
languages:
  - az
---

# {title}

{body}
"""


def text(
    id_: str, title: str, body: str, *, type_: str = "procedure", owner: str = "quality-manager", more: str = ""
) -> str:
    """A text of one language."""
    return HEAD.format(
        id=id_, title=title, body=dedent(body).strip(), type=type_, owner=owner, more=dedent(more).lstrip()
    )


AUDIT = text(
    "PRO-03", "Daxili audit",
    """
    ## 1. Məqsəd

    1.1. Bu prosedur keyfiyyəti idarəetmə sisteminin daxili auditlərinin planlaşdırılması, keçirilməsi və nəticələrinin rəsmiləşdirilməsi qaydasını müəyyən edir.

    ## 2. Auditin keçirilməsi

    2.1. Daxili audit ildə azı bir dəfə, illik proqram əsasında keçirilir.

    2.2. Auditor öz işini audit edə bilməz.

    2.3. Nəticələr FRM-05 formasında, uyğunsuzluqlar isə FRM-07 formasında qeydə alınır.

    ## 3. Uyğunsuzluqlar

    3.1. Hər uyğunsuzluğun səbəbi 10 iş günü ərzində araşdırılır, düzəldici tədbir və məsul şəxs müəyyən edilir.
    """,
    more="""
    clauses:
      - iso9001:2015#9.2
    """,
)  # fmt: skip

APPEALS = text(
    "PRO-04", "Vətəndaşların müraciətlərinə baxılması",
    """
    ## 1. Məqsəd

    1.1. Bu prosedur rayon icra hakimiyyətinə daxil olan müraciətlərin qəbulu, qeydiyyatı, baxılması və cavablandırılması qaydasını müəyyən edir.

    ## 2. Əsas

    2.1. Müraciətlərə “Vətəndaşların müraciətləri haqqında” Azərbaycan Respublikasının Qanununa (EXT-01) uyğun baxılır.

    ## 3. Müddətlər

    3.1. Müraciətə 15 iş günü ərzində baxılır.

    3.2. Əlavə öyrənilmə tələb edən müraciətə 30 iş günü ərzində baxılır.

    ## 4. Qəbul

    4.1. Vətəndaşlar hər həftənin çərşənbə axşamı günü saat 10:00-dan 13:00-dək inzibati binada qəbul edilir.
    """,
    owner="records-head",
    more="""
    clauses:
      - iso9001:2015#8.2.1
    reading:
      people:
        - aysel
      days: 10
    """,
)  # fmt: skip

REPORT = text(
    "FRM-05", "Daxili audit hesabatı",
    "## 1. Tətbiq\n\n1.1. Hesabatı aparıcı auditor tərtib edir, keyfiyyət üzrə menecer imzalayır.",
    type_="form",
    more="""
    clauses:
      - iso9001:2015#9.2.2
    signers:
      - quality-manager
    procedure: PRO-03
    fields:
      - {name: process, label: {az: Audit edilən proses, en: Audited process}, type: text, required: yes, length: 200}
      - {name: criterion, label: {az: Meyar, en: Criterion}, type: document, required: yes}
      - {name: day, label: {az: Tarix, en: Day}, type: date, required: yes, min: 2025-01-01}
      - {name: auditor, label: {az: Aparıcı auditor, en: Lead auditor}, type: person, required: yes}
      - name: findings
        label: {az: Nəticələr, en: Findings}
        type: table
        min: 1
        max: 50
        of:
          - {name: number, label: {az: №, en: No.}, type: number, required: yes, min: 1, max: 50}
          - {name: clause, label: {az: Bənd, en: Clause}, type: text, required: yes, length: 20}
          - name: kind
            label: {az: Növ, en: Kind}
            type: choice
            required: yes
            choices:
              - {value: nonconformity, label: {az: uyğunsuzluq, en: nonconformity}}
              - {value: improvement, label: {az: təkmilləşdirmə imkanı, en: opportunity for improvement}}
          - {name: text, label: {az: Təsvir, en: Description}, type: long, required: yes, length: 2000}
      - {name: conclusion, label: {az: Rəy, en: Conclusion}, type: long, required: yes, length: 4000}
    """,
)  # fmt: skip

CORRECTION = text(
    "FRM-07", "Uyğunsuzluq və düzəldici tədbir",
    "## 1. Tətbiq\n\n1.1. Hər uyğunsuzluq üçün ayrıca qeyd açılır; bağlanması düzəliş kimi əlavə edilir.",
    type_="form",
    more="""
    clauses:
      - iso9001:2015#10.2
    procedure: PRO-03
    fields:
      - {name: report, label: {az: Audit hesabatının nömrəsi, en: Number of the audit report}, type: text, length: 40}
      - {name: finding, label: {az: Nəticə №, en: Finding No.}, type: number, min: 1, max: 50}
      - {name: description, label: {az: Uyğunsuzluq, en: Nonconformity}, type: long, required: yes, length: 2000}
      - {name: cause, label: {az: Səbəb, en: Cause}, type: long, length: 2000}
      - {name: action, label: {az: Düzəldici tədbir, en: Corrective action}, type: long, required: yes, length: 2000}
      - {name: responsible, label: {az: Məsul şəxs, en: Responsible person}, type: person, required: yes}
      - {name: due, label: {az: Son tarix, en: Due date}, type: date, required: yes}
      - name: status
        label: {az: Status, en: Status}
        type: choice
        required: yes
        choices:
          - {value: open, label: {az: açıq, en: open}}
          - {value: closed, label: {az: bağlı, en: closed}}
      - {name: done, label: {az: İcra edildiyi tarix, en: Done on}, type: date}
    """,
)  # fmt: skip

MINUTES = text(
    "FRM-08", "Rəhbərlik tərəfindən təhlil protokolu",
    "## 1. Tətbiq\n\n1.1. Protokolu keyfiyyət üzrə menecer tərtib edir, başçı və müavini imzalayır.",
    type_="form",
    more="""
    clauses:
      - iso9001:2015#9.3
    signers:
      - head
      - deputy
    fields:
      - {name: subject, label: {az: Gündəlik, en: Agenda}, type: text, required: yes, length: 200}
      - {name: day, label: {az: Tarix, en: Day}, type: date, required: yes}
      - {name: chair, label: {az: Sədr, en: Chair}, type: person, required: yes}
      - name: decisions
        label: {az: Qərarlar, en: Decisions}
        type: table
        min: 1
        of:
          - {name: decision, label: {az: Qərar, en: Decision}, type: long, required: yes}
          - {name: responsible, label: {az: Məsul şəxs, en: Responsible person}, type: person, required: yes}
          - {name: due, label: {az: Son tarix, en: Due date}, type: date, required: yes}
    """,
)  # fmt: skip

SURVEY = text(
    "FRM-09", "Vətəndaş məmnunluğu sorğusu",
    "## 1. Tətbiq\n\n1.1. Sorğu vərəqi adsız doldurulur.",
    type_="form",
    more="""
    clauses:
      - iso9001:2015#9.1.2
    fields:
      - name: service
        label: {az: Xidmət, en: Service}
        type: choice
        required: yes
        choices:
          - {value: reception, label: {az: vətəndaşların qəbulu, en: reception of citizens}}
          - {value: certificate, label: {az: arayış verilməsi, en: issue of certificates}}
          - {value: roads, label: {az: yol təsərrüfatı, en: roads}}
      - {name: speed, label: {az: Sürət (1–5), en: Speed (1–5)}, type: number, required: yes, min: 1, max: 5}
      - {name: manner, label: {az: Nəzakət (1–5), en: Manner (1–5)}, type: number, required: yes, min: 1, max: 5}
      - {name: total, label: {az: Cəmi, en: Total}, type: number, computed: speed + manner}
      - {name: waited, label: {az: Gözləmə (saat), en: Waiting (hours)}, type: number, min: 0, max: 100, decimals: 1}
      - {name: remark, label: {az: Rəy, en: Remark}, type: long, length: 1000}
    """,
)  # fmt: skip

COMPLAINT = text(
    "FRM-10", "İşçidən şikayət",
    "## 1. Tətbiq\n\n1.1. Şikayəti yalnız hüquq şöbəsi oxuyur.",
    type_="form", owner="legal",
    more="""
    confidential:
      - legal
    fields:
      - {name: subject, label: {az: Mövzu, en: Subject}, type: text, required: yes, length: 200}
      - {name: about, label: {az: Kimdən, en: About}, type: person, required: yes}
      - {name: words, label: {az: Şikayətin məzmunu, en: What happened}, type: long, required: yes, length: 4000}
      - {name: outcome, label: {az: Nəticə, en: Outcome}, type: long, length: 4000}
    """,
)  # fmt: skip

LAW = text(
    "EXT-01", "“Vətəndaşların müraciətləri haqqında” Qanun",
    "Bizə aid olan: 10-cu maddə, müraciətlərə baxılma müddətləri. Tətbiqi: PRO-04.",
    type_="external", owner="legal",
    more="""
    external:
      issuer: Azərbaycan Respublikasının Milli Məclisi
      edition: 30.09.2015, № 1308-IVQ
      dated: '2015-09-30'
      held: Hüquq şöbəsi
      every-months: '6'
      address: https://e-qanun.az/framework/31436
      checked-by: legal
    """,
)  # fmt: skip

TEXTS = {
    "EXT-01": LAW,
    "FRM-10": COMPLAINT,
    "PRO-03": AUDIT,
    "PRO-04": APPEALS,
    "FRM-05": REPORT,
    "FRM-07": CORRECTION,
    "FRM-08": MINUTES,
    "FRM-09": SURVEY,
}
