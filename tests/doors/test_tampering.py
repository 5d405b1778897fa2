"""Whatever is done to the files of a library, the auditor never calls it lawful unless it is what it was."""

from __future__ import annotations

import random
import shutil
import zlib
from dataclasses import replace

import pytest
from realoffice import candidate, force, stock

from docctl.adapters.gitledger import GitLedger
from docctl.adapters.home import Home
from docctl.core.checkpoint import Anchor, read_checkpoint
from docctl.core.commit import parse
from docctl.errors import Unavailable
from docctl.library import auditing, deciding
from docctl.library.replaying import fresh_state, replay


@pytest.fixture
def told(house, library):
    """A library with two documents in force; what is true of it."""
    house.publish(library, "PRO-07")
    house.publish(library, "POL-07")
    library.comment("POL-07", "A remark", house.key("bob"))
    library.close()
    return house.lawful()


def loose(root, one):
    return root / ".git/objects" / one[:2] / one[2:]


def contents(root):
    """Every object of the repository: id, kind."""
    lines = stock("cat-file", "--batch-all-objects", "--batch-check", cwd=root).splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


def rewrite(path, change):
    """A loose object with other content under its old name."""
    header, _, data = zlib.decompress(path.read_bytes()).partition(b"\0")
    data = change(data)
    path.chmod(0o644)
    path.write_bytes(zlib.compress(header.split()[0] + b" %d\0" % len(data) + data))


def verdict(report):
    return report.verdict, report.reason, tuple(one.rule for one in report.violations)


def objects_read(house):
    """The objects that judging must look at: every entry, and every text that was submitted."""
    with GitLedger.open(house.root) as ledger:
        raws = dict(ledger.commits(None, ledger.head()))
        seen = set(raws)
        state = fresh_state(ledger)
        real = ledger.fetch

        def fetch(kind, ids):
            for one, data in real(kind, ids):
                seen.add(one)
                yield one, data

        state.shelf._fetch = fetch
        assert list(replay(state, raws.items())) == []
    return seen


@pytest.mark.parametrize("damage", ["rewritten", "deleted", "emptied"])
def test_no_object_can_be_touched_without_notice(house, told, damage):
    read = objects_read(house)
    kinds = contents(house.root)
    assert {kinds[one] for one in read} == {"commit", "tree", "blob"}
    noticed = set()
    for one in kinds:
        path = loose(house.root, one)
        whole = path.read_bytes()
        if damage == "rewritten":
            rewrite(path, lambda data: data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        elif damage == "deleted":
            path.unlink()
        else:
            path.chmod(0o644)
            path.write_bytes(b"")
        report = house.audit()
        if report.verdict == "lawful":
            # Never read, since its id follows from what was read: the answer is about the same entries and texts.
            assert (report.root, report.head) == (told.root, told.head)
        else:
            noticed.add(one)
            code = "object-missing" if damage == "deleted" else "object-corrupt"
            assert (report.verdict, report.reason, report.violations) == ("not judged", code, ())
            assert ("id", one) in report.reason_values
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
    assert noticed >= read
    # The rest are folders above the texts; stock git looks at those.
    assert {kinds[one] for one in set(kinds) - noticed} <= {"tree"}


def test_a_damaged_pack_is_never_lawful_history(house, told):
    stock("repack", "-adq", cwd=house.root)
    (pack,) = (house.root / ".git/objects/pack").glob("*.pack")
    data = pack.read_bytes()
    pack.chmod(0o644)
    dice = random.Random(1)
    verdicts = set()
    for _ in range(60):
        at = dice.randrange(12, len(data) - 20)
        pack.write_bytes(data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :])
        try:
            report = house.audit()
        except Unavailable:
            continue
        verdicts.add(report.verdict)
        if report.verdict == "lawful":
            assert (report.root, report.head, report.entries) == (told.root, told.head, told.entries)
        assert report.violations == ()
    assert "not judged" in verdicts
    pack.write_bytes(data)
    assert verdict(house.audit()) == ("lawful", None, ())


def test_an_altered_message_a_rebase_and_an_amended_entry(house, told):
    """Stock git's own ways of changing history leave entries that nobody signed."""
    stock("commit", "-q", "--amend", "--allow-empty", "--no-verify", "-m", "approved PRO-07 revision 1", cwd=house.root)
    assert verdict(house.audit()) == ("violations", None, ("signature-missing",))
    stock("reset", "-q", "--hard", told.head, cwd=house.root)
    stock("-c", "core.editor=true", "revert", "--no-edit", "HEAD~1", cwd=house.root, check=False)
    (house.root / "README.md").write_text("Welcome\n")
    stock("add", "README.md", cwd=house.root)
    stock("commit", "-q", "--no-verify", "-m", "Add a welcome", cwd=house.root)
    report = house.audit()
    assert (report.verdict, {one.rule for one in report.violations}) == ("violations", {"signature-missing"})
    library = house.open()
    assert library.violations == report.violations
    library.comment("POL-07", "and on", house.key("bob"))
    assert (house.root / "README.md").read_text() == "Welcome\n"
    assert library.book.unlaid is None


def test_an_altered_text_with_true_ids_all_the_way_up_is_an_undeclared_change(house, told):
    """Whoever can write rebuilds blob, folders and commit; only the signature is missing, or is somebody else's."""
    library = house.open()
    (house.root / "procedures/PRO-07/az.md").write_text("Bribes are welcome.\n")
    stock("add", "procedures", cwd=house.root)
    top = stock("write-tree", cwd=house.root)
    remark = deciding.comment("PRO-07", "A remark", None)(library.book.state)
    force(library, candidate(library, house.key("anna"), remark, tree=top))
    assert verdict(house.audit()) == ("violations", None, ("undeclared-change",))
    assert b"Bribes" not in library.get("PRO-07")


def test_a_signature_moved_from_another_entry_is_invalid(house, told):
    with GitLedger.open(house.root) as ledger:
        raws = [raw for _, raw in ledger.commits(None, ledger.head())]
    mine, other = parse(raws[-1]), parse(raws[-4])
    armor = other.armor.rstrip(b"\n").replace(b"\n", b"\n ")
    forged = raws[-1].replace(mine.armor.rstrip(b"\n").replace(b"\n", b"\n "), armor)
    assert forged != raws[-1]
    stock("update-ref", "refs/heads/main", "HEAD~1", cwd=house.root)
    force(house.open(), forged)
    assert verdict(house.audit()) == ("violations", None, ("signature-invalid",))


def checkpoint(house, size=None):
    with GitLedger.open(house.root) as ledger:
        state = fresh_state(ledger)
        raws = list(ledger.commits(None, ledger.head()))
        assert list(replay(state, raws[:size])) == []
    return read_checkpoint(str(auditing.checkpoint(state)))


def test_a_rolled_back_head_is_seen_with_a_checkpoint(house, told):
    mark, early = checkpoint(house), checkpoint(house, 5)
    assert verdict(house.audit(None, mark, early)) == ("lawful", None, ())
    stock("update-ref", "refs/heads/main", "HEAD~2", cwd=house.root)
    report = house.audit(None, mark, early)
    assert verdict(report) == ("violations", None, ("checkpoint-longer",))
    # Without one it cannot be seen, but the number of entries and the head are told.
    plain = house.audit()
    assert (plain.verdict, plain.entries, plain.head == told.head) == ("lawful", told.entries - 2, False)
    assert house.open().entries == told.entries - 2


def test_a_history_rewritten_by_all_who_signed_it_is_seen_with_a_checkpoint(house, told):
    """Everybody colludes: every entry is lawful again, and another."""
    mark, early = checkpoint(house), checkpoint(house, 6)
    stock("reset", "-q", "--hard", "HEAD~6", cwd=house.root)
    library = house.open()
    while library.entries < told.entries + 1:
        library.comment("PRO-07", "It was always so", house.key("anna"))
    assert verdict(house.audit()) == ("lawful", None, ())
    assert verdict(house.audit(None, early)) == ("lawful", None, ())
    report = house.audit(None, early, mark)
    assert verdict(report) == ("violations", None, ("checkpoint-differs",))
    assert report.violations[0].entry == mark.size


def test_a_checkpoint_of_another_library_and_a_forged_one(house, told):
    mark = checkpoint(house)
    assert verdict(house.audit(None, replace(mark, library="0" * 64)))[2] == ("checkpoint-other-library",)
    assert verdict(house.audit(None, replace(mark, root=bytes(32))))[2] == ("checkpoint-differs",)
    assert verdict(house.audit(None, replace(mark, size=mark.size - 1)))[2] == ("checkpoint-differs",)


def test_without_an_anchor_or_with_anothers_nothing_is_lawful(house, told):
    with GitLedger.open(house.root) as ledger:
        assert verdict(auditing.verify(ledger, None)) == ("not judged", "anchor-missing", ())
        other = Anchor(house.anchor.library[::-1], house.anchor.organisation)
        assert verdict(auditing.verify(ledger, other)) == ("violations", None, ("anchor-differs",))
        renamed = Anchor(house.anchor.library, "Another name")
        assert auditing.verify(ledger, renamed).verdict == "lawful"
    assert house.open(home=Home(house.place / "another")).verify().reason == "anchor-missing"


@pytest.mark.parametrize("depth", [1, 2, 9])
def test_a_shallow_clone_is_not_judged(house, told, tmp_path, depth):
    stock("clone", "-q", "--depth", str(depth), f"file://{house.root}", str(tmp_path / "shallow"), cwd=tmp_path)
    report = house.audit(tmp_path / "shallow")
    assert (report.verdict, report.reason, report.hazards) == ("not judged", "history-incomplete", ("shallow",))
    mark = checkpoint(house, 5)
    assert house.audit(tmp_path / "shallow", mark).verdict == "not judged"


def test_a_partial_clone_is_not_judged(house, told, tmp_path):
    stock("config", "uploadpack.allowFilter", "true", cwd=house.root)
    words = ["clone", "-q", "--bare", "--filter=blob:none", f"file://{house.root}", str(tmp_path / "partial.git")]
    stock(*words, cwd=tmp_path)
    stock("remote", "remove", "origin", cwd=tmp_path / "partial.git")
    report = house.audit(tmp_path / "partial.git")
    assert (report.verdict, report.reason) == ("not judged", "object-missing")
    assert "partial-clone" in report.hazards


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "head-unreadable"), (b"garbage\n", "head-unreadable"), (b"0" * 40 + b"\n", "object-missing"),
     (b"1" * 40 + b"\n", "object-missing")],
)  # fmt: skip
def test_a_damaged_head_is_not_judged(house, told, content, reason):
    (house.root / ".git/refs/heads/main").write_bytes(content)
    found = verdict(house.audit())
    assert (found[0], found[2]) == ("not judged", ())
    assert found[1] in (reason, "head-unreadable")


def test_a_head_that_names_a_text_is_not_judged(house, told):
    blob = next(one for one, kind in contents(house.root).items() if kind == "blob")
    (house.root / ".git/refs/heads/main").write_text(f"{blob}\n")
    report = house.audit()
    assert (report.verdict, report.violations) == ("not judged", ())


def test_what_misleads_stock_git_is_told_and_misleads_nobody_here(house, told):
    older = stock("rev-parse", "HEAD~2", cwd=house.root)
    forged = stock("commit-tree", "HEAD^{tree}", "-p", older, "-m", "forged", cwd=house.root)
    stock("replace", told.head, forged, cwd=house.root)
    (house.root / ".git/info").mkdir(exist_ok=True)
    (house.root / ".git/info/grafts").write_text(f"{told.head}\n")
    stock("update-ref", "refs/tags/main", older, cwd=house.root)
    stock("update-ref", "refs/tags/refs/heads/main", older, cwd=house.root)
    report = house.audit()
    assert (report.verdict, report.root, report.head) == ("lawful", told.root, told.head)
    assert report.hazards == ("replace-refs", "grafts")


def test_what_the_library_kept_for_itself_does_not_hide_tampering(house, told):
    """The kept state is at the head; the auditor reads from the front all the same."""
    first = stock("rev-list", "--reverse", "HEAD", cwd=house.root).split()[4]
    rewrite(loose(house.root, first), lambda data: data.replace(b"Because", b"Becauze"))
    library = house.open()
    assert library.entries == told.entries
    assert library.verify().reason == "object-corrupt"


def test_another_library_with_the_same_people_is_another_library(house, told, tmp_path):
    from realoffice import key

    shutil.copytree(house.built / "keys", tmp_path / "twin/keys")
    assert key(tmp_path / "twin", "anna").key == house.key("anna").key
    from docctl.library import founding

    twin = founding.found_library(
        tmp_path / "twin/library",
        founding.Founder("anna", "Anna", "anna@office.example", "QM", house.key("anna"), house.key("recovery")),
        {"az": "İdarə", "en": "Office"},
        home=Home(tmp_path / "twin/home"),
    )
    twin.close()
    report = house.audit(tmp_path / "twin/library")
    assert verdict(report) == ("violations", None, ("anchor-differs",))
    # An entry of the one does not fit behind the head of the other.
    library = house.open()
    with GitLedger.open(tmp_path / "twin/library") as ledger:
        raw = next(ledger.commits(None, ledger.head()))[1]
    force(library, raw)
    assert verdict(house.audit())[0] == "violations"
