"""Whatever is read from outside gives a value or Malformed: YAML, charters, headings, notes, anchors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import Office, charter_files, text_files
from strategies import mutated

from docctl.adapters import strictyaml
from docctl.core import charter, content, heading
from docctl.core.plain import Fields
from docctl.errors import Malformed

# -- YAML ------------------------------------------------------------------------------------------------------------


def plain(value):
    """Whether a value is text, or a list or mapping of such."""
    if isinstance(value, list):
        return all(plain(one) for one in value)
    if isinstance(value, dict):
        return all(isinstance(name, str) and name and plain(one) for name, one in value.items())
    return isinstance(value, str)


def reads(data):
    try:
        value = strictyaml.read(data)
    except Malformed as error:
        assert error.code.startswith("yaml-")
        return None
    assert plain(value)
    return value


@given(st.binary(max_size=120))
def test_any_bytes_are_plain_values_or_malformed(data):
    reads(data)


@given(st.text("ab:-,[]{}#&*!|>'\"%@`?\n \t0~<é", max_size=60))
def test_any_text_that_looks_like_yaml_is_plain_values_or_malformed(text):
    reads(text.encode())


values = st.recursive(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"),
        max_size=8,
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abé-", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_json_is_read_as_it_stands(value):
    assert strictyaml.read(json.dumps(value, ensure_ascii=False).encode()) == value


BAD_YAML = {
    "deep lists": (b"[" * 200_000, "yaml-depth"),
    "deep lists on lines": (b"".join(b" " * at + b"-\n" for at in range(200)), "yaml-depth"),
    "deep mappings": (b"{a: " * 500, "yaml-depth"),
    "deep keys": (b"? " * 500, "yaml-"),
    "an alias": (b"a: &x 1\nb: *x\n", "yaml-alias"),
    "a bomb": (b"a: &a [1]\nb: &b [*a,*a]\nc: [*b,*b]\n", "yaml-alias"),
    "an anchor on a list": (b"a: &x [1]\n", "yaml-alias"),
    "a merge": (b"a: {b: c}\n<<: *x\n", "yaml-alias"),
    "a tag": (b"a: !!python/object/apply:os.system [ls]\n", "yaml-tag"),
    "a plain tag": (b"a: ! b\n", "yaml-tag"),
    "a number's tag": (b"a: !!int 1\n", "yaml-tag"),
    "the same name twice": (b"a: 1\na: 2\n", "yaml-duplicate"),
    "the same name in two spellings": (b"a: 1\n'a': 2\n", "yaml-duplicate"),
    "a list for a name": (b"[a]: b\n", "yaml-key"),
    "an empty name": (b"'': b\n", "yaml-key"),
    "two texts": (b"a: 1\n---\nb: 2\n", "yaml-documents"),
    "a directive": (b"%YAML 1.1\n---\na: 1\n", "yaml-syntax"),
    "invalid UTF-8": (b"a: \xff\n", "yaml-syntax"),
    "UTF-16": ("a: 1\n".encode("utf-16"), "yaml-syntax"),
    "a control": (b"a: \x07\n", "yaml-syntax"),
    "a surrogate": (b'a: "\\ud800"\n', "yaml-syntax"),
    "an open list": (b"a: [1\n", "yaml-syntax"),
    "a tab": (b"a:\n\t- b\n", "yaml-syntax"),
}


@pytest.mark.parametrize("name", BAD_YAML)
def test_what_yaml_adds_to_text_is_refused(name):
    data, code = BAD_YAML[name]
    with pytest.raises(Malformed, match=code):
        strictyaml.read(data)


def test_more_than_four_megabytes_are_not_looked_at():
    with pytest.raises(Malformed, match="yaml-too-large"):
        strictyaml.read(b"#" * (4 * 1024 * 1024 + 1))


def test_scalars_stay_what_was_written():
    told = strictyaml.read(b"a: no\nb: 1.10\nc: 2026-01-01\nd: ~\ne: 0x10\nf: null\ng: 1_000\nh:\n")
    assert told == {
        "a": "no",
        "b": "1.10",
        "c": "2026-01-01",
        "d": "~",
        "e": "0x10",
        "f": "null",
        "g": "1_000",
        "h": "",
    }


@given(st.text(max_size=12))
def test_a_number_is_written_one_way(text):
    try:
        number = Fields({"n": text}, "x").number("n", 0)
    except Malformed:
        return
    assert str(number) == text


@pytest.mark.parametrize("text", ["9" * 5000, "٣", "1_0", "+1", "-1", "01", "1.0", "1e3", " 1", "²", ""])
def test_what_only_python_takes_for_a_number_is_none(text):
    with pytest.raises(Malformed):
        Fields({"n": text}, "x").number("n", 0)


@given(st.text("0123456789-T:W Zz٣", max_size=12))
def test_a_day_is_written_one_way(text):
    try:
        day = Fields({"d": text}, "x").day("d")
    except Malformed:
        return
    assert day is not None
    assert day.isoformat() == text


# -- charters --------------------------------------------------------------------------------------------------------

FILES = charter_files(Office.standard().plain())


def reads_charter(files):
    try:
        found = charter.read(files, strictyaml.read)
    except Malformed:
        return
    assert found.administrators[1] >= 1
    assert all(kind.steps for kind in found.types.values())


@given(st.data())
def test_a_changed_charter_is_read_or_malformed(data):
    name = data.draw(st.sampled_from(sorted(FILES)))
    reads_charter({**FILES, name: data.draw(mutated(FILES[name]))})


def _leaves(value, path=()):
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in parts:
        yield (*path, name)
        yield from _leaves(inner, (*path, name))


SURPRISES = (
    "",
    "x",
    "-1",
    "0",
    "9" * 30,
    [],
    {},
    [[]],
    {"x": "y"},
    ["x", "x"],
    "no",
    "2026-13-01",
    "Ə",
    "\x00",
    [{}],
    "a\nb",
)


def test_a_charter_with_any_value_in_any_place_is_read_or_malformed():
    whole = Office.standard().plain()
    text = json.dumps(whole)
    paths = list(_leaves(whole))
    # Every place meets every surprise once around the table.
    for number, (*way, last) in enumerate(paths):
        for surprise in (SURPRISES[number % len(SURPRISES)], SURPRISES[(number * 7 + 3) % len(SURPRISES)]):
            changed = json.loads(text)
            holder = changed
            for step in way:
                holder = holder[step]
            holder[last] = surprise
            reads_charter(charter_files(changed))


# -- headings and contents -------------------------------------------------------------------------------------------

TEXT = text_files("PRO-01", "Mətn ![a](a.png)\n", english="Text", clauses=["iso9001:2015#7.5.3"], keywords=["x"])
TEXT = {**TEXT, "a.png": b"\x89PNG"}


def reads_heading(files):
    try:
        found = heading.read(files, strictyaml.read)
    except Malformed:
        return None
    assert found.languages
    assert found.title == found.titles[0][1]
    return found


def test_a_heading_says_what_its_files_say_together():
    found = reads_heading(TEXT)
    assert found is not None
    assert (found.id, found.languages, found.titles[1]) == ("PRO-01", ("az", "en"), ("en", "Document"))


@given(st.data())
def test_a_changed_text_is_read_or_malformed(data):
    name = data.draw(st.sampled_from(sorted(TEXT)))
    reads_heading({**TEXT, name: data.draw(mutated(TEXT[name]))})


@given(
    st.dictionaries(
        st.sampled_from(("az.md", "en.md", "ru.md", "a.png", "x", "../a", "AZ.md", "")), st.binary(max_size=60)
    )
)
def test_any_folder_is_a_text_or_malformed(files):
    reads_heading(files)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "text-missing"),
        ({"a.png": b"x"}, "text-missing"),
        ({**TEXT, "x.exe": b"x"}, "file-not-allowed"),
        ({**TEXT, "b.png/c": b"x"}, "file-not-allowed"),
        ({**TEXT, "CON.png": b"x"}, "file-not-allowed"),
        ({f"a{n}.png": b"x" for n in range(201)}, "files-too-many"),
        ({**TEXT, "a.png": b"x" * (10 * 1024 * 1024 + 1)}, "image-too-large"),
        ({"az.md": b"x" * (1024 * 1024 + 1)}, "text-too-large"),
        ({"az.md": b"\xff"}, "text-not-utf8"),
        ({"az.md": b" \n"}, "text-empty"),
        ({"az.md": "e\u0301".encode()}, "text-not-nfc"),
        ({"az.md": "a\u202eb".encode()}, "text-unseen"),
        ({"az.md": b"a\rb"}, "text-unseen"),
        ({"az.md": b"no heading"}, "heading-missing"),
        ({"az.md": b"---\nid: X-1\n"}, "heading-missing"),
        ({"az.md": b"---\n" + b"#" * 17000 + b"\n---\nx"}, "heading-too-large"),
        ({"az.md": b"---\ntitle: x\n---\nx"}, "heading-one-main"),
        ({**TEXT, "en.md": TEXT["az.md"]}, "heading-one-main"),
        ({name: data for name, data in TEXT.items() if name != "en.md"}, "heading-languages"),
        ({**TEXT, "ru.md": TEXT["en.md"]}, "heading-languages"),
        ({**text_files("PRO-01", "x", authoritative="en")}, "heading-authoritative"),
        ({**text_files("PRO-01", "x", clauses=["nonsense"])}, "heading-clause"),
        ({**text_files("PRO-01", "x", surprise="y")}, "field-unknown"),
        ({**text_files("pro", "x")}, "field-value"),
        ({**text_files("PRO-01", "![x](../y.png)")}, "image-outside"),
        ({**text_files("PRO-01", "![x](http://y/z.png)")}, "image-outside"),
        ({**text_files("PRO-01", "![x](y.png)")}, "image-missing"),
    ],
)
def test_a_text_that_breaks_a_rule_of_form_is_refused_by_its_code(files, code):
    with pytest.raises(Malformed, match=code):
        heading.read(files, strictyaml.read)


PICTURES = {
    "```\n![x](y.png)\n```\nx": [],
    "~~~~ md\n![x](y.png)\n~~~\n~~~~~\nx": [],
    "``` a`b\n![x](y.png)": ["y.png"],
    "```\n```x\n![x](y.png)": [],
    "`````\n![x](a.png)\n````": [],
    "![x](a.png) and [y](http://b) and ![z]( <c.png>)": ["a.png", "c.png"],
    "![x [y] z](a.png)": ["a.png"],
    "![x\ny](a.png)": ["a.png"],
    "[![x](a.png)](http://b)": ["a.png"],
    "\\![x](a.png)": [],
    "! [x](a.png) ![x] (b.png) ](c.png) ![d": [],
}


@pytest.mark.parametrize("text", PICTURES)
def test_pictures_are_what_is_drawn_and_not_what_is_code(text):
    told = [one for one, _ in content._pictures(content._without_code(text))]
    assert told == PICTURES[text]


def test_a_key_is_one_line_or_a_list_of_one():
    plain = Office.standard().plain()
    line = plain["people"]["people"]["eva"]["keys"][0]
    for value, fine in (
        (line["public"], True),
        ([line["public"]], True),
        ([line["public"]] * 2, False),
        ([], False),
        ({}, False),
    ):
        line["public"] = value
        files = charter_files(plain)
        if fine:
            assert charter.read(files, strictyaml.read).people["eva"].keys
        else:
            with pytest.raises(Malformed, match="field-value"):
                charter.read(files, strictyaml.read)


@pytest.mark.parametrize(
    "body",
    [
        "`" * 200_000 + "\n" + "x\n" * 100_000 + "![",
        "![" * 300_000,
        "![a](" + " " * 300_000,
        "```\n~~~\n````\n" * 50_000 + "![",
    ],
    ids=["one long fence", "open brackets", "blanks", "many fences"],
)
def test_a_hostile_text_is_read_or_refused_and_comes_to_an_end(body):
    files = text_files("PRO-01", body)
    reads_heading(files)


@given(st.dictionaries(st.text("ab.", min_size=1, max_size=4), st.binary(max_size=10), max_size=4))
def test_a_digest_is_the_content_and_nothing_else(files):
    told = content.digest(files)
    assert told == content.digest(dict(reversed(files.items())))
    for name in files:
        assert told != content.digest({**files, name: files[name] + b"x"})
        assert told != content.digest({other: data for other, data in files.items() if other != name})
