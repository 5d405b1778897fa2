"""Several writers at once, and writers that are killed."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from histories import EMPTY_TREE, commit, extend, stock

from docctl.adapters.gitledger import GitLedger
from docctl.core.commit import object_id
from docctl.errors import LedgerChanged

ROOT = Path(__file__).resolve().parents[2]


def write(path, writer, count, start):
    """Append entries until so many are in, judging again whenever somebody was first."""
    start.wait()
    with GitLedger.open(path) as ledger:
        for number in range(count):
            while True:
                head = ledger.head()
                new, raw = commit(head, writer * 1000 + number)
                try:
                    ledger.append([("tree", b""), ("commit", raw)], new, head)
                except LedgerChanged:
                    continue
                break


def test_no_entry_is_lost_between_writers(ledger):
    context = multiprocessing.get_context("spawn")
    start = context.Event()
    writers = [context.Process(target=write, args=(ledger.root, n, 12, start)) for n in range(1, 4)]
    for one in writers:
        one.start()
    start.set()
    for one in writers:
        one.join(60)
    assert [one.exitcode for one in writers] == [0, 0, 0]
    numbers = [int(raw.split()[-1]) for _, raw in ledger.commits(None, ledger.head())]
    assert sorted(numbers) == [w * 1000 + n for w in range(1, 4) for n in range(12)]
    assert stock("fsck", "--strict", cwd=ledger.root) == ""


def test_stock_git_may_write_meanwhile(ledger):
    """A push moves the branch by git alone, without our lock."""
    (first,) = extend(ledger, 1)
    theirs = stock("commit-tree", EMPTY_TREE, "-p", first, "-m", "theirs", cwd=ledger.root)
    ours, raw = commit(first, 1)
    real = ledger._move

    def late(new, old):
        stock("update-ref", "refs/heads/main", theirs, cwd=ledger.root)
        real(new, old)

    ledger._move = late
    try:
        ledger.append([("commit", raw)], ours, first)
    except LedgerChanged as error:
        assert error.code == "ledger-changed"
    else:
        raise AssertionError
    assert ledger.head() == theirs


ENDLESS = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/git")
from histories import commit
from docctl.adapters.gitledger import GitLedger
from docctl.core.commit import object_id
ledger = GitLedger.open(Path(sys.argv[1]))
number = 0
print("ready", flush=True)
while True:
    number += 1
    head = ledger.head()
    blob = b"%d" % number * 20000
    tree = b"100644 text\\0" + bytes.fromhex(object_id("blob", blob))
    new, raw = commit(head, number, object_id("tree", tree))
    ledger.append([("blob", blob), ("tree", tree), ("commit", raw)], new, head)
"""


def test_a_killed_writer_leaves_a_whole_ledger(ledger):
    dice = random.Random(20)
    last = None
    for _ in range(15):
        words = [sys.executable, "-c", ENDLESS, str(ledger.root)]
        with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as writer:
            writer.stdout.readline()
            time.sleep(dice.uniform(0, 0.03))
            # The whole group: the git that moves the branch dies with us, as in a power cut.
            os.killpg(writer.pid, signal.SIGKILL)
        head = ledger.head()
        if head is None:
            continue
        ids = [one for one, _ in ledger.commits(None, head)]
        assert last is None or last in ids
        last = head
    assert stock("fsck", "--strict", "--full", "--no-dangling", cwd=ledger.root) == ""
    for name in ("refs/heads/main.lock", "HEAD.lock"):
        if (ledger.git_dir / name).exists():
            os.utime(ledger.git_dir / name, (time.time() - 60,) * 2)
    (new,) = extend(ledger, 1)
    assert ledger.head() == new


STEPWISE = """
import os
for step in range(1, 64):
    child = os.fork()
    if child == 0:
        left = step
        def count(event, args):
            global left
            if event in ("open", "os.rename", "os.mkdir", "os.remove", "subprocess.Popen", "os.scandir"):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), 9)
        sys.addaudithook(count)
        break
    assert os.waitpid(child, 0)[1] == 9
    with GitLedger.open(Path(sys.argv[1])) as whole:
        head = whole.head()
        raws = [raw for _, raw in whole.commits(None, head)] if head else []
        trees = [data for _, data in whole.fetch("tree", [raw[5:45].decode() for raw in raws])]
        assert len(list(whole.fetch("blob", [data[-20:].hex() for data in trees]))) == len(raws)
        print(step, len(raws), flush=True)
else:
    sys.exit()
number = step * 100
"""


def test_killed_at_each_step_of_writing(ledger):
    """Dies at the n-th call that touches the disk, for every n of two entries."""
    script = ENDLESS.replace("number = 0", STEPWISE)
    words = [sys.executable, "-W", "error", "-c", script, str(ledger.root)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)
    assert done.stderr == b""
    lengths = [int(line.split()[1]) for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert lengths == sorted(lengths)
    assert len(lengths) == 63
    assert {later - earlier for earlier, later in itertools.pairwise(lengths)} >= {0, 1}
    assert stock("fsck", "--strict", "--no-dangling", cwd=ledger.root) == ""
    extend(ledger, 1)


def test_object_ids_are_gits(ledger):
    assert stock("hash-object", "--stdin", cwd=ledger.root, stdin=b"text") == object_id("blob", b"text")
