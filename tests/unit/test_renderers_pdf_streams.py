"""Where a stream ends: packed data that happen to end with CR do not make a file unsound."""

from __future__ import annotations

import re

import pytest
from test_renderers import sample

from docctl.renderers import FORMATS
from docctl.renderers.pdf_streams import settled


def small(*streams: bytes) -> bytes:
    """A PDF as typst writes one: objects one after the other, a table, a trailer."""
    data, offsets = b"%PDF-1.7\n", []
    for number, stream in enumerate(streams, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(stream), stream)
    table = b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(streams) + 1)
    table += b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    return data + table + b"trailer\n<</Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(streams) + 1, len(data))


def objects(pdf: bytes) -> list[tuple[int, bytes]]:
    """Number and data of every object, found through the table, the data by what a strict reader sees."""
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\Z", pdf)[1])
    head = re.compile(rb"xref\n0 (\d+)\n").match(pdf, start)
    found = []
    for line in range(1, int(head[1])):
        offset = int(pdf[head.end() + line * 20 :][:10])
        seen = re.compile(rb"(\d+) 0 obj\n<<.*?/Length (\d+).*?>>\nstream\n(.*?)(?:\r\n|\n)endstream", re.DOTALL).match(
            pdf, offset
        )
        assert len(seen[3]) == int(seen[2]), line
        found.append((int(seen[1]), seen[3]))
    return found


@pytest.mark.parametrize(
    "streams",
    [
        (b"a\r",),
        (b"a", b"b\r", b"c"),
        (b"\r", b"\r", b"\r"),
        (b"a\r\n", b"x\r\r", b"\n"),
        (b"b\r", b"a" * 5000, b"c\r"),
    ],
)
def test_every_stream_is_as_long_as_it_says(streams: tuple[bytes, ...]) -> None:
    with pytest.raises(AssertionError):
        objects(small(*streams, b"z\r"))
    assert objects(settled(small(*streams, b"z\r"))) == list(enumerate((*streams, b"z\r"), 1))


def test_what_is_sound_or_strange_stays_as_it_is() -> None:
    for data in (small(b"a", b"b"), b"", b"a\r\nendstream\nendobj", small(b"a\r").replace(b"startxref", b"startxxxx")):
        assert settled(data) == data


def test_no_copy_has_a_doubtful_end() -> None:
    for number in range(12):
        pdf = FORMATS["pdf"].render(sample(f"Mətn {number}", images={}))
        assert not re.search(rb"[^\r]\r\nendstream", pdf.replace(b"\r\r\nendstream", b""))
