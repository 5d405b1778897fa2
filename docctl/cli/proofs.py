"""A fork, told and proven: two signed entries behind one parent, for somebody who has neither docctl nor the library.

The proof is a text to be read, and the commands to check it with stock git: a shell's here-documents hold both entries
and the keys to the byte. The line that ends one is made of the entry's own id, which no entry can hold.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import click

from docctl.cli import words
from docctl.cli.context import Session

if TYPE_CHECKING:
    from docctl.library.auditing import Report
    from docctl.library.forks import Branch, Parting


def plain(session: Session, report: Report, parting: Parting) -> dict[str, Any]:
    """How the two copies relate, for machines."""
    del report
    return {
        "common": parting.common,
        "here": parting.here,
        "there": parting.there,
        "parent": parting.parent,
        "fork": parting.branches is not None,
        "entries": [
            {
                "commit": one.commit,
                "subject": one.subject,
                "person": one.person or None,
                "name": one.name or None,
                "key": one.fingerprint or None,
                "at": words.instant(one.at, one.offset) if one.at else None,
                "problem": one.problem,
                "object": base64.b64encode(one.raw).decode(),
            }
            for one in parting.branches or ()
        ],
        "proof": text(session, parting) if parting.proven else None,
    }


def show(session: Session, report: Report, parting: Parting) -> None:
    """How the two copies relate, and the proof if they contradict each other."""
    del report
    words.title(session.say("other-copy-title"))
    if parting.branches is None:
        word = "same" if parting.here == parting.there else "behind" if parting.here < parting.there else "before"
        words.tell(session.say(f"other-copy-{word}", here=parting.here, there=parting.there))
        return
    words.tell(session.say("other-copy-fork", common=parting.common))
    for one in parting.branches:
        words.tell(f"{words.GAP}{one.commit}  {_told(session, one)}")
    if parting.proven:
        words.tell(session.say("proof-follows"))
        click.echo("\n" + text(session, parting), nl=False)
    else:
        words.warn(session.say("proof-none"))


def _told(session: Session, one: Branch) -> str:
    """Who signed an entry, when, and what it says."""
    from docctl import catalogues
    from docctl.core import days

    if not one.person:
        return session.say("proof-nobody")
    at = days.shown(one.at, one.offset)
    who = session.say("proof-signed", name=one.name, email=one.email, key=one.fingerprint, at=at, subject=one.subject)
    return f"{who} {catalogues.problem(one.problem, session.language)}" if one.problem else who


def text(session: Session, parting: Parting) -> str:
    """The proof: what it shows, both entries, the keys, and the commands that check it.

    Args:
        session: In whose language it is told.
        parting: A proven one.
    """
    from docctl import signatures

    branches = parting.branches or ()
    told = [session.say("proof-claim", parent=parting.parent, entry=parting.common)]
    told += [f"{one.commit}: {_told(session, one)}" for one in branches]
    told += [session.say("proof-meaning"), session.say("proof-keys"), session.say("proof-check")]
    lines = [f"# {_one_line(one)}" for one in told]
    keys = dict.fromkeys(signatures.allowed_signers_line(one.email, one.key) for one in branches)
    end = f"END-{parting.parent}"
    lines += ["", "git init -q fork-proof && cd fork-proof || exit 1", f"cat > keys.txt <<'{end}'", *keys, end]
    for one in branches:
        lines += ["", *_stored(one)]
    parent = f'test "$(git cat-file commit {{}} | sed -n 2p)" = "parent {parting.parent}" || exit 1'
    lines += ["", *(parent.format(one.commit) for one in branches)]
    lines += [f"git -c gpg.ssh.allowedSignersFile=keys.txt verify-commit {one.commit} || exit 1" for one in branches]
    return "\n".join(lines) + "\n"


def _stored(one: Branch) -> list[str]:
    """Commands that give an entry to git and compare the id that it finds."""
    end = f"END-{one.commit}"
    try:
        shown = one.raw.decode()
        plain_text = shown.endswith("\n") and words.safe(shown) == shown
    except UnicodeDecodeError:
        plain_text = False
    into = f'test "$(git hash-object -t commit -w --stdin)" = {one.commit}'
    if plain_text:
        return [f"{{ {into}; }} <<'{end}' || exit 1", shown.removesuffix("\n"), end]
    # Something in it would not survive a screen.
    body = base64.encodebytes(one.raw).decode().rstrip("\n")
    return [f"base64 -d <<'{end}' | {{ {into}; }} || exit 1", body, end]


def _one_line(told: str) -> str:
    return " ".join(words.safe(told).split())
