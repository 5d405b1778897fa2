"""docctl's command line without the start of a Python: one process loads everything, and forks a child for each command.

The child has the caller's words, folder, environment and files 0 to 2, and its exit status is the caller's. What stays out is
what a Python does before it has read a line of docctl: for that, some commands of every run are started as people start them.

`program` puts a `docctl` into a folder, to be called from a shell or a script like the real one.
"""

from __future__ import annotations

import array
import contextlib
import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent

# Without anything of the site: its start is a tenth of docctl's.
CALLER = """#!{python} -IS
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({place!r})
said = [os.getcwd(), str(len(sys.argv) - 1), *sys.argv[1:], *(f"{{name}}={{value}}" for name, value in os.environ.items())]
message = b"\\0".join(map(os.fsencode, said))
socket.send_fds(server, [len(message).to_bytes(4, "big")], [0, 1, 2])
server.sendall(message)
answer = server.recv(4)
status = int.from_bytes(answer, "big", signed=True) if answer else 99
if status < 0:
    os.kill(os.getpid(), -status)
sys.exit(status)
"""


@contextlib.contextmanager
def served() -> Iterator[Path]:
    """The server, from when it answers until the block ends; where it listens."""
    # Not below a test's folder: the name of a socket has a hundred characters at most.
    folder = Path(tempfile.mkdtemp(prefix="forked-"))
    place = folder / "socket"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(TOP),
        "PYTHONWARNINGS": "error",
    }
    process = subprocess.Popen([sys.executable, __file__, place], env=environment, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not place.exists():
            assert process.poll() is None and time.monotonic() < deadline, "the forking server does not start"
            time.sleep(0.02)
        yield place
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def program(folder: Path, place: Path) -> Path:
    """A `docctl` in the folder that asks the server."""
    path = folder / "docctl"
    path.write_text(CALLER.format(python=sys.executable, place=str(place)), "utf-8")
    path.chmod(0o755)
    return path


def real_program(folder: Path) -> Path:
    """A `docctl` in the folder as it is installed: a new Python for each command."""
    path = folder / "docctl"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m docctl "$@"\n', "utf-8")
    path.chmod(0o755)
    return path


# -- the server --------------------------------------------------------------------------------------------------------


def serve(place: Path) -> None:
    """Answer until ended. Single-threaded throughout, or a child could find a lock held by nobody."""
    _load()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{place}.new")
    listener.listen(64)
    Path(f"{place}.new").rename(place)
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    while True:
        for ready, _ in waiting.select():
            if ready.data is None:
                caller = listener.accept()[0]
                child = os.fork()
                if child == 0:
                    listener.close()
                    _child(caller)
                waiting.register(os.pidfd_open(child), selectors.EVENT_READ, (child, caller))
            else:
                child, caller = ready.data
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                with contextlib.suppress(OSError), caller:
                    caller.sendall(status.to_bytes(4, "big", signed=True))
                waiting.unregister(ready.fileobj)
                os.close(ready.fd)


def _load() -> None:
    import gc
    import importlib
    import pkgutil

    import docctl

    for found in pkgutil.walk_packages(docctl.__path__, "docctl."):
        if not found.name.startswith("docctl.starter"):
            importlib.import_module(found.name)
    for name in ("docx", "fontpkg_arimo", "git", "pypdf", "segno", "typst", "pyhanko.sign", "rfc3161_client"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    assert len(list(Path("/proc/self/task").iterdir())) == 1


def _child(caller: socket.socket) -> None:
    status = 99
    try:
        status = _run(caller)
    except BaseException:
        # As an interpreter would: a trace, and status 1.
        import traceback

        traceback.print_exc()
        status = 1
    finally:
        import atexit

        atexit._run_exitfuncs()
        sys.stdout.flush()
        os._exit(status)


def _run(caller: socket.socket) -> int:
    head, ancillary, _, _ = caller.recvmsg(4, socket.CMSG_SPACE(3 * array.array("i").itemsize))
    files = array.array("i", ancillary[0][2])
    message = b""
    while len(message) < int.from_bytes(head, "big"):
        message += caller.recv(65536)
    caller.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    # What files 0 to 2 were is remembered by the old ones: whether they can be wound back, for instance.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    folder, count, *rest = map(os.fsdecode, message.split(b"\0"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(one.split("=", 1) for one in rest[int(count) :])
    time.tzset()
    sys.argv = ["docctl", *rest[: int(count)]]
    from docctl.__main__ import main

    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
