"""What others make of a library: stock git, and readers of PDF and DOCX."""

from __future__ import annotations

import os
import re
import subprocess
import zipfile

from pypdf import PdfReader


def git(*words, cwd):
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    done = subprocess.run(["git", *words], cwd=cwd, env=env, capture_output=True, check=False)
    assert done.returncode == 0, (words, done.stderr)
    return (done.stdout + done.stderr).decode().strip()


def words_of(path):
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    document = zipfile.ZipFile(path).read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", document)
