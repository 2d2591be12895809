"""This process 本进程: a name that no other process has, on this machine or on any other that shares the data folder.

Process numbers repeat: two machines, or two containers, easily have the same one at the same time.
"""

from __future__ import annotations

import os
import re
import secrets
import socket

_MARK = secrets.token_hex(3)
_NOT_PLAIN = re.compile("[^A-Za-z0-9-]+")


def host_name() -> str:
    """Return this machine's name, fit for the name of a file."""
    return _NOT_PLAIN.sub("-", socket.gethostname()).strip("-") or "host"


def process_name() -> str:
    """Return the name of this process: its machine, its number, and a mark made when it started; without spaces."""
    return f"{host_name()}-{os.getpid()}-{_MARK}"
