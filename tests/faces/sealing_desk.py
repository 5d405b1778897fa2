"""A complaint form whose records are confidential: the head reads them, and who registers."""

from __future__ import annotations

from pathlib import Path

from desk import Desk

from docctl.core import days
from docctl.library import clock

YEAR = days.day_of(clock.now(), clock.local_offset()).year
FIRST, SECOND = (f"FRM-09-{YEAR}-000{number}" for number in (1, 2))

FORM = """---
id: FRM-09
title: Şikayət
type: form
owner: quality-manager
classification: confidential
authoritative: az
languages: [az]
confidential: [head]
fields:
  - {name: subject, label: {az: Mövzu, en: Subject}, type: text, required: yes}
  - {name: words, label: {az: Məzmun, en: Content}, type: long}
---

# Şikayət

Şikayətlər bu formada yazılır.
"""
SECRET = "Anbar müdiri rüşvət istəyib"
VALUES = f"subject: {SECRET}\nwords: Ötən həftə.\n"


def with_form(desk: Desk) -> Desk:
    folder = desk.folder / "drafts" / "FRM-09"
    folder.mkdir(parents=True)
    (folder / "az.md").write_text(FORM, "utf-8")
    desk.ok("submit", "FRM-09", "--reason", "First", as_="aysel")
    desk.ok("approve", "FRM-09", as_="leyla")
    desk.ok("approve", "FRM-09", as_="tural")
    desk.ok("publish", "FRM-09", as_="aysel")
    return desk


def complaint(desk: Desk, *more: object, as_: str = "aysel") -> str:
    values = desk.folder.parent / "values.yaml"
    values.write_text(VALUES, "utf-8")
    return desk.ok("record", "new", "FRM-09", "--values", values, "--add", *more, as_=as_)


def plain_anywhere(place: Path) -> list[Path]:
    """Files below a folder in which the secret stands in plain words."""
    return [one for one in place.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
