"""Copies as an authority would issue them, by hand: every layer filled, in three languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from test_renderers import png

from docctl.core.copies import (
    Appearance,
    ApprovalLine,
    ControlledCopy,
    DistributionLine,
    HistoryLine,
    Stamp,
)

DIGEST = "3f9ac27be1d04586" * 4
CODE = "https://kis.goygol-ih.example/c/PRO-01/3?l=az&c=3&d=3f9ac27be1d04586"

_LABELS = {
    "az": {
        "page": "Səhifə",
        "of": "/",
        "revision": "Redaksiya",
        "effective": "Qüvvəyə minmə tarixi",
        "approved": "Təsdiq tarixi",
        "number": "Kod",
        "title": "Ad",
        "status": "Status",
        "approvals": "Təsdiq vərəqi",
        "part": "Qərar",
        "name": "Ad və soyad",
        "position": "Vəzifə",
        "decided": "Tarix və vaxt",
        "acting-for": "Əvəz etdiyi şəxs",
        "method": "İmza açarı",
        "history": "Dəyişikliklərin tarixçəsi",
        "author": "Müəllif",
        "reason": "Dəyişikliyin əsası",
        "digest": "Məzmunun nəzarət cəmi (SHA-256)",
        "organisation": "Təşkilat",
        "distribution": "Paylanma siyahısı",
        "copy": "Nüsxə №",
        "holder": "Kimə verilib",
        "place": "Saxlanma yeri",
        "issued": "Verilmə tarixi",
        "kind": "Dəyişikliyin növü",
        "readers": "Elektron nüsxənin oxucuları",
        "act": "Hüquqi akt",
        "signed": "Elektron qaydada imzalanıb",
        "check": "Nüsxənin həqiqiliyi və qüvvədə olması bu əmrlə yoxlanılır: docctl check",
        "layout": "Tərtibat",
        "layout-own": "docctl (daxili)",
    },
    "en": {
        "page": "Page",
        "of": "of",
        "revision": "Revision",
        "effective": "In force from",
        "approved": "Date of approval",
        "number": "Number",
        "title": "Title",
        "status": "Status",
        "approvals": "Approvals",
        "part": "Decision",
        "name": "Name",
        "position": "Position",
        "decided": "Date and time",
        "acting-for": "Acting for",
        "method": "Signed with key",
        "history": "Revision history",
        "author": "Author",
        "reason": "Reason for change",
        "digest": "Fingerprint of the content (SHA-256)",
        "organisation": "Organisation",
        "distribution": "Distribution list",
        "copy": "Copy No",
        "holder": "Issued to",
        "place": "Kept at",
        "issued": "Issued on",
        "kind": "Kind of change",
        "readers": "Readers of the electronic copy",
        "act": "Legal act",
        "signed": "Signed electronically",
        "check": "Whether this copy is genuine and still in force can be checked with the command: docctl check",
        "layout": "Layout",
        "layout-own": "docctl (built in)",
    },
    "ru": {
        "page": "Страница",
        "of": "из",
        "revision": "Редакция",
        "effective": "Дата вступления в силу",
        "approved": "Дата утверждения",
        "number": "Код",
        "title": "Наименование",
        "status": "Статус",
        "approvals": "Лист утверждения",
        "part": "Решение",
        "name": "Имя и фамилия",
        "position": "Должность",
        "decided": "Дата и время",
        "acting-for": "Действует вместо",
        "method": "Ключ подписи",
        "history": "История изменений",
        "author": "Автор",
        "reason": "Основание изменения",
        "digest": "Контрольная сумма содержания (SHA-256)",
        "organisation": "Организация",
        "distribution": "Лист рассылки",
        "copy": "Экземпляр №",
        "holder": "Кому выдан",
        "place": "Место хранения",
        "issued": "Дата выдачи",
        "kind": "Вид изменения",
        "readers": "Читатели электронной копии",
        "act": "Правовой акт",
        "signed": "Подписано электронным способом",
        "check": "Подлинность и действие экземпляра проверяются командой: docctl check",
        "layout": "Оформление",
        "layout-own": "docctl (встроенное)",
    },
}

_WORDS: dict[str, dict[str, Any]] = {
    "az": {
        "title": "Sənədlərin idarə edilməsi",
        "kind": "Prosedur",
        "organisation": "Göygöl Rayon İcra Hakimiyyəti",
        "status_word": "qüvvədədir",
        "uncontrolled": "Nəzarət edilən nüsxə № 3 — Kimə verilib: Hüquq şöbəsi",
        "effective": "1 dekabr 2026-cı il",
        "facts": (
            ("Kod", "PRO-01"),
            ("Redaksiya", "3"),
            ("Qüvvəyə minmə tarixi", "1 dekabr 2026-cı il"),
            ("Təsdiq tarixi", "22 noyabr 2026-cı il"),
            ("Növbəti baxış tarixi", "1 dekabr 2028-ci il"),
            ("Sənədin sahibi", "keyfiyyət üzrə menecer"),
            ("Hüquqi akt", "22.11.2026 tarixli 145 nömrəli sərəncam"),
        ),
        "stamps": (
            Stamp(
                "RAZILAŞDIRILMIŞDIR",
                "left",
                "Hüquq şöbəsinin müdiri",
                "Rəşad Şükürov",
                "“20” noyabr 2026-cı il",
            ),
            Stamp(
                "“TƏSDİQ EDİRƏM”",
                "right",
                "Göygöl Rayon İcra Hakimiyyətinin başçısı",
                "İlqar Çərkəzov",
                "“22” noyabr 2026-cı il",
                "22.11.2026 tarixli 145 nömrəli sərəncam",
            ),
        ),
        "approvals": (
            ApprovalLine(
                "Hazırladı",
                "Leyla Əliyeva",
                "keyfiyyət üzrə menecer",
                "18.11.2026, 10:15 (+04:00)",
                "",
                "SHA256:q1w2e3r4t5y6…",
            ),
            ApprovalLine(
                "Razılaşdırdı",
                "Rəşad Şükürov",
                "Hüquq şöbəsinin müdiri",
                "20.11.2026, 16:40 (+04:00)",
                "",
                "SHA256:z9x8c7v6b5n4…",
                "Qeyd yoxdur.",
            ),
            ApprovalLine(
                "Təsdiq etdi",
                "Aygün Hüseynova",
                "başçının müavini",
                "22.11.2026, 09:05 (+04:00)",
                "İlqar Çərkəzov (145 nömrəli əmr)",
                "SHA256:m1n2b3v4c5x6…",
            ),
        ),
        "history": (
            HistoryLine(
                3,
                "1 dekabr 2026-cı il",
                "Leyla Əliyeva",
                "Elektron imza əlavə edildi.",
                "22 noyabr 2026-cı il",
                "yeni redaksiya",
            ),
            HistoryLine(
                2, "1 mart 2025-ci il", "Rəşad Şükürov", "Daxili auditin nəticəsi.", "20 fevral 2025-ci il", "düzəliş"
            ),
        ),
        "distribution": (
            DistributionLine("1", "Rəhbərlik", "1-ci mərtəbə, 12-ci otaq", "02.12.2026"),
            DistributionLine("3", "Hüquq şöbəsi", "2-ci mərtəbə", "02.12.2026"),
            DistributionLine("", "Bütün işçilər", "elektron nüsxə", ""),
        ),
    },
    "en": {
        "title": "Control of documents",
        "kind": "Procedure",
        "organisation": "Goygol District Executive Authority",
        "status_word": "in force",
        "uncontrolled": "Controlled copy No 3 — Issued to: Legal department",
        "effective": "1 December 2026",
        "facts": (
            ("Number", "PRO-01"),
            ("Revision", "3"),
            ("In force from", "1 December 2026"),
            ("Date of approval", "22 November 2026"),
            ("Owner", "quality manager"),
            ("Legal act", "Order (sərəncam) No 145 of 22 November 2026"),
        ),
        "stamps": (
            Stamp("AGREED", "left", "Head of the legal department", "Rashad Shukurov", "20 November 2026"),
            Stamp(
                "I APPROVE",
                "right",
                "Head of the Goygol District Executive Authority",
                "Ilgar Charkazov",
                "22 November 2026",
                "Order (sərəncam) No 145 of 22 November 2026",
            ),
        ),
        "approvals": (
            ApprovalLine(
                "Prepared", "Leyla Aliyeva", "quality manager", "18 November 2026, 10:15 (+04:00)", "", "SHA256:q1w2e3…"
            ),
            ApprovalLine(
                "Approved", "Ilgar Charkazov", "Head", "22 November 2026, 09:05 (+04:00)", "", "SHA256:m1n2b3…"
            ),
        ),
        "history": (
            HistoryLine(
                3,
                "1 December 2026",
                "Leyla Aliyeva",
                "Electronic signature added.",
                "22 November 2026",
                "revision",
            ),
        ),
        "distribution": (DistributionLine("3", "Legal department", "2nd floor", "2 December 2026"),),
        "language_note": f"Translation; the Azerbaijani text is authoritative.\nIts fingerprint: {DIGEST}",
    },
    "ru": {
        "title": "Управление документами",
        "kind": "Процедура",
        "organisation": "Исполнительная власть Гёйгёльского района",
        "status_word": "действует",
        "uncontrolled": "В распечатанном виде является неучтённой копией",
        "effective": "1 декабря 2026 г.",
        "facts": (
            ("Код", "PRO-01"),
            ("Редакция", "3"),
            ("Дата вступления в силу", "1 декабря 2026 г."),
            ("Владелец документа", "менеджер по качеству"),
        ),
        "stamps": (
            Stamp(
                "УТВЕРЖДАЮ",
                "right",
                "Глава Исполнительной власти Гёйгёльского района",
                "Ильгар Черкезов",
                "«22» ноября 2026 г.",
            ),
        ),
        "approvals": (
            ApprovalLine("Утвердил", "Ильгар Черкезов", "глава", "22.11.2026, 09:05 (+04:00)", "", "SHA256:m1n2b3…"),
        ),
        "history": (HistoryLine(3, "1 декабря 2026 г.", "Лейла Алиева", "Добавлена электронная подпись."),),
        "language_note": "Перевод; основной текст — на азербайджанском языке.",
    },
}

TEXTS = {
    "az": """## 1. Məqsəd

Bu prosedur Göygöl Rayon İcra Hakimiyyətində **sənədlərin idarə edilməsi** qaydasını müəyyən edir: kim hazırlayır, kim
razılaşdırır, kim təsdiq edir və qüvvədə olan redaksiya necə tapılır.

## 2. Məsuliyyət

| Vəzifə | Məsuliyyət | Müddət |
|---|---|--:|
| Başçı | sənədləri təsdiq edir, qüvvəyə minmə tarixini müəyyən edir | 5 iş günü |
| Hüquq şöbəsinin müdiri | layihəni qanunvericiliyə uyğunluq baxımından razılaşdırır | 3 iş günü |
| Keyfiyyət üzrə menecer | layihəni hazırlayır, reyestri aparır | daim |

## 3. Addımlar

1. Layihə hazırlanır və təqdim olunur.
2. Layihə razılaşdırılır:
   - hüquq şöbəsi;
   - sənədlərlə iş şöbəsi.
3. Başçı sənədi təsdiq edir; bax: [e-qanun](https://e-qanun.az/framework/15104?a=1&b=2).

![Prosesin sxemi](sxem.png)
""",
    "en": "## 1. Purpose\n\nThis procedure lays down who writes, who agrees and who approves a document.\n\n"
    "1. A draft is written.\n2. It is approved.\n",
    "ru": "## 1. Цель\n\nПроцедура устанавливает, кто готовит, согласует и утверждает документ.\n\n- первый;\n- второй.\n",
}

WIDE = (
    "## Risklərin reyestri\n\n| "
    "№ | Risk | Səbəb | Nəticə | Ehtimal | Təsir | Səviyyə | Tədbirlər | Məsuliyyət | Müddət | Yekunlaşdırma | Qiymətləndirmə"
    " |\n|"
    + "---|" * 12
    + "\n"
    + "| 1 | Köhnə redaksiyanın işlədilməsi | Nüsxələrin vaxtında yığılmaması | Vətəndaşa yanlış cavab verilməsi | orta "
    "| yüksək | yüksək | Nəzarət edilən nüsxələrin uçotu, rüblük yoxlama | Keyfiyyət üzrə menecer | rüblük | 2026-cı il | kafi |\n"
    * 8
    + "\nCədvəldən sonrakı mətn.\n"
)


def copy(language: str = "az", text: str = "", **changes: Any) -> ControlledCopy:
    """A numbered copy in force, all layers filled."""
    whole = ControlledCopy(
        number="PRO-01",
        language=language,
        revision=3,
        status="in-force",
        watermark="",
        digest=DIGEST,
        text=text or TEXTS[language],
        made=1_795_000_000,
        images={"sxem.png": png(240, 60)},
        labels=_LABELS[language],
        reason="Elektron imza əlavə edildi.",
        code=CODE,
        appearance=Appearance("#0b5563", png(40, 48)),
        **_WORDS[language],
    )
    return replace(whole, **changes)
