"""The status list as one static page: readable on a telephone, printed on paper, and without any script.

The script in it adds one thing for those who let it run: how many days old the page is by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
:root{--ink:#16181d;--quiet:#5b616b;--accent:#1f3a5f;--hair:#c9ced6}
*{box-sizing:border-box}
html{font:17px/1.45 Arial,"Liberation Sans",sans-serif;color:var(--ink);background:#eef0f3}
body{margin:0 auto;max-width:52rem;padding:1rem;background:#fff;overflow-wrap:anywhere}
nav{text-align:right;font-size:.9rem}nav a{color:var(--accent)}
h1{font-size:1.15rem;margin:.4rem 0;color:var(--accent)}
.day{font-size:2rem;font-weight:bold;line-height:1.2;margin:.2rem 0}
.quiet{color:var(--quiet);font-size:.9rem;margin:.2rem 0}
.age{font-weight:bold;margin:.4rem 0}
ul{list-style:none;margin:1.2rem 0;padding:0}
li{border-top:1px solid var(--hair);padding:.7rem 0;display:grid;grid-template-columns:6.5rem 1fr;gap:.1rem .8rem}
li b{white-space:nowrap}
li .what{grid-column:2}
li .gone{color:#8a1c1c;font-weight:bold}
footer{border-top:3px double var(--accent);margin-top:1.5rem;padding-top:.6rem}
code{font-size:.75rem}
@media(max-width:30rem){li{grid-template-columns:1fr}li .what{grid-column:1}}
@supports selector(:has(*)){main:not(:first-of-type){display:none}
body:has(main:target) main{display:none}body:has(main:target) main:target{display:block}}
@media print{nav{display:none}body{max-width:none}}
"""
_SCRIPT = (
    "for(const e of document.querySelectorAll('.age')){"
    "const n=Math.floor((Date.now()/1000-Number(e.dataset.made))/86400);"
    "if(n>=0)e.textContent=e.dataset.words.replace('{days}',n)}"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One document: number, title, what is so, and whether it is withdrawn."""

    number: str
    title: str
    what: tuple[str, ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class Side:
    """The page in one language; `words` are its sentences by code."""

    language: str
    name: str
    words: Mapping[str, str]
    lines: Sequence[Line]


def render(sides: Sequence[Side], made: int) -> bytes:
    """The page.

    Args:
        sides: A language each; the first is shown at first.
        made: The instant that the list speaks of, seconds since 1970 UTC.
    """
    first = sides[0]
    links = " · ".join(f'<a href="#{one.language}" lang="{one.language}">{escape(one.name)}</a>' for one in sides)
    return (
        f'<!DOCTYPE html>\n<html lang="{first.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(first.words['title'])}</title><style>{_STYLE}</style></head><body><nav>{links}</nav>\n"
        + "".join(_side(one, made) for one in sides)
        + f"<script>{_SCRIPT}</script></body></html>\n"
    ).encode()


def _side(one: Side, made: int) -> str:
    words = {code: escape(text) for code, text in one.words.items()}
    rows = "".join(_line(line) for line in one.lines)
    return (
        f'<main id="{one.language}" lang="{one.language}"><p class="quiet">{words["organisation"]}</p>'
        f'<h1>{words["title"]}</h1><p class="day">{words["day"]}</p>'
        f'<p class="age" data-made="{made}" data-words="{words["age"]}"></p><p class="quiet">{words["renewed"]}</p>'
        f'<ul>\n{rows}</ul><footer><p class="quiet">{words["how"]}</p>'
        f'<p class="quiet"><code>{words["anchor"]}</code></p></footer></main>\n'
    )


def _line(line: Line) -> str:
    kind = "what gone" if line.gone else "what"
    what = "".join(f'<span class="{kind}">{escape(words)}</span>' for words in line.what)
    return f"<li><b>{escape(line.number)}</b><span>{escape(line.title)}</span>{what}</li>\n"
