"""The small language in which a test's docstring is a ledger.

    office                                            Anna, Bob, Eva and Dan are enrolled (see `office.Office.standard`)
    day 2026-12-01                                    time passes
    anna submits PRO-01 "words of the text"           one line, one entry: nothing behind it means that it is accepted
    anna approves PRO-01 -> author-approves           the rule that refuses it; then nothing is written …
    anna publishes PRO-01 -> quorum-missing (forced)  … unless it is forced into the ledger
    A: bob approves PRO-01 as head                    a name for an entry: `@A` is its number
    bob with bob2 approves PRO-01                     with another of his keys
    eva for bob by order-5 approves PRO-01 as head    acting for somebody, on a basis
    bob approves PRO-01 [revision=2]                  an event that says something else than it should
    bob approves PRO-01 {sequence=9}                  an entry or a commit that does (behind a charter: `[[…]]`, `{{…}}`)
    anna, bob change charter: add gul as reviewer     proposed, approved and published
    anna disposes FRM-01 of FRM-01-2026-0001          proposed, to be approved; `event 2026-02-01` behind it: since when
    anna destroys FRM-01                              the approved disposal carried out
    anna submits EXT-01 [heading.external=card:head]  with the card of an external document, checked by the head
    PRO-01 is in-force revision 1                     what then is so
    PRO-01 on 2027-01-01 is superseded

`play` runs such a text and gives the office as it then is. Whatever was written is judged once more from the front.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from ledgers.changes import changed, number_of
from ledgers.material import external_card
from office import CHARTER, NOTHING, Attempt, Office, key, text_files

from docctl.core import days, quorum
from docctl.core.model import Status
from docctl.library.auditing import unconfirmed

_LINE = re.compile(
    r"(?:(?P<label>[A-Z]\w*): )?(?P<body>.*?)(?: \[(?P<over>[^\]]*)\])?(?: \{(?P<forged>[^}]*)\})?"
    r"(?: -> (?P<rule>[a-z-]+)(?P<force> \(forced\))?)?"
)
_CHARTER_LINE = re.compile(
    r"(?:(?P<label>[A-Z]\w*): )?(?P<body>.*charter: .*?)(?: \[\[(?P<over>[^\]]*)\]\])?(?: \{\{(?P<forged>[^}]*)\}\})?(?: -> (?P<rule>[a-z-]+)(?P<force> \(forced\))?)?"
)
_ACTOR = re.compile(
    r"(?P<who>[a-z][a-z0-9-]*)(?: with (?P<key>\w+))?(?: for (?P<principal>\w+)(?: by (?P<basis>[\w-]+))?)?"
    r" (?P<verb>[a-z]+)(?: (?P<rest>.*))?"
)
_IS = re.compile(
    r"(?:revision (?P<of>\d+) of )?(?P<id>[A-Z]+-\d+)(?: on (?P<day>\S+))? is (?P<status>[a-z-]+)(?: revision (?P<n>\d+))?"
)
_NEEDS = re.compile(r"(?P<id>[A-Z]+-\d+) needs (?P<what>.+)")
_PART = re.compile(r"([\w.]+)=([^,]*)(?:, ?|$)")


def play(text: str) -> Office:
    """Run a ledger written as text, check what it says, and judge it once more from the front."""
    story = Story()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            try:
                story.line(stripped)
            except AssertionError as error:
                raise AssertionError(f"line {number}: {stripped}\n{error}") from error
    if story.office.state.length:
        story.office.audit()
    return story.office


def rules_in(text: str) -> set[str]:
    """The rule codes that a text expects."""
    return set(re.findall(r" -> ([a-z-]+)", text))


class Story:
    """A text being played.

    Attributes:
        judged: What was entered or refused so far: position, rule or None.
    """

    def __init__(self) -> None:
        self.office = Office()
        self.labels: dict[str, int] = {}
        self.judged: list[tuple[int, str | None]] = []

    def line(self, line: str) -> None:
        found = _CHARTER_LINE.fullmatch(line) or _LINE.fullmatch(line)
        assert found, "not understood"
        body = found["body"]
        if not self._statement(body):
            self._entry(body, found)

    def _statement(self, body: str) -> bool:
        """Whether the line is no entry, but a beginning, a day or a claim."""
        if body == "office":
            self.office = Office.standard()
            return True
        if body.startswith("day "):
            _, day, *hour = body.split()
            self.office.go_to(date.fromisoformat(day), int(hour[0].partition(":")[0]) if hour else 9)
            return True
        for pattern, check in ((_IS, self._is), (_NEEDS, self._needs)):
            claim = pattern.fullmatch(body)
            if claim:
                check(claim)
                return True
        if body.startswith("unconfirmed:"):
            marks = tuple(self.labels[name] for name in body[12:].split() if name != "nothing")
            assert unconfirmed(self.office.state) == marks, f"unconfirmed are {unconfirmed(self.office.state)}"
            return True
        return False

    def _is(self, claim: re.Match[str]) -> None:
        moment = self.office.at
        document = self.office.thread(claim["id"])
        if claim["day"]:
            moment = days.start_of(date.fromisoformat(claim["day"]), self.office.offset) + 86399
            document = document.as_of(moment) if document else None
        if claim["status"] == "unknown":
            assert document is None
            return
        assert document is not None, "there is no such document"
        if claim["of"]:
            (one,) = [p for p in document.publications if p.revision == int(claim["of"]) and not p.withdraws]
            assert document.status_of(one, moment) is Status(claim["status"]), document.status_of(one, moment)
            return
        assert document.status(moment) is Status(claim["status"]), document.status(moment)
        if claim["n"]:
            acting = document.in_force(moment)
            assert acting is not None
            assert acting.revision == int(claim["n"]), f"in force is revision {acting.revision}"

    def _needs(self, claim: re.Match[str]) -> None:
        document, authority = self.office.thread(claim["id"]), self.office.state.authority
        kind = authority.charter.type_of(claim["id"])
        missing = quorum.progress(document, kind.workflow(document.proposal.kind), authority).missing
        told = ", ".join(f"{count} {role}" for role, count in missing) or "nothing"
        assert told == claim["what"], f"it needs {told}"

    def _entry(self, body: str, found: re.Match[str]) -> None:
        rule, force = found["rule"], bool(found["force"])
        several = re.match(r"((?:\w+, )+\w+) (change charter: .*)", body)
        if several:
            first = self.office.state.length
            self._together(several[1].split(", "), several[2], rule)
            if found["label"]:
                self.labels[found["label"]] = first
            return
        act = _ACTOR.fullmatch(body)
        assert act, "not understood"
        attempt = self._attempt(act, self._values(found["over"]))
        attempt = replace(attempt, forged={**attempt.forged, **self._values(found["forged"])})
        self._enter(attempt, rule, force=force)
        if found["label"]:
            self.labels[found["label"]] = self.office.state.length - 1

    def _enter(self, attempt: Attempt, rule: str | None, *, force: bool = False) -> None:
        position = self.office.state.length
        got = self.office.enter(attempt, force=force)
        self.judged.append((position, got))
        assert got == rule, f"expected {rule or 'acceptance'}, judged {got or 'lawful'}"

    def _together(self, people: list[str], what: str, rule: str | None) -> None:
        first, *others = people
        plain = changed(self.office, what.partition(": ")[2], self.labels)
        steps: list[Callable[[], Attempt]] = [lambda: self.office.charter(first, plain)]
        steps += [lambda name=name: self.office.approval(name, CHARTER) for name in others]
        steps.append(lambda: self.office.publication(first, CHARTER))
        for step in steps[:-1]:
            self._enter(step(), None)
        self._enter(steps[-1](), rule)

    def _values(self, text: str | None) -> dict[str, Any]:
        return {name: self._value(value) for name, value in _PART.findall(text or "")}

    def _value(self, text: str) -> Any:
        if text.startswith("@"):
            return number_of(text, self.labels)
        if re.fullmatch(r"0|[1-9]\d*", text):
            return int(text)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
        if "&" in text:
            return tuple(text.split("&"))
        return {"none": None, "zeros": NOTHING}.get(text, text)

    def _attempt(self, act: re.Match[str], over: dict[str, Any]) -> Attempt:
        extra = {f"{name}": over.pop(name) for name in [n for n in over if n.startswith("heading.")]}
        attempt = VERBS[act["verb"]](
            self, act["who"], (act["rest"] or "").strip(), {n[8:]: v for n, v in extra.items()}, act
        )
        if act["principal"]:
            over |= {"acting_for": act["principal"], "basis": act["basis"]}
        attempt = replace(attempt, event=replace(attempt.event, **over))
        if "comment" in over:
            attempt = replace(attempt, comment=over["comment"])
        return replace(attempt, signer=key(act["key"])) if act["key"] else attempt


def _words(rest: str) -> tuple[list[str], list[str]]:
    """The plain words of an argument, and what stands in quotation marks."""
    return re.sub(r'"[^"]*"', "", rest).split(), re.findall(r'"([^"]*)"', rest)


def _founds(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    plain = None
    if rest:
        story.office.state.authority = None
    return story.office.founding(who, plain)


def _submits(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    words, quoted = _words(rest)
    kind = words.pop(0) if words[0] in ("editorial", "adoption", "amendment", "revision") else "revision"
    latest = story.office.latest(words[0])
    body = quoted[0] if quoted else f"Mətn {(latest.revision if latest else 0) + 1}"
    if "external" in heading:
        heading["external"] = external_card(*heading["external"].split(":")[1:])
    files = text_files(
        heading.pop("id", words[0]), body, **heading, **({"english": quoted[1]} if len(quoted) > 1 else {})
    )
    more: dict[str, Any] = {}
    if kind == "adoption":
        more = {
            "effective": date.fromisoformat(words[words.index("from") + 1]),
            "revision": int(words[words.index("revision") + 1]),
        }
    return story.office.submission(who, words[0], files, kind, **more)


def _decides(name: str) -> Callable[..., Attempt]:
    def attempt(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
        words, _ = _words(rest)
        role = words[2] if words[1:2] == ["as"] else None
        acting = {"acting_for": act["principal"]} if act["principal"] else {}
        return getattr(story.office, name)(who, words[0], role, **acting)

    return attempt


def _publishes(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    words, _ = _words(rest)
    return story.office.publication(who, words[0], date.fromisoformat(words[2]) if words[1:2] == ["from"] else None)


def _plainly(name: str) -> Callable[..., Attempt]:
    def attempt(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
        return getattr(story.office, name)(who, *rest.split())

    return attempt


def _reschedules(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    document, _, day = rest.split()
    return story.office.rescheduling(who, document, date.fromisoformat(day))


def _proposes(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    return story.office.charter(who, changed(story.office, rest.partition("charter: ")[2], story.labels))


def _reaffirms(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    number, _, subject = rest.split()
    return story.office.reaffirmation(who, subject, story._value(number))


def _trains(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    people, _, subject, *session = rest.split()
    return story.office.reading(who, subject, tuple(people.split("&")), session[1] if session else None)


def _copies(name: str) -> Callable[..., Attempt]:
    def attempt(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
        _, number, _, subject = rest.split()
        return getattr(story.office, name)(who, subject, int(number))

    return attempt


def _records(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    name, _, form, *signers = rest.split()
    return story.office.record(who, form, name, tuple(signers[1].split("&")) if signers else None)


def _on_record(name: str) -> Callable[..., Attempt]:
    def attempt(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
        record, *form = rest.split()
        return getattr(story.office, name)(who, form[1] if form else record.rsplit("-", 2)[0], record)

    return attempt


def _disposes(story: Story, who: str, rest: str, heading: Any, act: Any) -> Attempt:
    form, _, names, *event = rest.split()
    more = {"effective": date.fromisoformat(event[1])} if event else {}
    return story.office.disposal(who, form, tuple(names.split("&")), **more)


VERBS: dict[str, Callable[..., Attempt]] = {
    "founds": _founds,
    "submits": _submits,
    "withdraws": _plainly("withdrawal"),
    "approves": _decides("approval"),
    "rejects": _decides("rejection"),
    "publishes": _publishes,
    "cancels": _plainly("cancellation"),
    "comments": _plainly("comment"),
    "reschedules": _reschedules,
    "reviews": _plainly("review"),
    "suspends": _plainly("suspension"),
    "reaffirms": _reaffirms,
    "reads": _plainly("reading"),
    "trains": _trains,
    "issues": _copies("issue"),
    "returns": _copies("give_back"),
    "attaches": _plainly("attachment"),
    "proposes": _proposes,
    "records": _records,
    "countersigns": _on_record("countersignature"),
    "amends": _on_record("record_amendment"),
    "holds": _on_record("hold"),
    "releases": _on_record("release"),
    "disposes": _disposes,
    "destroys": _plainly("carrying_out"),
}
