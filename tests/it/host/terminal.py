"""Sits at a terminal: runs what a JSON text on standard input says, and prints what is seen and how it ends.

Each entry has `run` (words), and `keys`: pairs of a text that is waited for, which may be empty, and what is done then. That is
typed, but for `CLOSE`, which closes the terminal, and `SIZE ROWS COLUMNS`, which changes its size.
"""

import errno
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios

# Nobody waits so long for something that comes.
LIMIT_SECONDS = 200


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(terminal, seen):
    if not select.select([terminal], [], [], LIMIT_SECONDS)[0]:
        sys.exit(f"nothing more came after {seen!r}")
    try:
        return os.read(terminal, 4096)
    except OSError as error:
        if error.errno == errno.EIO:
            return b""
        raise


def sit(words, keys):
    start, started = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.read(start, 1)
        os.execvp(words[0], words)
    set_size(terminal, 24, 80)
    os.write(started, b"x")
    os.close(start)
    os.close(started)
    seen = b""
    # Only what came since the last time is looked at.
    looked = 0
    closed = False
    for text, action in keys:
        while text.encode() not in seen[looked:]:
            more = read(terminal, seen)
            if not more:
                sys.exit(f"no {text!r} came, but {seen!r}")
            seen += more
        looked = len(seen)
        if action == "CLOSE":
            os.close(terminal)
            closed = True
        elif action.startswith("SIZE "):
            set_size(terminal, *map(int, action.split()[1:]))
        else:
            os.write(terminal, action.encode())
    while not closed:
        more = read(terminal, seen)
        if not more:
            break
        seen += more
    status = os.waitpid(pid, 0)[1]
    return [seen.decode().replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)]


print(json.dumps([sit(one["run"], one["keys"]) for one in json.load(sys.stdin)]))
