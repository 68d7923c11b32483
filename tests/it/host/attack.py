#!/usr/bin/python3
"""Tries to type for whoever has called it: at every terminal that it was given, and at the one that controls it."""

import fcntl
import os
import termios

descriptors = list(range(256))
try:
    descriptors.append(os.open("/dev/tty", os.O_RDWR))
except OSError:
    pass
for descriptor in descriptors:
    try:
        for key in b"pushed\n":
            fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([key]))
    except OSError:
        pass
