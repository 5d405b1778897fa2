"""The looks of copies at the terminal: proposed with the charter, shown before they are agreed to, seen on a copy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from desk import Desk

from docctl.library.demo_emblem import drawn_emblem


def test_looks_are_proposed_shown_and_agreed_to_like_any_rule(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "charter"
    desk.ok("charter", "show", "--output", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["library.yaml", "people.yaml"]
    with (folder / "library.yaml").open("a", encoding="utf-8") as file:
        file.write("appearance:\n  accent: '#7a1f1f'\n  address: https://docs.example.az\n")
    (folder / "emblem.png").write_bytes(b"GIF89a")
    refused = desk.run("charter", "propose", folder, "--reason", "Görünüş", as_="aysel")
    assert refused.status == 1
    assert "emblem.png is no PNG picture" in refused.err

    (folder / "emblem.png").write_bytes(drawn_emblem())
    desk.ok("charter", "propose", folder, "--reason", "Görünüş", as_="aysel")
    digest = hashlib.sha256(drawn_emblem()).hexdigest()
    shown = desk.ok("show", "charter")
    assert "appearance.accent: #7a1f1f" in shown
    assert f"emblem.png: sha256:{digest}" in shown
    desk.ok("approve", "charter", as_="rashad")
    desk.ok("publish", "charter", as_="aysel")
    look = json.loads(desk.ok("show", "charter", "--json"))["appearance"]
    assert look == {"accent": "#7a1f1f", "address": "https://docs.example.az", "layout": "", "emblem": digest}

    # A person enrolled later, and a charter written out again, leave the emblem where it is.
    again = tmp_path / "again"
    desk.ok("charter", "show", "--output", again)
    assert (again / "emblem.png").read_bytes() == drawn_emblem()
    assert desk.run("doctor").status == 0


def test_the_doctor_tells_of_a_layout_that_draws_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "charter"
    desk.ok("charter", "show", "--output", folder)
    with (folder / "library.yaml").open("a", encoding="utf-8") as file:
        file.write("appearance: {layout: LAY-01}\n")
    desk.ok("charter", "propose", folder, "--reason", "Tərtibat", as_="aysel")
    desk.ok("approve", "charter", as_="rashad")
    assert "layout of copies" not in desk.run("doctor").out
    desk.ok("publish", "charter", as_="aysel")
    assert "LAY-01 as the layout of copies" in desk.run("doctor").out
    desk.ok("submit", "LAY-01", "--reason", "İlk redaksiya", as_="aysel")
    desk.ok("approve", "LAY-01", as_="leyla")
    desk.ok("approve", "LAY-01", as_="tural")
    desk.ok("publish", "LAY-01", as_="aysel")
    assert "layout of copies" not in desk.run("doctor").out


def test_a_copy_in_two_languages_is_asked_for_with_a_comma(desk: Desk, tmp_path: Path) -> None:
    desk.ok("submit", "PRO-01", "--reason", "First issue", as_="aysel")
    page = tmp_path / "both.html"
    desk.ok("get", "PRO-01", "--revision", "1", "--language", "az,en", "--output", page)
    text = page.read_text("utf-8")
    assert "Sənədlərin idarə edilməsi" in text
    assert "Control of documents" in text
    wrong = desk.run("get", "PRO-01", "--revision", "1", "--language", "az,en", "--format", "md")
    assert (wrong.status, "holds one language" in wrong.err) == (1, True)
    assert "az,en" in desk.ok("get", "--help")
