"""Whether a change is small enough to be editorial: it may not touch numbers, dates, signs or words that oblige.

The words are data of the rule, like the rule itself; a longer list would be a new rule and so a new format. What is in
doubt is no editorial change: the ordinary way is open to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

from docctl.core import heading
from docctl.core.words import ends_alike
from docctl.errors import Malformed

MAX_WORDS = 40
MAX_COMPARED = 2000
MAX_LETTERS = 100  # a longer word is none; the patterns below would take time with the square of its length
FREE = ".,;:!?\"'’“”«»()"

_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]|_")
_HEADING = re.compile(r"^(?:title|translator):[^\n]*\n", re.MULTILINE)
_OBLIGING = {
    "en": re.compile(
        r"shall|must|may|might|should|can|cannot|will|not|no|none|never|only|except|unless|without|required?|requires"
        r"|prohibited|forbidden|all|any|every|each|before|after|until|within|least|most|and|or"
        r"|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|half|twice",
    ),
    "az": re.compile(
        r"\w*(?:malı|məli)\w*|\w*(?:bilər|bilməz|olmaz)\w*|deyil\w*|\w+m[ıiuü]r\w*|\w+m[aə][zydl]\w*"
        r"|yalnız|istisna\w*|qadağan\w*|zəruri\w*|mütləq|vacib\w*|icazə\w*|borclu\w*|hüquq\w*|heç|gec|ən|hər|bütün|və"
        r"|yaxud|əvvəl|sonra|qədər|ərzində|müddət\w*|azı|çoxu|bilavasitə|olmadan|başqa"
        r"|sıfır|bir|iki|üç|dörd|beş|altı|yeddi|səkkiz|doqquz|on|iyirmi|otuz|qırx|əlli|altmış|yüz|min|yarım",
    ),
    "ru": re.compile(
        r"долж\w*|обязан\w*|не|ни|нельзя|запрещ\w*|только|кроме|может|могут|вправе|следует|необходимо|все|каждый|до|после"
        r"|и|или|один|два|три|четыре|пять|шесть|семь|восемь|девять|десять",
    ),
}


def objection(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> str:
    """What in the change is more than editorial: the first word, sign or file that says so, or ""."""
    if set(old) != set(new):
        return ", ".join(sorted(set(old) ^ set(new)))
    for name in sorted(new):
        if new[name] == old[name]:
            continue
        found = name if not name.endswith(".md") else _in_text(name, old[name].decode(), new[name].decode())
        if found:
            return found
    return ""


def _in_text(name: str, old: str, new: str) -> str:
    (before, text), (after, fresh) = _parts(name, old), _parts(name, new)
    if _HEADING.sub("", before) != _HEADING.sub("", after):
        return name
    touched = changed_words(text, fresh)
    if touched is None or len(touched) > MAX_WORDS:
        return f"> {MAX_WORDS}"
    return next((word[:MAX_LETTERS] for word in touched if _weighs(word, name[:2])), "")


def _parts(name: str, text: str) -> tuple[str, str]:
    try:
        return heading.split(name, text)
    except Malformed:
        return "", text


def changed_words(old: str, new: str) -> list[str] | None:
    """Every word and sign that was taken out or put in; None if that is too much to compare.

    What is alike at both ends is cut off first, so that a long text costs no more than its changed middle.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    start, end = ends_alike(before, after)
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    if max(len(before), len(after)) > MAX_COMPARED:
        return None
    words: list[str] = []
    for operation, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation != "equal":
            words += before[a:b] + after[c:d]
    return words


def _weighs(word: str, language: str) -> bool:
    if not any(character.isalpha() for character in word):
        return word not in FREE
    if len(word) > MAX_LETTERS or any(character.isdigit() for character in word):
        return True
    # str.lower makes two characters of the Azerbaijani capital İ.
    plain = word.replace("İ", "i").lower()
    return _OBLIGING.get(language, _OBLIGING["en"]).fullmatch(plain) is not None
