"""The page that lists a folder of copies: one HTML file that needs no network, no server and no script.

The only script filters the table while somebody types; without it the box is not shown.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING

from docctl.renderers import face

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docctl.core.listing import Ahead, Gone, InForce, Listing

_STYLE = """
:root{--ink:#16181d;--quiet:#5b616b;--accent:#1f3a5f;--hair:#c9ced6;--shade:#eceff3;--late:#8a3b12}
*{box-sizing:border-box}
html{font:16px/1.45 Arimo,Arial,"Liberation Sans",sans-serif;color:var(--ink);background:#eef0f3}
body{margin:1.5rem auto;max-width:72rem;padding:1.8rem 2.4rem;background:#fff;overflow-wrap:anywhere}
header{border-bottom:4px double var(--accent);padding-bottom:.8rem;margin-bottom:1.2rem}
.org{font-weight:bold;margin:0}
h1{font-size:1.7rem;line-height:1.2;margin:.2rem 0 .3rem;color:var(--accent)}
.day{margin:0}
nav{float:right;font-size:.9rem;margin-left:1rem}
h2{font-size:1.15rem;color:var(--accent);margin:1.8rem 0 .5rem;break-after:avoid}
.find{display:block;width:100%;max-width:26rem;font:inherit;padding:.5rem .7rem;border:1px solid #8a919c;
border-radius:.3rem;margin:0 0 .5rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;table-layout:fixed}
th,td{border-bottom:1px solid var(--hair);padding:.45rem .5rem;text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--accent);color:var(--quiet);font-weight:normal;font-size:.8rem}
tbody th{white-space:nowrap}
tr:target{background:#fff6d6}
.n{width:7.5rem}.r{width:5.5rem}.d{width:9.5rem}.l{width:15rem}
td.r{font-weight:bold}
.late{color:var(--late);font-weight:bold}
.files{display:flex;gap:.6rem;justify-content:space-between;align-items:baseline;padding-right:1rem}
.files span:first-child::first-letter{text-transform:uppercase}
.files a+a{margin-left:.35rem}
.files span:last-child{white-space:nowrap}
a{color:var(--accent)}
.quiet{color:var(--quiet);font-size:.8rem}
footer{border-top:1px solid var(--hair);margin-top:2.2rem;padding-top:.7rem;font-size:.8rem;color:var(--quiet)}
footer p{margin:.2rem 0}
code{font-family:"DejaVu Sans Mono","Courier New",monospace;font-size:.92em}
[hidden]{display:none}
@media screen and (max-width:46rem){
html{font-size:17px}
body{margin:0;padding:1rem}
h1{font-size:1.4rem}
thead{position:absolute;left:-9999px}
table,tbody,tr,td,tbody th{display:block}
.n,.r,.d,.l{width:auto}
tr{padding:.6rem 0;border-bottom:1px solid var(--hair)}
td,tbody th{border:0;padding:.1rem 0}
td[data-label]::before{content:attr(data-label) ": ";color:var(--quiet);font-weight:normal}
td.t{font-weight:bold}
td.t::before,td.files-of::before{content:none}
.files{justify-content:flex-start;padding:.15rem 0}
.files span:first-child{width:9rem}
.files a{display:inline-block;padding:.35rem .7rem;border:1px solid var(--accent);border-radius:.3rem;
text-decoration:none}
}
@page{size:A4 landscape;margin:14mm}
@media print{
html{background:none;font-size:10pt}
body{margin:0;max-width:none;padding:0}
nav,.find,.files span:last-child{display:none}
thead{display:table-header-group}
tr{break-inside:avoid}
a{color:inherit;text-decoration:none}
}
"""
_SCRIPT = """
(function(){var box=document.querySelector(".find"),rows=document.querySelectorAll("tbody tr");
function plain(s){return s.replace(/İ/g,"i").replace(/I/g,"ı").toLowerCase()+" "+s.toLowerCase()}
var texts=[].map.call(rows,function(r){return plain(r.textContent)});
function look(){var words=box.value.trim().split(/\\s+/).filter(Boolean);
[].forEach.call(rows,function(r,i){r.hidden=!words.every(function(w){
return texts[i].indexOf(w.toLowerCase())>=0||texts[i].indexOf(plain(w).split(" ")[0])>=0})});
[].forEach.call(document.querySelectorAll("section"),function(s){
s.hidden=words.length>0&&!s.querySelector("tbody tr:not([hidden])")})}
box.hidden=false;box.addEventListener("input",look);look()})();
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
# What the page may load: nothing from anywhere; what it may run: this script alone.
_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{_HASH}'"


Cells = tuple[str, ...]


def render(page: Listing) -> bytes:
    """The page, UTF-8."""
    words = page.labels
    tag, box = escape(face.language_tag(page.language)), escape(words["filter"])
    title, organisation = escape(words["title"]), escape(page.organisation)
    parts = [_section(words, name, _COLUMNS, (_in_force(words, one) for one in rows)) for name, rows in page.groups]
    parts = parts or [f"<p>{escape(words['nothing'])}</p>\n"]
    if page.ahead:
        parts.append(_section(words, words["ahead"], _AHEAD, (_ahead(one) for one in page.ahead)))
    if page.gone:
        parts.append(_section(words, words["gone"], _GONE, (_gone(one) for one in page.gone)))
    whole = (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title} – {organisation}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<header>\n{_others(page)}<p class="org">{organisation}</p>\n<h1>{title}</h1>\n'
        f'<p class="day">{escape(page.day)}</p>\n</header>\n<main>\n'
        f'<input class="find" type="search" placeholder="{box}" aria-label="{box}" hidden>\n'
        f"{''.join(parts)}</main>\n{_foot(page)}<script>{_SCRIPT}</script>\n</body>\n</html>\n"
    )
    return whole.encode()


# (class of the column, code of its label), the number first.
_COLUMNS = (
    ("n", "number"),
    ("t", "name"),
    ("r", "revision"),
    ("d", "since"),
    ("l files-of", "copies"),
    ("d", "review"),
)
_AHEAD = (("n", "number"), ("t", "name"), ("l", "what"), ("d", "from"))
_GONE = (("n", "number"), ("t", "name"), ("d", "gone-on"), ("l", "successor"))


def _section(
    words: Mapping[str, str], title: str, columns: tuple[tuple[str, str], ...], rows: Iterable[tuple[str, Cells]]
) -> str:
    """A table: each row an id ("" for none) and its cells, HTML already; empty ones stay empty."""
    head = "".join(f'<th scope="col" class="{kind}">{escape(words[code])}</th>' for kind, code in columns)
    body = []
    for name, (first, *cells) in rows:
        written = "".join(
            f'<td class="{kind}"{_label(words[code]) if cell else ""}>{cell}</td>'
            for (kind, code), cell in zip(columns[1:], cells, strict=True)
        )
        mark = f' id="{escape(name)}"' if name else ""
        body.append(f'<tr{mark}><th scope="row" class="n">{first}</th>{written}</tr>\n')
    return (
        f"<section>\n<h2>{escape(title)}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(body)}</tbody>\n</table>\n</section>\n"
    )


def _label(text: str) -> str:
    """What stands before a cell where there is no room for a heading."""
    return f' data-label="{escape(text)}"'


def _in_force(words: Mapping[str, str], one: InForce) -> tuple[str, Cells]:
    lines = []
    for link in one.links:
        files = " ".join(f'<a href="{escape(address)}">{escape(form)}</a>' for form, address in link.files)
        lines.append(f'<div class="files"><span>{escape(link.language)}</span><span>{files}</span></div>')
    review = escape(one.review)
    if one.late:
        review = f'<span class="late">{review} ({escape(words["late"])})</span>'
    number, title = escape(one.number), escape(one.title)
    if one.note:
        title += f'<br><span class="late">{escape(one.note)}</span>'
    return one.number, (number, title, str(one.revision), escape(one.since), "".join(lines), review)


def _ahead(one: Ahead) -> tuple[str, Cells]:
    return "", (escape(one.number), escape(one.title), escape(one.what), escape(one.day))


def _gone(one: Gone) -> tuple[str, Cells]:
    successor = escape(one.successor)
    if one.listed:
        successor = f'<a href="#{successor}">{successor}</a>'
    return one.number, (escape(one.number), escape(one.title), escape(one.day), successor)


def _others(page: Listing) -> str:
    links = " ".join(
        f'<a href="{escape(address)}" lang="{escape(face.language_tag(language))}">{escape(name)}</a>'
        for language, name, address in page.others
    )
    return f"<nav>{links}</nav>\n" if links else ""


def _foot(page: Listing) -> str:
    words = page.labels
    return (
        f"<footer>\n<p>{escape(words['newer'])} {escape(words['uncontrolled'])}.</p>\n"
        f"<p>{escape(words['library'])}: <code>{escape(page.library)}</code></p>\n</footer>\n"
    )
