"""Bytes of a commit that a signature covers or leaves uncovered, and that the one grammar refuses."""

from __future__ import annotations

from functools import partial

from attack import CLEAN, ERROR, GOOD, REFUSED, Group

GROUP = Group("The commit's own bytes")
TREE, PARENT, AUTHOR, COMMITTER = b"tree ", b"\nparent ", b"\nauthor ", b"\ncommitter "


def lines_of(payload):
    """The header's lines, and the message."""
    head, _, message = payload.partition(b"\n\n")
    return head.split(b"\n"), message


def joined(lines, message):
    return b"\n".join(lines) + b"\n\n" + message


@GROUP.attack("Nothing", "an honest remark, signed and written as docctl does: the control", GOOD, CLEAN)
def control(scene):
    scene.first += 1
    scene.write()


# -- by an outsider: the signature still holds -------------------------------------------------------------------------


def slipped(old, new, scene):
    """Change the bytes of a commit that was signed already."""
    raw = scene.sealed(scene.payload())
    assert raw.count(old) == 1
    scene.append(raw.replace(old, new))


END = b"\n -----END SSH SIGNATURE-----\n\n"
OUTSIDER = (
    ("Header that begins like the signature's", "an outsider adds `gpgsigx junk`", GOOD, CLEAN, "commit-grammar",
     END, END[:-1] + b"gpgsigx junk\n\n"),
    ("SHA-256 signature header", "an outsider adds `gpgsig-sha256 junk`", GOOD, CLEAN, "commit-grammar",
     END, END[:-1] + b"gpgsig-sha256 junk\n\n"),
    ("Second signature header", "`gpgsig junk` behind the signature", GOOD, CLEAN, "commit-grammar",
     END, END[:-1] + b"gpgsig junk\n\n"),
    ("Second signature header in front", "`gpgsig junk` before the signature", REFUSED, CLEAN, "commit-grammar",
     b"\ngpgsig -", b"\ngpgsig junk\ngpgsig -"),
    ("Text behind the signature", "a further line inside the header, behind END", GOOD, CLEAN, "commit-grammar",
     END, END[:-1] + b" and more\n\n"),
    ("Blank line behind the signature", "an empty continuation line behind END", GOOD, CLEAN, "commit-grammar",
     END, END[:-1] + b" \n\n"),
    ("Text before the signature", "text before BEGIN", REFUSED, CLEAN, "signature-format",
     b"gpgsig -----BEGIN", b"gpgsig x -----BEGIN"),
    ("Continuation without its space", "the END line loses its leading space", REFUSED, CLEAN, "commit-grammar",
     b"\n -----END", b"\n-----END"),
    ("Two spaces before a continuation", "one signature line is indented further", REFUSED, CLEAN, "commit-grammar",
     b"\n -----END", b"\n  -----END"),
    ("Carriage returns in the signature", "the BEGIN line ends in CR LF", REFUSED, CLEAN, "signature-format",
     b"-----BEGIN SSH SIGNATURE-----\n", b"-----BEGIN SSH SIGNATURE-----\r\n"),
    ("Empty signature header", "`gpgsig` without a value stands before the signature", REFUSED, CLEAN, "commit-grammar",
     b"\ngpgsig -", b"\ngpgsig \ngpgsig -"),
)  # fmt: skip
for name, what, git, fsck, code, old, new in OUTSIDER:
    GROUP.attack(name, what, git, fsck, code)(partial(slipped, old, new))


@GROUP.attack("Signature header moved", "`gpgsig` stands before the author", GOOD, ERROR, "commit-grammar")
def moved(scene):
    raw = scene.sealed(scene.payload())
    start, end = raw.index(b"\ngpgsig "), raw.index(END) + len(END) - 2
    header = raw[start:end]
    rest = raw[:start] + raw[end:]
    scene.append(rest.replace(AUTHOR, header + AUTHOR, 1))


# -- by an insider: odd objects that an enrolled key did sign ----------------------------------------------------------


def odd(change, scene):
    """Sign other bytes than docctl would."""
    payload = scene.payload()
    changed = change(payload)
    assert changed != payload
    scene.append(scene.sealed(changed))


def header(line):
    return lambda payload: payload.replace(b"\n\n", b"\n" + line + b"\n\n", 1)


def message(old, new):
    def change(payload):
        head, _, said = payload.partition(b"\n\n")
        return head + b"\n\n" + said.replace(old, new, 1)

    return change


def when(at):
    """Another time in author and committer alike."""

    def change(payload):
        lines, said = lines_of(payload)
        return joined([re_time(line, at) for line in lines], said)

    return change


def re_time(line, at):
    person, bracket, _ = line.partition(b"> ")
    return person + bracket + at if bracket else line


def who(ident):
    def change(payload):
        lines, said = lines_of(payload)
        fresh = []
        for line in lines:
            role, _, rest = line.partition(b" ")
            fresh.append(role + b" " + ident + b" " + rest.partition(b"> ")[2] if b"> " in line else line)
        return joined(fresh, said)

    return change


def swapped(payload):
    lines, said = lines_of(payload)
    return joined([lines[0], lines[1], lines[3], lines[2]], said)


def doubled(number):
    def change(payload):
        lines, said = lines_of(payload)
        return joined([*lines[: number + 1], *lines[number:]], said)

    return change


def without(number):
    def change(payload):
        lines, said = lines_of(payload)
        return joined(lines[:number] + lines[number + 1 :], said)

    return change


def upper(number):
    def change(payload):
        lines, said = lines_of(payload)
        name, _, one = lines[number].partition(b" ")
        return joined([*lines[:number], name + b" " + one.upper(), *lines[number + 1 :]], said)

    return change


def times_apart(payload):
    lines, said = lines_of(payload)
    return joined([*lines[:2], re_time(lines[2], b"1700000000 +0000"), lines[3]], said)


G, C = "commit-grammar", CLEAN
INSIDER = (
    ("Encoding header", "`encoding UTF-7`: the bytes say one thing, `git log` shows another", GOOD, C, G,
     header(b"encoding UTF-7")),
    ("Merge tag", "a `mergetag` header", GOOD, C, G, header(b"mergetag object x")),
    ("Unknown header", "a header that nobody knows", GOOD, C, G, header(b"reviewed-by everybody")),
    ("Two authors", "the `author` header stands twice", GOOD, ERROR, G, doubled(2)),
    ("Two committers", "the `committer` header stands twice", GOOD, C, G, doubled(3)),
    ("No author", "the `author` header is left out", GOOD, ERROR, G, without(2)),
    ("No committer", "the `committer` header is left out", REFUSED, ERROR, G, without(3)),
    ("Committer before author", "the two headers change places", GOOD, ERROR, G, swapped),
    ("Capital letters in the tree's id", "the same id, spelled otherwise", GOOD, C, G, upper(0)),
    ("Capital letters in the parent's id", "the same id, spelled otherwise", GOOD, C, G, upper(1)),
    ("Author and committer apart", "the author's time is years earlier", GOOD, C, G, times_apart),
    ("Time zone -0000", "a time zone that is none", GOOD, C, G, when(b"1999999999 -0000")),
    ("Time zone +2460", "an impossible time zone", GOOD, C, G, when(b"1999999999 +2460")),
    ("Time zone +1500", "a time zone that no place has", GOOD, C, G, when(b"1999999999 +1500")),
    ("Time zone without sign", "`0000`", GOOD, ERROR, G, when(b"1999999999 0000")),
    ("Time zone with a colon", "`+00:00`", GOOD, ERROR, G, when(b"1999999999 +00:00")),
    ("Time zone of three digits", "`+000`", GOOD, ERROR, G, when(b"1999999999 +000")),
    ("Negative time", "a time before 1970", GOOD, ERROR, G, when(b"-1 +0000")),
    ("Time with a leading zero", "`01999999999`", GOOD, ERROR, G, when(b"01999999999 +0000")),
    ("Time over 64 bits", "a time that overflows", REFUSED, ERROR, G, when(b"99999999999999999999 +0000")),
    ("No time", "the time is left out", GOOD, ERROR, G, when(b"+0000")),
    ("Two spaces before the time", "`>  1999999999`", GOOD, C, G, when(b" 1999999999 +0000")),
    ("Space behind the time zone", "a blank at the line's end", GOOD, ERROR, G, when(b"1999999999 +0000 ")),
    ("Carriage return in a header", "`+0000` and CR", GOOD, ERROR, G, when(b"1999999999 +0000\r")),
    ("Angle bracket in the name", "`Bob <x <bob@office.example>`", GOOD, ERROR, G, who(b"Bob <x <bob@office.example>")),
    ("Angle bracket in the address", "`Bob <bob@office.example>>`", GOOD, ERROR, G, who(b"Bob <bob@office.example>>")),
    ("Signer without a name", "` <bob@office.example>`", GOOD, C, G, who(b" <bob@office.example>")),
    ("No name at all", "`<bob@office.example>`", GOOD, ERROR, G, who(b"<bob@office.example>")),
    ("Empty address", "`Bob <>`", GOOD, C, G, who(b"Bob <>")),
    ("No address", "`Bob`", REFUSED, ERROR, G, who(b"Bob")),
    ("Space in the address", "`Bob <bob @office.example>`", GOOD, C, G, who(b"Bob <bob @office.example>")),
    ("Two spaces behind the name", "`Bob  <bob@office.example>`", GOOD, C, "signer-identity",
     who(b"Bob  <bob@office.example>")),
    ("Name of another", "Bob's key, Anna's name", GOOD, C, "signer-identity", who(b"Anna <anna@office.example>")),
    ("Look-alike name", "a Cyrillic letter in the signer's name", GOOD, C, "signer-identity",
     who("Воb <bob@office.example>".encode())),
    ("Address in capitals", "`BOB@office.example`", GOOD, C, "signer-identity", who(b"Bob <BOB@office.example>")),
    ("Signer's name that is not UTF-8", "a byte 0xff in the name", GOOD, C, G, who(b"B\xffb <bob@office.example>")),
    ("Escape in the name", "a terminal escape in the name", GOOD, C, "signer-identity",
     who(b"\x1b[2KBob <bob@office.example>")),
    ("NUL in a header", "a NUL behind the name", REFUSED, ERROR, G, who(b"Bob\x00 <bob@office.example>")),
    ("NUL in the message", "`git log` stops there", GOOD, ERROR, "message-comment", message(b"A remark", b"A\x00remark")),
    ("Escape in the message", "the line on the terminal is overwritten", GOOD, C, "message-comment",
     message(b"A remark", b"A\x1b[2Kremark")),
    ("Carriage return in the message", "the line on the terminal is overwritten", GOOD, C, "message-comment",
     message(b"A remark", b"A\rremark")),
    ("DEL in the message", "a character that cannot be seen", GOOD, C, "message-comment",
     message(b"A remark", b"A\x7fremark")),
    ("Direction marks in the message", "the text reads otherwise than it is", GOOD, C, "message-comment",
     message(b"A remark", "A \u202eremark".encode())),
    ("Zero width in the message", "a character that cannot be seen", GOOD, C, "message-comment",
     message(b"A remark", "A \u200bremark".encode())),
    ("Decomposed letters in the message", "the same text in another normal form", GOOD, C, "message-comment",
     message(b"A remark", "A re\u0301mark".encode())),
    ("Message that is not UTF-8", "a byte 0xff in the message", GOOD, C, "message-grammar",
     message(b"A remark", b"A \xffremark")),
    ("No final newline", "the message's last line is not ended", GOOD, C, "message-grammar",
     lambda payload: payload[:-1]),
    ("Two final newlines", "an empty line behind the trailers", GOOD, C, "message-grammar",
     lambda payload: payload + b"\n"),
    ("Empty message", "nothing behind the headers", GOOD, C, "message-grammar",
     lambda payload: payload.partition(b"\n\n")[0] + b"\n\n"),
    ("Blank line before the message", "the subject line moves down", GOOD, C, "message-grammar",
     lambda payload: payload.replace(b"\n\n", b"\n\n\n", 1)),
    ("Commit over the limit", "a comment of 80 KiB", GOOD, C, G, message(b"A remark", b"A remark" * 10_000)),
)  # fmt: skip
for name, what, git, fsck, code, change in INSIDER:
    GROUP.attack(name, what, git, fsck, code)(partial(odd, change))


@GROUP.attack(
    "Two trees", "the `tree` header stands twice: nobody can tell the parent, the history ends here", GOOD, ERROR, G
)
def two_trees(scene):
    scene.first, scene.expected = 0, None
    odd(doubled(0), scene)


test_each = GROUP.tried()
