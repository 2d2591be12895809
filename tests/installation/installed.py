"""An installation as a stranger has it: the command, a data folder, an empty home, and real processes to look at."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx

from environment import inherited_environment
from models import clock
from models.driver import driver

_REPOSITORY: Final = Path(__file__).parents[2]
_ANLAN: Final = Path(sys.executable).with_name("anlan")
_PATIENCE_SECONDS: Final = 240
# A shell that runs the tests in the background ignores SIGINT, and whatever it starts inherits that. With
# PR_SET_PDEATHSIG the command stops by itself, and what it has started with it, when the tests are killed.
_LAUNCH: Final = """
import ctypes, os, resource, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))
largest = int(sys.argv[1])
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
os.execv(sys.argv[2], sys.argv[2:])
"""
_MODULES: Final = {
    "console": "deployments.console_server",
    "worker": "deployments.working",
    "clock": "deployments.alarm_clock",
    "engine": "deployments.engine_child",
}
_LISTENING: Final = "0A"

READY: Final = "按 Ctrl-C 停止全部。"


def eventually(look: Callable[[], Any], otherwise: Callable[[], str] = lambda: "") -> Any:
    """Return the first truthy answer; fail with what `otherwise` says when there is none for four minutes."""
    deadline = clock.ticks() + _PATIENCE_SECONDS
    pace = threading.Event()
    while not (answer := look()):
        if clock.ticks() > deadline:
            raise AssertionError(f"waited in vain. {otherwise()}")
        pace.wait(0.05)
    return answer


def free_port() -> int:
    """Return a port that nobody holds at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether somebody could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that was printed."""
        return json.loads(self.out)


@dataclass
class Installation:
    """One data folder with its ports; `begin` starts it, `destroy` leaves nothing of it running."""

    root: Path
    console_port: int = field(default_factory=free_port)
    engine_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        for folder in (self.home, self.elsewhere):
            folder.mkdir(parents=True)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def home(self) -> Path:
        """The home folder of whoever starts it; nothing may be written there."""
        return self.root / "home"

    @property
    def elsewhere(self) -> Path:
        """The folder in which the command is typed; nothing may be written there either."""
        return self.root / "elsewhere"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"

    @property
    def database(self) -> Path:
        return self.data / "anlan.db"

    # --- commands ----------------------------------------------------------------------------

    def anlan(self, *words: str, largest_file: int = 0, within: tuple[str, ...] = (), **variables: str) -> Answer:
        """Run a command to its end; `largest_file` is all the disk that a file may take, `within` what starts it."""
        ended = subprocess.run(
            [*within, *self._command(*words, largest_file=largest_file)],
            cwd=self.elsewhere,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)

    def begin(self) -> Self:
        """Start `anlan up` in a process group of its own and return at once."""
        with (self.root / "said").open("wb") as said:
            self.process = subprocess.Popen(
                self._command("up"),
                cwd=self.elsewhere,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def start(self) -> Self:
        """Start `anlan up` and return once it says that everything runs."""
        self.begin()
        process = self._running
        eventually(lambda: READY in self.said or process.poll() is not None, lambda: self._story)
        assert process.poll() is None, self._story
        return self

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal to the process group of `anlan up`, as a terminal does, and return its exit code."""
        os.killpg(self._running.pid, number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end of `anlan up` and return its exit code."""
        return self._running.wait(_PATIENCE_SECONDS)

    def destroy(self) -> None:
        """End whatever still runs, by force where a request is not enough."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.send_signal(signal.SIGCONT)
                self.process.send_signal(signal.SIGINT)
                self.process.wait(40)
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    @property
    def said(self) -> str:
        """Everything that `anlan up` has printed since it was started."""
        return (self.root / "said").read_text("utf-8")

    # --- processes ---------------------------------------------------------------------------

    def pids(self) -> list[int]:
        """Return every process that works on this data folder, whoever its parent is now."""
        mark = os.fsencode(f"{self.root}/")
        return [pid for pid in _all_pids() if mark in _facts(pid, "environ") + _facts(pid, "cmdline")]

    def pid_of(self, child: str) -> int | None:
        """Return the process of one child, None while there is none."""
        module = _MODULES[child].encode()
        return next((pid for pid in self.pids() if module in _facts(pid, "cmdline").split(b"\0")), None)

    def memory_kib(self) -> dict[int, int]:
        """Return the proportional set size of every process."""
        found = {}
        for pid in self.pids():
            match = re.search(rb"^Pss: +(\d+) kB$", _facts(pid, "smaps_rollup"), re.MULTILINE)
            found[pid] = int(match[1]) if match else 0
        return found

    def sockets(self, *, listening: bool) -> set[tuple[str, int]]:
        """Return the remote ends of connections, or the addresses listened on, of all processes."""
        found = set()
        for pid in self.pids():
            inodes = _socket_inodes(pid)
            for table in ("net/tcp", "net/tcp6"):
                for line in _facts(pid, table).decode().splitlines()[1:]:
                    _, local, remote, state, *rest = line.split()
                    if rest[5] in inodes and (state == _LISTENING) is listening:
                        found.add(_endpoint(local if listening else remote))
        return found

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let the supervisor see nothing for a while."""
        self._running.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._running.send_signal(signal.SIGCONT)

    # --- what it knows -----------------------------------------------------------------------

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the ledger's database holds, read as nobody who could write."""
        with contextlib.closing(driver.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return list(connection.execute(sql, values))

    @property
    def cases(self) -> int:
        """How many hazards the ledger holds."""
        return int(self.rows("SELECT count(*) FROM cases WHERE kind = 'hazard'")[0][0])

    def ledger_holds(self) -> bool:
        """Tell what `anlan ledger verify` says."""
        answer = self.anlan("ledger", "verify", "--json")
        assert answer.code == 0, answer
        return bool(answer.document["holds"])

    def owed(self, number: str) -> list[str]:
        """Return what the world is still owed for a case: stories to tell, effects to perform, notices to send."""
        return [
            row[0]
            for row in self.rows(
                """
                SELECT 'wake' FROM wakes JOIN cases ON cases.id = wakes.case_id WHERE cases.number = ?1
                UNION ALL SELECT effects.name FROM effects JOIN cases ON cases.id = effects.case_id
                    WHERE cases.number = ?1 AND effects.status = 'owed'
                UNION ALL SELECT 'notice' FROM notices JOIN cases ON cases.id = notices.case_id
                    WHERE cases.number = ?1 AND notices.status IN ('queued', 'claimed', 'again')
                """,
                number,
            )
        ]

    def settle(self, number: str) -> None:
        """Wait until nothing is owed for a case any more."""
        eventually(lambda: not self.owed(number), lambda: f"{number} still owes {self.owed(number)}. {self._story}")

    @property
    def is_answering(self) -> bool:
        """Tell whether the console says that it is well."""
        try:
            return httpx.get(f"{self.address}/health", timeout=10, trust_env=False).is_success
        except httpx.TransportError:
            return False

    # --- the engine --------------------------------------------------------------------------

    @contextlib.contextmanager
    def engine(self, *, signed_in: bool = True, with_token: bool = True) -> Iterator[httpx.Client]:
        """Return a client of Prefect's interface as an administrator has it."""
        secret = (self.data / "run/engine.secret").read_text("utf-8").strip()
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.engine_port}/api",
            auth=("anlan", secret) if signed_in else None,
            timeout=30,
            trust_env=False,
        ) as client:
            if signed_in and with_token:
                # A token is good until the same client asks for another.
                me = uuid.uuid4().hex
                token = client.get("/csrf-token", params={"client": me}).json()["token"]
                client.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": me})
            yield client

    def deployments(self) -> dict[str, Any]:
        """Return what Prefect knows to run, by name."""
        with self.engine() as engine:
            return {found["name"]: found for found in engine.post("/deployments/filter", json={}).json()}

    def runs_of(self, number: str) -> list[dict[str, Any]]:
        """Return Prefect's runs with the tag of a case."""
        wanted = {"flow_runs": {"tags": {"all_": [f"case:{number}"]}}}
        with self.engine() as engine:
            found: list[dict[str, Any]] = engine.post("/flow_runs/filter", json=wanted).json()
            return found

    # --- private -----------------------------------------------------------------------------

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None
        return self.process

    @property
    def _environment(self) -> Mapping[str, str]:
        """What a stranger's shell holds, with a Prefect of their own that this one must not take for itself."""
        return {
            "PATH": inherited_environment()["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(_REPOSITORY),
            "ANLAN_CONSOLE_PORT": str(self.console_port),
            "ANLAN_ENGINE_PORT": str(self.engine_port),
            "PREFECT_API_URL": "http://127.0.0.1:9/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "true",
            "PREFECT_SERVER_API_HOST": "0.0.0.0",  # noqa: S104 - must be ignored
        }

    def _command(self, *words: str, largest_file: int = 0) -> list[str]:
        data = ("--data", str(self.data))
        return [sys.executable, "-c", _LAUNCH, str(largest_file), str(_ANLAN), *words, *data]

    @property
    def _story(self) -> str:
        """What is known when something did not happen."""
        logs = [*(self.data / "logs").glob("*.log"), self.data / "prefect/server.log"]
        ends = [f"--- {log.name}\n{log.read_text('utf-8', errors='replace')[-1500:]}" for log in logs if log.exists()]
        return "\n".join([self.said[-3000:], *ends])


def copy_of(data: Path, root: Path) -> Installation:
    """Return an installation whose data folder is a copy of one that was stopped."""
    installation = Installation(root)
    shutil.copytree(data, installation.data)
    return installation


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and not _is_zombie(entry)]


def _is_zombie(entry: Path) -> bool:
    # The state stands behind the name, which is in brackets and may hold anything.
    return _facts(int(entry.name), "stat").rpartition(b") ")[2][:1] in {b"Z", b""}


def _facts(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _socket_inodes(pid: int) -> set[str]:
    found = set()
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                kind, _, inode = str(entry.readlink()).partition(":")
                if kind == "socket":
                    found.add(inode.strip("[]"))
    return found


def _endpoint(written: str) -> tuple[str, int]:
    """Return an address as `/proc/net/tcp` writes it: words of four bytes in the machine's order, then the port."""
    address, _, port = written.partition(":")
    words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return socket.inet_ntop(family, b"".join(words)), int(port, 16)
