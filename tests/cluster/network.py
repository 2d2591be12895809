"""Hosts as network namespaces on one switch: what passes between them can be cut, and nothing leaves this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SUBNET = "10.77.0"


def lacking() -> str:
    """Return what this machine lacks for a network of our own, in words; empty when there is nothing."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    if shutil.which("ip") is None:
        return "no `ip` (iproute2) on this machine"
    name = f"al{os.getpid()}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if made.returncode:
        return f"network namespaces are not permitted here: {made.stderr.decode().strip()}"
    _ip("netns", "delete", name)
    return ""


@dataclass(frozen=True)
class Host:
    """One namespace with one cable to the switch."""

    name: str
    namespace: str
    address: str
    switch: str
    port: str

    def command(self, *words: str) -> list[str]:
        """Return what runs a command on this host; it takes the place of the process that starts it."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def cut(self) -> None:
        """Pull the cable at the switch: what is under way is lost, and neither side is told."""
        _ip("-n", self.switch, "link", "set", self.port, "down")

    def mend(self) -> None:
        """Plug the cable in again."""
        _ip("-n", self.switch, "link", "set", self.port, "up")


@contextlib.contextmanager
def network(names: Sequence[str]) -> Iterator[dict[str, Host]]:
    """Build a switch with hosts on it and take all of it away at the end."""
    mark = f"al{os.getpid()}"
    switch = f"{mark}-switch"
    made: list[str] = []
    try:
        _ip("netns", "add", switch)
        made.append(switch)
        _ip("-n", switch, "link", "add", "br0", "type", "bridge", "forward_delay", "0")
        _ip("-n", switch, "link", "set", "br0", "up")
        hosts: dict[str, Host] = {}
        for number, name in enumerate(names):
            host = Host(name, f"{mark}-{name}", f"{_SUBNET}.{10 + number}", switch, f"p{number}")
            _ip("netns", "add", host.namespace)
            made.append(host.namespace)
            _plug(host)
            hosts[name] = host
        yield hosts
    finally:
        for name in reversed(made):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


def _plug(host: Host) -> None:
    _ip("-n", host.switch, "link", "add", host.port, "type", "veth", "peer", "name", "eth0", "netns", host.namespace)
    _ip("-n", host.switch, "link", "set", host.port, "master", "br0", "up")
    _ip("-n", host.namespace, "addr", "add", f"{host.address}/24", "dev", "eth0")
    _ip("-n", host.namespace, "link", "set", "eth0", "up")
    _ip("-n", host.namespace, "link", "set", "lo", "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
