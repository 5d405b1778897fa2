"""What `docctl init` lays down: the document types of a starter, and its texts as drafts to adapt."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

from docctl.errors import NotFound

FOLDERS = ("policies", "procedures", "templates")


def _type(prefix: str, folder: str, titles: dict[str, str], steps: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    return {
        "title": titles,
        "prefix": prefix,
        "folder": folder,
        "authors": ["author", "quality-manager"],
        "publishers": ["quality-manager"],
        "workflow": steps,
        "editorial": {"reviewer": "1"},
        **more,
    }


_CHECKED_THEN_HEAD = [{"reviewer": "1"}, {"head": "1"}]
_CHECKED_THEN_DEPUTY = [{"reviewer": "1"}, {"deputy": "1"}]

_GOVERNMENT = {
    "policy": _type(
        "POL",
        "policies",
        {"az": "Siyasət", "en": "Policy", "ru": "Политика"},
        _CHECKED_THEN_HEAD,
        **{"review-months": "12", "classification": "public"},
    ),
    "manual": _type(
        "MAN",
        "policies",
        {"az": "Rəhbər sənəd", "en": "Manual", "ru": "Руководство"},
        _CHECKED_THEN_HEAD,
        **{"review-months": "12"},
    ),
    "procedure": _type(
        "PRO",
        "procedures",
        {"az": "Prosedur", "en": "Procedure", "ru": "Процедура"},
        _CHECKED_THEN_HEAD,
        **{"review-months": "24", "retention-years": "5", "reading": ["staff"]},
    ),
    "instruction": _type(
        "INS",
        "procedures",
        {"az": "Təlimat", "en": "Instruction", "ru": "Инструкция"},
        _CHECKED_THEN_DEPUTY,
        **{"review-months": "24", "retention-years": "5"},
    ),
    "form": _type(
        "FRM",
        "templates",
        {"az": "Forma", "en": "Form", "ru": "Форма"},
        _CHECKED_THEN_DEPUTY,
        **{"review-months": "24", "retention-years": "5"},
    ),
    # Laws, standards and orders that bind the organisation: what they ask stands beside its policies.
    "external": _type(
        "EXT",
        "policies",
        {"az": "Kənar mənşəli sənəd", "en": "External document", "ru": "Документ внешнего происхождения"},
        _CHECKED_THEN_DEPUTY,
        **{"review-months": "12", "retention-years": "5", "external": "yes"},
    ),
    "layout": _type(
        "LAY",
        "templates",
        {"az": "Tərtibat", "en": "Layout", "ru": "Макет"},
        _CHECKED_THEN_DEPUTY,
        **{"review-months": "24", "retention-years": "5"},
    ),
}

# The roles of a district executive authority, so that owners can be named before anybody is appointed.
ROLES = (
    "head",
    "deputy",
    "quality-manager",
    "records-head",
    "legal",
    "hr",
    "economy",
    "finance",
    "it",
    "lead-auditor",
    "auditor",
    "process-owner",
    "reviewer",
    "author",
    "staff",
)

# Periods to be replaced by those of the organisation's own file nomenclature.
_LIST = "işlərin nomenklaturası"


def _kept(of: str, years: str, trigger: str = "closing", action: str = "destroy") -> MappingProxyType[str, str]:
    return MappingProxyType(
        {"of": of, "trigger": trigger, "years": years, "authority": _LIST, "action": action},
    )


def _for_ever(of: str) -> MappingProxyType[str, str]:
    return MappingProxyType({"of": of, "permanent": "yes", "authority": _LIST, "action": "archive"})


RETENTION = (
    _kept("FRM-03", "3", "withdrawal"),
    _for_ever("FRM-08"),
    _kept("FRM-09", "1"),
    _kept("FRM-12", "3", "withdrawal"),
    _for_ever("FRM-14"),
    _kept("form", "5"),
)

STARTERS: MappingProxyType[str, dict[str, Any]] = MappingProxyType({"government": _GOVERNMENT, "empty": _GOVERNMENT})


def types(starter: str) -> dict[str, Any]:
    """The document types of a starter, as plain values.

    Raises:
        NotFound: `starter-unknown`.
    """
    if starter not in STARTERS:
        raise NotFound("starter-unknown", starter=starter, known=", ".join(STARTERS))
    return STARTERS[starter]


def texts(starter: str) -> dict[str, dict[str, bytes]]:
    """The texts of a starter: document id to files."""
    if starter != "government":
        return {}
    found = {}
    for folder in FOLDERS:
        for place in sorted(_home(folder).iterdir()):
            files = {file.name: file.read_bytes() for file in sorted(place.iterdir()) if file.is_file()}
            found[place.name] = files
    return found


def _home(folder: str) -> Path:
    """Where a folder of the starter lies: inside the installed package, or at the top of a source tree."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "starter" / folder
    return installed if installed.is_dir() else package.parent / folder
