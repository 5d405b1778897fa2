"""The table of attacks on the page for security, made from the cases.

python tests/attacks/table.py --write      put it into docs/security.md
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "security.md"
BEGIN, END = "<!-- attacks: made by tests/attacks/table.py -->", "<!-- end of attacks -->"
MODULES = (
    "signatures", "devices", "commits", "messages", "history", "branches", "storage", "surroundings", "trees",
    "workflow", "keys",
)  # fmt: skip


def groups():
    """Every group of attacks, in the order of the page."""
    return [import_module(f"test_attack_{name}").GROUP for name in MODULES]


def cell(text: str) -> str:
    """A text that cannot end its cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def drawn() -> str:
    """The tables."""
    parts = [summary()]
    for group in groups():
        parts.append(f"### {group.title}\n")
        parts.append("| attack | what is done | `git verify-commit` | `git fsck` | docctl |\n|---|---|---|---|---|")
        for case in group.cases:
            cells = (case.name, case.what, case.git + (" *" if case.runs else ""), case.fsck, case.ours)
            parts.append("| " + " | ".join(map(cell, cells)) + " |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def summary() -> str:
    """How many there are, and how stock git does."""
    cases = [case for group in groups() for case in group.cases]
    caught = [case for case in cases if case.verdict != "lawful"]
    good = [case for case in caught if case.git == "Good"]
    silent = [case for case in good if case.fsck == "clean"]
    return (
        f"{len(cases)} cases. In {len(caught)} of them docctl does not call the library lawful; of these "
        f"`git verify-commit` says Good to {len(good)}, and `git fsck --strict` is silent about {len(silent)} of those.\n"
    )


def page(text: str) -> str:
    """The page with the tables as they are now."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(PAGE)
    return f"{head}{BEGIN}\n\n{drawn()}\n{END}{tail}"


if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]
    fresh = page(PAGE.read_text("utf-8"))
    if "--write" in sys.argv:
        PAGE.write_text(fresh, "utf-8")
    else:
        sys.stdout.write(fresh)
