"""Who sends: an office with forged entries ready, and people at their computers."""

from __future__ import annotations

import shutil

from click.testing import CliRunner
from doors.realoffice import House, build, candidate, copy_of, force, store
from serving import git

from docctl.cli import docctl
from docctl.core.events import Commented
from docctl.library import clock, deciding
from docctl.library.book import Draft


class Office:
    """A library with one text in force and one submitted, its people's keys, and a forger's copy of it.

    Attributes:
        forged: What the forger can send: name, the code that must come back and the number of its entry.
    """

    def __init__(self, place):
        self.place = place
        build(place)
        house = copy_of(place, place / "first")
        library = house.open()
        house.publish(library, "POL-07")
        house.submit(library, "PRO-01", "dan")
        self.entries = library.entries
        house.close()
        self.house = house
        self.anchor = place / "anchor.txt"
        self.forged = {}
        self._forge()

    def key(self, name):
        return self.place / "keys" / name

    def copy(self, place):
        """The library as it began, in a folder of its own."""
        shutil.copytree(self.house.root, place)
        return place

    def _forge(self):
        forger = House(self.place / "forger", self.place)
        self.copy(forger.root)
        library, count = forger.open(), self.entries
        dan, head = forger.key("dan"), library.book.ledger.head()
        latest = library.document("POL-07").latest
        remark = Draft("POL-07", Commented(publication=latest.entry), "A remark")
        approve = deciding.approve("PRO-01", forger.key("bob").key, revision=None, comment="", behalf=None, body=None)
        own = candidate(library, dan, approve(library.book.state))
        made = {
            "own approval": (own, "author-approves", count),
            "rewritten": (candidate(library, dan, remark, parent=parent(library)), "not-linear", count),
            "from the future": (candidate(library, dan, remark, at=clock.now() + 3600), "admission-ahead", count),
        }
        for name, (raw, code, entry) in made.items():
            self._name(forger.root, name, store(forger.root, "commit", raw), code, entry)
        tree = "main^{tree}"
        unsigned = git("commit-tree", "-p", head, "-m", "x", tree, cwd=forger.root).stdout.strip()
        merged = git("commit-tree", "-p", head, "-p", unsigned, "-m", "x", tree, cwd=forger.root).stdout.strip()
        self._name(forger.root, "unsigned", unsigned, "signature-missing", count)
        self._name(forger.root, "merged", merged, "not-linear", count)
        self._name(forger.root, "rolled back", parent(library), "not-linear", count)
        force(library, own)
        last = force(library, candidate(library, dan, remark, sequence=3))
        self._name(forger.root, "two at once", last, "sequence-wrong", count + 1)
        forger.close()
        git("update-ref", "refs/heads/main", head, cwd=forger.root)
        self.forger = forger.root

    def _name(self, root, name, commit, code, entry):
        git("update-ref", f"refs/forged/{name.replace(' ', '-')}", commit, cwd=root)
        self.forged[name] = (code, entry)


def parent(library):
    return git("rev-parse", "main~1", cwd=library.root).stdout.strip()


class Person:
    """Somebody at a computer: a home of their own, and docctl."""

    def __init__(self, place, served, key):
        self.home, self.key, self.served = place / "home", key, served

    def docctl(self, *words, status=0):
        env = {
            **self.served.env,
            "DOCCTL_HOME": str(self.home),
            "DOCCTL_LANG": "en",
            "DOCCTL_LIBRARY": "",
            "DOCCTL_KEY": "",
        }
        line = ["--key", str(self.key), *map(str, words)]
        done = CliRunner().invoke(docctl, line, env=env, prog_name="docctl")
        assert done.exit_code == status, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr
