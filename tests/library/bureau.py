"""An office of two languages on real git, with everybody's keys: anna writes and publishes, eva reviews, bob is the head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docctl
from docctl.adapters.home import Home
from docctl.core.ports import Signer
from docctl.library import founding
from docctl.library.charters import NextCharter
from docctl.library.library import Library


@dataclass
class Bureau:
    """A library of two languages with everybody's keys."""

    place: Path
    library: Library
    signers: dict[str, Signer]

    def submit(self, words: str, subject: str = "PRO-01", **stated: bool) -> None:
        self.library.put_draft(subject, texts(subject, words))
        self.library.submit(subject, f"Reason: {words}", self.signers["anna"], **stated)

    def approve(self, subject: str = "PRO-01", *, body: str | None = None) -> None:
        for person in ("eva", "bob"):
            self.library.approve(subject, self.signers[person], body=body)

    def publish(self, subject: str = "PRO-01", **stated: date) -> None:
        self.library.publish(subject, self.signers["anna"], **stated)

    def in_force(self, subject: str, words: str = "Mətn", **stated: date) -> None:
        self.submit(words, subject)
        self.approve(subject)
        self.publish(subject, **stated)

    def withdraw(self, subject: str, successor: str | None = None) -> None:
        self.library.withdraw(subject, "Lazım deyil", self.signers["anna"], successor)
        self.approve(subject)
        self.publish(subject)


def texts(subject: str, words: str) -> dict[str, bytes]:
    heading = f"id: {subject}\ntype: procedure\nowner: head\nauthoritative: az\nlanguages: [az, en]\n"
    return {
        "az.md": f"---\n{heading}title: Qayda\n---\n\n# Qayda\n\n{words} — ığ, ₼ 5.\n".encode(),
        "en.md": f"---\ntitle: Rule\n---\n\n# Rule\n\n{words} in English.\n".encode(),
    }


def found(place: Path) -> Bureau:
    people = ("anna", "eva", "bob", "spare")
    for name in people:
        docctl.new_key(place / name, None)
    signers = {name: docctl.load_key(place / name) for name in people}
    founder = docctl.Founder("anna", "Anna", "anna@example.az", "QM", signers["anna"], signers["spare"])
    library = docctl.found_library(
        place / "library", founder, {"az": "İdarə", "en": "Office"}, starter="empty", home=Home(place / "home")
    )
    change = NextCharter(library.charter_files())
    for person, role in (("eva", "reviewer"), ("bob", "head")):
        whose = (person.title(), f"{person}@example.az")
        newcomer = founding.request(signers[person], library.authority.library, person, whose, "Post")
        change.add_person(newcomer, (role,), date(2026, 1, 1), "")
    library.propose_charter(change.files(), "Two more", signers["anna"])
    library.publish("charter", signers["anna"])
    return Bureau(place, library, signers)
