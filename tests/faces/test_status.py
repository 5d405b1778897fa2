"""The status list: what is in force, signed by somebody who may say so, and what it says of a copy."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk, build

from docctl.core.statuslist import StatusList, decode, encode
from docctl.errors import Malformed
from docctl.library import clock
from docctl.signatures import load_key

TODAY = datetime.now(UTC).date()  # noqa: TID251


@pytest.fixture
def office(later: Desk) -> Desk:
    """PRO-01 in force, with a copy of it and its anchor."""
    later.ok("get", "PRO-01", "--format", "docx", "--output", later.folder / "copy.docx")
    later.ok("anchor", "--output", later.folder / "anchor.txt")
    return later


def publish(desk: Desk, name: str = "list", *args: object, as_: str = "aysel") -> Path:
    desk.ok("status", "--out", desk.folder / name, *args, as_=as_)
    return desk.folder / name / "status.json"


def check(desk: Desk, *args: object) -> tuple[int, dict]:
    file, anchor = desk.folder / "copy.docx", desk.folder / "anchor.txt"
    answer = desk.bare("check", file, "--anchor", anchor, "--json", *args)
    return answer.status, json.loads(answer.out)


def second_revision(desk: Desk, *publishing: object) -> None:
    desk.ok("new", "PRO-01")
    path = desk.draft("PRO-01")
    path.write_text(path.read_text("utf-8") + "\nYeni cümlə.\n", "utf-8")
    desk.ok("submit", "PRO-01", "--reason", "Second", as_="aysel")
    desk.approved("PRO-01")
    desk.ok("publish", "PRO-01", *publishing, as_="aysel")


def test_the_list_says_what_is_in_force_and_a_page_shows_it(office: Desk) -> None:
    path = publish(office)
    told = json.loads(path.read_text("utf-8"))
    (row,) = told["documents"]
    assert (row["number"], row["status"], row["revision"], row["languages"]) == ("PRO-01", "in-force", 1, ["az", "en"])
    assert told["day"] == TODAY.isoformat()
    assert "POL-01" not in path.read_text("utf-8")  # a proposal is nobody's business outside
    page = (path.parent / "index.html").read_text("utf-8")
    for word in ("Qüvvədə olan sənədlər", "Documents in force", "PRO-01", "Control of documents", 'name="viewport"'):
        assert word in page
    assert "http" not in page.replace("http-equiv", "")


def test_stock_ssh_keygen_accepts_the_signature(office: Desk) -> None:
    path = publish(office)
    public = (office.home / "keys" / "aysel.pub").read_text().split(" ")
    signers = office.folder / "signers"
    signers.write_text(f'aysel namespaces="docctl-status" {public[0]} {public[1]}\n')
    call = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "aysel", "-n", "docctl-status", "-s", f"{path}.sig"]
    ran = subprocess.run(call, input=path.read_bytes(), capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_copy_in_force_superseded_and_withdrawn(office: Desk) -> None:
    path = publish(office)
    status, told = check(office, "--status", path)
    assert (status, told["currency"]["status"], told["currency"]["age"]) == (0, "in-force", 0)
    words = ("check", office.folder / "copy.docx", "--anchor", office.folder / "anchor.txt", "--status", path)
    assert "The list was made today." in office.bare(*words).out
    assert "Siyahı bu gün tərtib edilib." in office.bare("--lang", "az", *words).out
    office.refused("file-is-folder", "check", office.folder, status=3)
    assert told["currency"]["by"] == "Aysel Məmmədova"
    second_revision(office)
    status, told = check(office, "--status", publish(office, "second"))
    assert (status, told["currency"]["status"], told["currency"]["revision"]) == (1, "superseded", 2)
    assert (told["verdict"], told["reason"]["code"]) == ("not in force", "check-not-in-force")
    status, told = check(office, "--library", office.folder)
    assert (status, told["verdict"]) == (1, "not in force")
    assert (told["currency"]["source"], told["currency"]["status"]) == ("library", "superseded")
    office.ok("withdraw", "PRO-01", "--reason", "Not needed", as_="aysel")
    office.approved("PRO-01")
    office.ok("publish", "PRO-01", as_="aysel")
    status, told = check(office, "--status", publish(office, "third"))
    assert (status, told["currency"]["status"], told["currency"]["revision"]) == (1, "withdrawn", None)
    status, told = check(office, "--library", office.folder)
    assert told["currency"]["status"] == "withdrawn"


def test_the_age_of_the_list_is_said_and_what_it_announced_has_come(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_revision(office, "--effective", (TODAY + timedelta(days=5)).isoformat())
    path = publish(office)
    _, told = check(office, "--status", path)
    assert (told["currency"]["status"], told["currency"]["revision"]) == ("in-force", 1)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 9 * 86400)
    _, told = check(office, "--status", path)
    assert (told["currency"]["status"], told["currency"]["revision"], told["currency"]["age"]) == ("superseded", 2, 9)
    answer = office.bare(
        "check", office.folder / "copy.docx", "--anchor", office.folder / "anchor.txt", "--status", path
    )
    assert "9 days ago" in answer.out


def reason(told: dict) -> str:
    return str(told["reason"]["code"])


def test_a_list_that_was_changed_or_that_a_stranger_signed_is_not_believed(office: Desk) -> None:
    path = publish(office)
    whole, seal = path.read_bytes(), Path(f"{path}.sig").read_bytes()
    path.write_bytes(whole.replace(b'"revision": 1', b'"revision": 2'))
    status, told = check(office, "--status", path)
    assert (status, reason(told), told["currency"]) == (3, "list-signature", None)
    path.write_bytes(whole[:-2])
    assert reason(check(office, "--status", path)[1]) == "list-unreadable"
    path.write_bytes(whole)
    for person, namespace in (("leyla", "docctl-status"), ("aysel", "git")):
        made = load_key(office.home / "keys" / person).sign(whole, namespace)
        Path(f"{path}.sig").write_text(made)
        wanted = "list-signer-unknown" if namespace == "docctl-status" else "list-signature"
        status, told = check(office, "--status", path)
        assert (status, reason(told)) == (3, wanted)
    Path(f"{path}.sig").write_bytes(seal)
    assert check(office, "--status", path)[0] == 0


def test_a_list_older_than_the_copy_or_without_it_says_nothing(office: Desk) -> None:
    old = publish(office, "old")
    second_revision(office)
    office.ok("get", "PRO-01", "--format", "docx", "--output", office.folder / "copy.docx", "--force")
    status, told = check(office, "--status", old)
    assert (status, reason(told), told["currency"]) == (3, "list-older", None)
    assert check(office, "--status", publish(office, "new"))[1]["currency"]["status"] == "in-force"


def test_only_who_publishes_signs_a_list_and_nothing_is_replaced_unasked(office: Desk) -> None:
    office.refused("list-signer", "status", "--out", office.folder / "no", as_="leyla")
    assert not (office.folder / "no").exists()
    publish(office)
    office.refused("file-exists-force", "status", "--out", office.folder / "list", as_="aysel")
    publish(office, "list", "--force")


def test_a_list_of_a_past_day(office: Desk) -> None:
    path = publish(office, "today", "--as-of", TODAY.isoformat())
    assert json.loads(path.read_text("utf-8"))["documents"][0]["revision"] == 1
    office.refused(
        "as-of-before-founding", "status", "--out", office.folder / "past", "--as-of", "2020-01-01", as_="aysel"
    )


def test_the_list_is_read_in_one_spelling_only(office: Desk) -> None:
    data = publish(office).read_bytes()
    found = decode(data)
    assert isinstance(found, StatusList)
    assert encode(found) == data
    assert found.day == date.fromisoformat(json.loads(data)["day"])
    for bad in (
        b"", b"{}", b"[]", b"null", b"[" * 100_000, data + b"\n", data.replace(b'"revision": 1', b'"revision": 1.0'),
        data.replace(b'"status": "in-force"', b'"status": 7'), data.replace(b"documents", b"document"),
        data.replace(b'"made": ', b'"made": -'), data.replace(b"\n ", b"\n  "),
    ):  # fmt: skip
        with pytest.raises(Malformed, match="list-unreadable"):
            decode(bad)
    with pytest.raises(Malformed, match="list-newer"):
        decode(data.replace(b"docctl-status/1", b"docctl-status/7"))


def test_a_library_that_is_not_the_copys_hides_nothing_of_what_the_copy_proves(office: Desk, tmp_path: Path) -> None:
    other = build(tmp_path / "other").folder
    for place, code in ((other, "check-library-other"), (tmp_path / "none", "library-not-found")):
        status, told = check(office, "--library", place)
        assert (status, told["verdict"], reason(told)) == (3, "not judged", code)
        assert told["currency_problem"]["code"] == code
        assert (told["copy"]["document"], told["text"]["comparison"]) == ("PRO-01", "identical")
    # The environment names where one works: it is asked of its own copies, and means nothing for others.
    words = ("check", office.folder / "copy.docx", "--anchor", office.folder / "anchor.txt", "--json")
    for place, wanted in ((other, None), (tmp_path / "none", None), (office.folder, "library")):
        answer = office.bare(*words, DOCCTL_LIBRARY=str(place))
        told = json.loads(answer.out)
        assert (answer.status, told["verdict"], told["currency_problem"]) == (0, "proven", None)
        assert (told["currency"] or {"source": None})["source"] == wanted
    assert office.bare("--library", other, *words).status == 3
