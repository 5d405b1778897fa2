"""Whether a change is small enough to be editorial: it may not touch numbers, dates or words that oblige.

The words are data of the rule, like the rule itself; a longer list would be a new rule and so a new format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

MAX_SHARE = 0.05
MIN_WORDS = 20

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_OBLIGING = {
    "en": re.compile(
        r"shall|must|may|might|should|can|cannot|will|not|no|never|only|except|unless|required|prohibited"
    ),
    "az": re.compile(
        r"\w*(?:malı|məli|malıdır|məlidir|bilər|bilməz|olmaz|deyil|etmir|edilmir)(?:dır|dir|dirlər|lər)?"
        r"|yalnız|istisna|qadağan\w*|zəruri\w*|mütləq|vacib\w*|icazə\w*|borclu\w*|hüququ\w*|heç|gec|ən",
    ),
    "ru": re.compile(r"долж\w*|обязан\w*|не|нельзя|запрещ\w*|только|кроме|может|могут|вправе|следует|необходимо"),
}


def objection(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """What in the change is more than editorial: the first word or file that says so, or ""."""
    if set(old) != set(new):
        return ", ".join(sorted(set(old) ^ set(new)))
    for name, data in new.items():
        if data == old[name]:
            continue
        if not name.endswith(".md"):
            return name
        touched = changed_words(old[name].decode(), data.decode())
        found = next((word for word in touched if _weighs(word, name[:2])), None)
        if found is not None:
            return found
        total = max(len(_WORD.findall(data.decode())), 1)
        if len(touched) > max(MIN_WORDS, total * MAX_SHARE):
            return f"{len(touched)}/{total}"
    return ""


def changed_words(old: str, new: str) -> list[str]:
    """Every word that was taken out or put in."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    words: list[str] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation != "equal":
            words += before[a:b] + after[c:d]
    return words


def _weighs(word: str, language: str) -> bool:
    if any(character.isdigit() for character in word):
        return True
    # str.lower makes two characters of the Azerbaijani capital İ.
    plain = word.replace("İ", "i").lower()
    obliging = _OBLIGING.get(language, _OBLIGING["en"])
    return obliging.fullmatch(plain) is not None
