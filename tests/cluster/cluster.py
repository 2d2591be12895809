"""The cluster: databases, proxy, two engine servers with one set of background services, workers, clocks, consoles.

Everything of Debian's packages and of this project, each on a host of its own.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from environment import inherited_environment
from tests.cluster.inside import Lookout
from tests.cluster.network import Host
from tests.cluster.services import Keeper, Service

ROOT = Path(__file__).resolve().parents[2]
_LOGIN = ("anlan", "only-in-the-cluster-test")
_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
HOSTS = (
    "db", "redis", "proxy", "engine1", "engine2", "services", "worker1", "worker2", "worker3", "worker4", "clock1",
    "clock2", "console1", "console2", "people",
)  # fmt: skip
#: What runs while people act; the workers three and four are for the throughput alone.
STANDING = (
    "db", "redis", "proxy", "engine1", "engine2", "services", "worker1", "worker2", "clock1", "clock2", "console1",
    "console2",
)  # fmt: skip
_NGINX = """
    user root; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log warn; daemon off;
    events {{ worker_connections 512; }}
    http {{
      access_log off; client_max_body_size 25m;
      client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied; fastcgi_temp_path {folder}/f;
      uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
      map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
      upstream consoles {{ least_conn; {consoles} }}
      upstream engines {{ least_conn; {engines} }}
      proxy_http_version 1.1; proxy_connect_timeout 2s; proxy_read_timeout 15s;
      proxy_next_upstream error timeout; proxy_next_upstream_timeout 10s;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
      server {{ listen {address}:8600; location / {{ proxy_pass http://consoles; }} }}
      server {{ listen {address}:8601; location / {{ proxy_pass http://engines; proxy_read_timeout 60s; }} }}
    }}
"""


def lacking() -> str:
    """Return which program this machine lacks, in words; empty when there is nothing."""
    absent = [name for name in ("redis-server", "nginx", "setpriv") if shutil.which(name) is None]
    if not _BINARIES:
        absent.append("postgresql")
    return f"not on this machine: {', '.join(absent)}" if absent else ""


@dataclass
class Cluster:
    """All services of one cluster, in a folder that all hosts share as they would a network file system."""

    folder: Path
    hosts: dict[str, Host]
    keeper: Keeper
    lookout: Lookout
    starts: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def ledger(self) -> str:
        """The ledger's address for whoever stands outside the network, over the server's own socket."""
        return f"postgresql://anlan@/anlan?host={self.folder / 'socket'}"

    @property
    def address(self) -> str:
        """The address that people type in."""
        return f"http://{self.hosts['proxy'].address}:8600"

    def start_database(self) -> None:
        """Make a database and start its server."""
        data, sockets = self.folder / "database", self.folder / "socket"
        for path in (data, sockets):
            path.mkdir()
            shutil.chown(path, "postgres")
        become = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        made = [*become, str(_BINARIES[-1] / "initdb"), "-k", "-A", "trust", "-U", "anlan", "-D", str(data)]
        subprocess.run(made, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, cwd="/")
        host = self.hosts["db"]
        with (data / "pg_hba.conf").open("a", encoding="ascii") as file:
            file.write("host all all 10.77.0.0/24 trust\n")
        words = [
            *become, str(_BINARIES[-1] / "postgres"), "-D", str(data), "-k", str(sockets),
            "-c", f"listen_addresses={host.address}", "-c", "max_connections=300",
        ]  # fmt: skip
        self._add("db", words, Path("/"), self._database_answers)
        self.keeper.until_up("db", seconds=30)
        with psycopg.connect(self.ledger.replace("/anlan?", "/postgres?"), autocommit=True) as server:
            server.execute("CREATE DATABASE anlan")
            server.execute("CREATE DATABASE prefect")

    def start_rest(self) -> None:
        """Start everything else, the first engine before the second: both would make the engine's tables."""
        folder, redis = self.folder, self.hosts["redis"]
        options = ["--bind", redis.address, "--port", "6379", "--save", "", "--protected-mode", "no"]
        self._add("redis", ["redis-server", *options], folder, self._redis_answers)
        self._add("proxy", ["nginx", "-c", str(self._nginx()), "-p", str(folder)], folder, self._proxy_answers)
        self._part("engine1", "engine")
        self.keeper.until_up("engine1", seconds=180)
        for name, part in (
            ("engine2", "engine"), ("services", "engine-services"), ("console1", "console"), ("console2", "console"),
            ("clock1", "clock"), ("clock2", "clock"), ("worker1", "worker"), ("worker2", "worker"),
        ):  # fmt: skip
            self._part(name, part)
        self.keeper.until_up(*STANDING, seconds=240)

    def start_worker(self, name: str) -> None:
        """Start one more worker and wait until it is ready."""
        self._part(name, "worker")
        self.keeper.until_up(name, seconds=120)

    def is_serving(self, host: str, port: int, path: str) -> bool:
        """Tell whether a host answers a question that is asked over the network."""
        address = f"http://{self.hosts[host].address}:{port}{path}"
        try:
            return self.lookout.ask(lambda: httpx.get(address, auth=_LOGIN, timeout=4, trust_env=False).is_success)
        except httpx.HTTPError:
            return False

    # --- private -----------------------------------------------------------------------------

    def _add(self, name: str, words: list[str], folder: Path, is_up: Callable[[], bool]) -> None:
        where = shutil.which(words[0]) or words[0]
        environment = {"PATH": inherited_environment()["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        self.keeper.add(
            Service(name, self.hosts[name], [where, *words[1:]], environment | self._settings(name), folder, is_up, log)
        )

    def _part(self, name: str, part: str) -> None:
        checks = {
            "engine": lambda: self.is_serving(name, 8601, "/api/admin/version"),
            "console": lambda: self.is_serving(name, 8600, "/health"),
        }
        words = [str(Path(sys.executable).parent / "anlan"), "serve", part]
        is_up = checks.get(part) or (lambda: self._is_ready(name, part))
        self._add(name, words, self.folder, is_up)

    def _is_ready(self, name: str, part: str) -> bool:
        service = self.keeper.services[name]
        if not service.lives:
            return False
        if part == "worker":
            return "ready:" in service.said
        return time.monotonic() > service.next_start + 3

    def _settings(self, name: str) -> dict[str, str]:
        db, proxy = self.hosts["db"].address, self.hosts["proxy"].address
        return {
            "ANLAN_DATA_FOLDER": str(self.folder / "data"),
            "ANLAN_DATABASE_URL": f"postgresql://anlan@{db}/anlan",
            "ANLAN_ENGINE_DATABASE_URL": f"postgresql://anlan@{db}/prefect",
            "ANLAN_ENGINE_MESSAGES": f"redis://{self.hosts['redis'].address}:6379/0",
            "ANLAN_ENGINE_HOST": self.hosts[name].address,
            "ANLAN_ENGINE_URL": f"http://{proxy}:8601",
            "ANLAN_ENGINE_LOGIN": ":".join(_LOGIN),
            "ANLAN_CONSOLE_HOST": self.hosts[name].address,
            "ANLAN_PUBLIC_ADDRESS": self.address,
            "ANLAN_TRUSTED_PROXIES": f'["{proxy}"]',
        }

    def _nginx(self) -> Path:
        def servers(names: tuple[str, str], port: int) -> str:
            return " ".join(f"server {self.hosts[name].address}:{port} max_fails=1 fail_timeout=3s;" for name in names)

        path = self.folder / "nginx.conf"
        words = _NGINX.format(
            folder=self.folder, address=self.hosts["proxy"].address,
            consoles=servers(("console1", "console2"), 8600), engines=servers(("engine1", "engine2"), 8601),
        )  # fmt: skip
        path.write_text(textwrap.dedent(words), "utf-8")
        return path

    def _database_answers(self) -> bool:
        try:
            with psycopg.connect(self.ledger.replace("/anlan?", "/postgres?"), connect_timeout=3) as server:
                server.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _redis_answers(self) -> bool:
        return self._listens("redis", 6379, b"PING\r\n", b"+PONG")

    def _proxy_answers(self) -> bool:
        return self._listens("proxy", 8600, b"GET /health HTTP/1.0\r\nHost: proxy\r\n\r\n", b"HTTP/1.1")

    def _listens(self, host: str, port: int, said: bytes, answered: bytes) -> bool:
        def ask() -> bool:
            with socket.create_connection((self.hosts[host].address, port), timeout=4) as there:
                there.sendall(said)
                return there.recv(64).startswith(answered)

        try:
            return self.lookout.ask(ask)
        except OSError:
            return False
