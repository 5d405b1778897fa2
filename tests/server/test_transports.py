"""Over every transport: what is lawful gets in, what is not is refused with its reason, and a second person can work."""

from __future__ import annotations

import random
import shutil

from doors.realoffice import House, candidate, force
from sending import Person
from serving import git

from docctl.adapters.home import Home
from docctl.core.events import Commented
from docctl.library.book import Draft
from docctl.library.library import open_library

# What is tried everywhere; the rest, where the transport can make no difference, on the disk.
EVERYWHERE = ("own approval", "rewritten", "merged")


def push(office, served, *what):
    """What stock git says to the forger, and that nothing changed on the server."""
    before, config = served.refs(), (served.repo / "config").read_bytes()
    done = git("push", served.url, *what, cwd=office.forger, check=False, **served.env)
    assert done.returncode == 1, done.stderr
    assert served.refs() == before != ""
    assert (served.repo / "config").read_bytes() == config
    assert [one.name for one in (served.repo / "objects").iterdir() if len(one.name) > 4] == []
    return [line.removeprefix("remote: ").rstrip() for line in done.stderr.splitlines() if line.startswith("remote: ")]


def reasons(lines):
    """Code and entry of every line, as said in English."""
    start, end = lines.index("docctl took nothing over:"), lines.index("docctl heç nə qəbul etmədi:")
    found = []
    for line, other in zip(lines[start + 1 : end], lines[end + 1 :], strict=True):
        about, _, sentence = line.partition(": ")
        assert sentence.endswith(".") and other.endswith((".", ")"))
        entry = int(about.split()[1]) if about.startswith("entry ") else None
        code = about.rpartition(" ")[2]
        assert f"{code}: " in other
        found.append((code, entry))
    return found


def test_what_is_unlawful_is_refused_with_its_reason(office, served):
    assert set(EVERYWHERE) < set(office.forged)
    for name in office.forged if served.kind == "disk" else EVERYWHERE:
        commit = f"refs/forged/{name.replace(' ', '-')}"
        found = reasons(push(office, served, f"+{commit}:refs/heads/main"))
        assert office.forged[name] in found, name
        assert len(found) >= 1 + (name == "two at once")
        if name != "rolled back":
            one = git("rev-parse", commit, cwd=office.forger).stdout.strip()
            assert git("cat-file", "-e", one, cwd=served.repo, check=False).returncode == 1


def test_nothing_is_deleted_and_nothing_stands_beside_the_ledger(office, served):
    assert reasons(push(office, served, ":refs/heads/main")) == [("admission-deletion", None)]
    others = ("refs/heads/other", "refs/tags/v1", "refs/notes/commits")
    found = reasons(push(office, served, *(f"main:{one}" for one in others)))
    assert found == [("admission-elsewhere", None)] * 3
    both = push(office, served, "refs/forged/own-approval:refs/heads/main", "main:refs/heads/other")
    assert {code for code, _ in reasons(both)} == {"author-approves", "admission-elsewhere"}


def test_a_second_person_joins_works_and_syncs(office, served):
    place = served.place / "bob"
    bob = Person(place, served, office.key("bob"))
    shared = place / "library"
    bob.docctl("join", served.url, shared, "--anchor", office.anchor)
    picture = random.Random(7).randbytes(300_000)  # more than goes in one piece over HTTP
    bob.docctl("--library", shared, "comment", "POL-07", "From far away")
    assert "received 0, sent 1" in bob.docctl("--library", shared, "sync")
    with open_library(shared, Home(bob.home)) as library:
        house = House(place, office.place)
        files = {**house.text(library, "INS-01"), "plan.png": picture}
        library.put_draft("INS-01", files)
        house.enter(library, "INS-01", "eva")
    assert "received 0, sent 1" in bob.docctl("--library", shared, "sync")
    assert "received 2, sent 0" in served.first.docctl("--library", served.library, "sync")
    served.first.docctl("--library", served.library, "comment", "POL-07", "Thank you")
    served.first.docctl("--library", served.library, "sync")
    assert "received 1, sent 0" in bob.docctl("--library", shared, "sync")
    for copy in (shared, served.library, served.repo):
        said = bob.docctl("--library", copy, "verify", "--anchor", office.anchor)
        assert "whole and lawful" in said
    heads = {git("rev-parse", "main", cwd=copy).stdout for copy in (shared, served.library, served.repo)}
    assert len(heads) == 1


def test_sync_says_what_the_server_says(office, served):
    place = served.place / "mallory"
    mallory = Person(place, served, office.key("dan"))
    copy = place / "library"
    shutil.copytree(served.library, copy)
    with open_library(copy, Home(mallory.home)) as library:
        house = House(place, office.place)
        latest = library.document("POL-07").latest
        remark = Draft("POL-07", Commented(publication=latest.entry), "A remark")
        entry = library.entries
        for stated in (3, 4):
            one = force(library, candidate(library, house.key("dan"), remark, sequence=stated))
    before = served.refs()
    said = mallory.docctl("--library", copy, "sync", status=1)
    lines = [line.strip() for line in said.splitlines()]
    assert any(line.endswith("The shared copy did not take the entries: docctl took nothing over:") for line in lines)
    assert any(line.startswith(f"entry {entry} (") and ", sequence-wrong: " in line for line in lines)
    last = next(line for line in lines if line.startswith(f"entry {entry + 1} ({one[:12]}), sequence-wrong: "))
    assert last.endswith(".")
    # On a shared disk the hook has the sender's environment, and with it the sender's language.
    assert any(line.startswith(f"yazılış {entry} (") for line in lines) == (served.kind != "disk")
    assert served.refs() == before
