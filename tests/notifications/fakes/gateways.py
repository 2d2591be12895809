"""Strict fakes of the platforms that carry messages: real servers on this machine, and what their readers see.

Each checks what its platform documents: paths, keys, signatures, sizes in bytes, fields, how many a minute. What a
platform would refuse it refuses by a code below HTTP 200, as they do. What no program of ours may ever do it notes as
a fault, and `close` fails on any fault and on any message that was not expected or not read: a message without its
number, the same number twice without the mark of a repeat, an unknown field.

A gateway that lies (says ok and shows nothing) cannot be detected by anybody who sends; hence only a reader's 「收到」
counts as reached. Other folders load this file by its path, as they load conftest files. By hand:

    python tests/notifications/fakes/gateways.py
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

NUMBER = re.compile(r"T\d{8}")
PART = re.compile(r"（(\d+)/(\d+)）")
REPEAT = ("【重发】", "[REPEAT] ")


class Kind(StrEnum):
    """How the next request is answered."""

    WELL = "well"
    CODE = "code"
    SLOW = "slow"
    DUPLICATING = "duplicating"
    LYING = "lying"
    CUT = "cut"
    SILENT_CLOSE = "silent_close"
    DRIP = "drip"
    HUGE = "huge"
    HUGE_HEAD = "huge_head"
    REDIRECT = "redirect"
    RAW = "raw"


_ARRIVES = frozenset({Kind.WELL, Kind.SLOW, Kind.DUPLICATING, Kind.CUT, Kind.SILENT_CLOSE, Kind.DRIP, Kind.HUGE})


@dataclass(frozen=True)
class Answer:
    """One answer that is no ordinary one: `code` goes with CODE, `body` with RAW, `location` with REDIRECT."""

    kind: Kind
    code: int | str = 0
    status: int = 200
    body: bytes = b""
    location: str = ""
    head: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    head: dict[str, str]
    body: bytes
    content: dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One message as its readers see it: where, what, and who is called out."""

    where: str
    text: str
    calls: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Return the number of the notice, empty where there is none."""
        found = NUMBER.search(self.text)
        return found[0] if found else ""

    @property
    def part(self) -> str:
        """Return which part of how many, empty for a message of one."""
        found = PART.search(self.text)
        return found[0] if found else ""

    @property
    def is_repeat(self) -> bool:
        """Tell whether it says so."""
        return any(mark in self.text for mark in REPEAT)


@dataclass
class Gateway:
    """What all have in common: a server, the answers that wait, what was heard and what was shown.

    `second` is the fake's clock; tests move it. `expected` are numbers that must have been shown when it closes.
    """

    path: ClassVar[str] = ""
    second: float = 1_790_000_000.0
    most_seconds_off: float = 3600
    most_a_minute: float = 20
    heard: list[Heard] = field(default_factory=list)
    inbox: list[Shown] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    expected: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    waiting: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    on_shown: Callable[[Shown], None] | None = None
    _instants: dict[str, list[float]] = field(default_factory=dict)
    _ever: set[tuple[str, str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(poll_interval=0.01), daemon=True)
        self._thread.start()
        self._open = True

    @property
    def origin(self) -> str:
        """Return where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    def will(self, kind: Kind, **how: Any) -> None:
        """Answer the next request so; several calls are for several requests in turn."""
        self.answers.append(Answer(kind, **how))

    def expect(self, *numbers: str) -> None:
        """Say that a message with each of these numbers must be shown, once for each time it is named."""
        self.expected.update(numbers)

    def read(self) -> list[Shown]:
        """Return what was shown since the last time; what is read was meant to come."""
        with self._lock:
            found, self.inbox = self.inbox, []
        return found

    def die(self) -> None:
        """Stop listening: the next connection is refused."""
        if self._open:
            self._open = False
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def close(self) -> None:
        """Stop, and fail on every fault and every message that is missing or was not expected."""
        self.die()
        shown = Counter(message.number for message in self.inbox)
        assert self.faults == [], self.faults
        assert shown == self.expected, f"shown {dict(shown)}, expected {dict(self.expected)}"

    # --- what a request comes to -----------------------------------------------------------------

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        """Return the platform's answer and what its readers see."""
        raise NotImplementedError

    def refusal(self, code: int | str) -> dict[str, Any]:
        """Return the platform's answer for a code."""
        return {"errcode": code, "errmsg": f"refused, hint: s3cret-canary {code}"}

    def take(self, heard: Heard, answer: Answer) -> dict[str, Any]:
        """Take one request and show it where the answer's kind lets it arrive."""
        with self._lock:
            self.heard.append(heard)
            said, shown = self.receive(heard)
            if answer.kind is Kind.CODE:
                return self.refusal(answer.code)
            if shown is not None and answer.kind in _ARRIVES:
                self._check(shown)
                for _ in range(2 if answer.kind is Kind.DUPLICATING else 1):
                    self.inbox.append(shown)
                    if self.on_shown:
                        self.on_shown(shown)
            return said

    def fault(self, what: str) -> None:
        """Note what no program of ours may do."""
        self.faults.append(what)

    def fields(self, where: str, found: Any, *, needed: set[str], allowed: set[str] = frozenset()) -> bool:
        """Tell whether an object has the fields it must have and no other."""
        names = set(found) if isinstance(found, dict) else set()
        if not isinstance(found, dict) or needed - names or names - needed - allowed:
            self.fault(f"{where}: fields {sorted(names)}")
            return False
        return True

    def called(self, users: Iterable[str], mobiles: Iterable[str]) -> tuple[str, ...]:
        """Return who is called out; a mobile among the users calls out nobody, and the other way round."""
        found = [(who, True) for who in mobiles] + [(who, False) for who in users]
        for who, is_mobile in found:
            if bool(re.fullmatch(r"1[3-9]\d{9}", who)) is not is_mobile:
                self.fault(f"{who} in the wrong list")
        return tuple(who for who, _ in found)

    def is_too_often(self, bot: str) -> bool:
        """Count one message of a bot in the minute that ends now; tell whether it is one too many."""
        instants = self._instants.setdefault(bot, [])
        instants[:] = [at for at in instants if self.second - at < 60]
        if len(instants) >= self.most_a_minute:
            return True
        instants.append(self.second)
        return False

    def _check(self, shown: Shown) -> None:
        key = (shown.where, shown.number, shown.part)
        if not shown.number:
            self.fault(f"a message without its number: {shown.text[:40]}")
        if key in self._ever and not shown.is_repeat:
            self.fault(f"{shown.number}{shown.part} again and not marked as a repeat")
        self._ever.add(key)


# --- WeCom groups --------------------------------------------------------------------------------


@dataclass
class WecomGroups(Gateway):
    """Group bots of WeCom: `keys` of groups."""

    path: ClassVar[str] = "/cgi-bin/webhook/send"
    keys: dict[str, str] = field(default_factory=lambda: {"wecom-canary-key": "阳明堡镇"})

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        group = self.keys.get(heard.query.get("key", ""))
        if set(heard.query) != {"key"} or group is None:
            return self.refusal(93000), None
        text = heard.content.get("text")
        if not self.fields("body", heard.content, needed={"msgtype", "text"}) or not self.fields(
            "text", text, needed={"content"}, allowed={"mentioned_list", "mentioned_mobile_list"}
        ):
            return self.refusal(40008), None
        if len(text["content"].encode()) > 2048:
            self.fault(f"text of {len(text['content'].encode())} bytes")
            return self.refusal(45002), None
        if self.is_too_often(group):
            return self.refusal(45009), None
        calls = self.called(text.get("mentioned_list", ()), text.get("mentioned_mobile_list", ()))
        return {"errcode": 0, "errmsg": "ok"}, Shown(group, text["content"], calls)


# --- WeCom members -------------------------------------------------------------------------------


@dataclass
class WecomMembers(Gateway):
    """Messages of a corporation's app to its members; tokens last until `expire`."""

    path: ClassVar[str] = "/cgi-bin/message/send"
    members: set[str] = field(default_factory=lambda: {"zhangwei", "lina"})
    token: str = "token-canary-1"
    tokens_given: int = 0
    token_answers: deque[Answer] = field(default_factory=deque)
    _seen: dict[str, float] = field(default_factory=dict)

    def expire(self) -> None:
        """End the token that was given last."""
        self.token = f"token-canary-{self.tokens_given + 1}"

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        if heard.query.get("access_token") != self.token:
            return self.refusal(42001), None
        needed = {"touser", "msgtype", "agentid", "text", "safe", "enable_duplicate_check", "duplicate_check_interval"}
        if not self.fields("body", heard.content, needed=needed) or not self.fields(
            "text", heard.content["text"], needed={"content"}
        ):
            return self.refusal(40058), None
        if len(heard.content["text"]["content"].encode()) > 2048:
            self.fault("text of more than 2048 bytes")
        if "|" in heard.content["touser"] or heard.content["touser"] == "@all":
            self.fault("more than one person")
        if heard.content["enable_duplicate_check"] != 1 or not 0 < heard.content["duplicate_check_interval"] <= 14_400:
            self.fault("repeats are not dropped")
        return self._sent(heard)

    def _sent(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        said = {"errcode": 0, "errmsg": "ok", "msgid": f"MSG{len(self.heard)}"}
        person = heard.content["touser"]
        if person not in self.members:
            return said | {"invaliduser": person.lower()}, None
        same = heard.body.decode()
        if self.second - self._seen.get(same, float("-inf")) < heard.content["duplicate_check_interval"]:
            return said, None
        self._seen[same] = self.second
        return said, Shown(person, heard.content["text"]["content"])

    def give_token(self, heard: Heard) -> dict[str, Any]:
        """Return a token where corporation and secret are right."""
        if heard.query != {"corpid": "ww-county", "corpsecret": "app-canary-secret"}:
            return self.refusal(40001)
        self.tokens_given += 1
        return {"errcode": 0, "errmsg": "ok", "access_token": self.token, "expires_in": 7200}


# --- DingTalk ------------------------------------------------------------------------------------


@dataclass
class DingtalkGroups(Gateway):
    """Group bots of DingTalk: token, group and secret of each; too many a minute silence a bot for ten."""

    path: ClassVar[str] = "/robot/send"
    bots: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"ding-canary-token": ("峪口镇", "SEC-canary-secret")}
    )
    silent_until: dict[str, float] = field(default_factory=dict)

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        group, secret = self.bots.get(heard.query.get("access_token", ""), ("", ""))
        if not group:
            return self.refusal(300005), None
        if not self._is_signed(heard, secret):
            return self.refusal(310000), None
        if len(heard.body) > 20_000:
            self.fault(f"body of {len(heard.body)} bytes")
            return self.refusal(460101), None
        content = heard.content
        if not self.fields("body", content, needed={"msgtype", "text"}, allowed={"at"}) or not self.fields(
            "text", content["text"], needed={"content"}
        ):
            return self.refusal(40035), None
        if self.second < self.silent_until.get(group, 0) or self.is_too_often(group):
            self.silent_until[group] = max(self.silent_until.get(group, 0), self.second + 600)
            return self.refusal(130101), None
        at = content.get("at", {})
        calls = self.called(at.get("atUserIds", ()), at.get("atMobiles", ()))
        if at.get("isAtAll"):
            self.fault("everybody is called out")
        return {"errcode": 0, "errmsg": "ok"}, Shown(group, content["text"]["content"], calls)

    def _is_signed(self, heard: Heard, secret: str) -> bool:
        stamp = heard.query.get("timestamp", "")
        if set(heard.query) != {"access_token", "timestamp", "sign"} or not stamp.isdecimal():
            return not secret and set(heard.query) == {"access_token"}
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        is_near = abs(int(stamp) / 1000 - self.second) <= self.most_seconds_off
        return is_near and heard.query["sign"] == base64.b64encode(digest).decode()


# --- Feishu --------------------------------------------------------------------------------------


@dataclass
class FeishuGroups(Gateway):
    """Group bots of Feishu: token, group and secret of each."""

    path: ClassVar[str] = "/open-apis/bot/v2/hook/"
    bots: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"feishu-canary-token": ("聂营镇", "feishu-canary-secret")}
    )
    old_answers: bool = False

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        group, secret = self.bots.get(heard.path.removeprefix(self.path), ("", ""))
        if not group or heard.query:
            return self.refusal(19001), None
        if len(heard.body) > 20 * 1024:
            self.fault(f"body of {len(heard.body)} bytes")
        needed = {"msg_type", "content", *({"timestamp", "sign"} if secret else ())}
        if not self.fields("body", heard.content, needed=needed):
            return self.refusal(9499), None
        if secret and not self._is_signed(heard.content, secret):
            return self.refusal(19021), None
        if self.is_too_often(group):
            return self.refusal(11232), None
        text = heard.content["content"]["text"]
        calls = tuple(re.findall(r'<at user_id="([^"]*)"></at>', text))
        plain = re.sub(r'<at user_id="[^"]*"></at> ', "", text, count=1)
        if "<" in plain:
            self.fault("a tag that is no call of ours")
        old = {"Extra": None, "StatusCode": 0, "StatusMessage": "success"}
        return old if self.old_answers else {"code": 0, "msg": "success", "data": {}}, Shown(group, plain, calls)

    def refusal(self, code: int | str) -> dict[str, Any]:
        return {"code": code, "msg": f"refused s3cret-canary {code}", "data": {}}

    def _is_signed(self, content: dict[str, Any], secret: str) -> bool:
        stamp = content["timestamp"]
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        is_near = abs(int(stamp) - self.second) <= self.most_seconds_off
        return is_near and content["sign"] == base64.b64encode(digest).decode()


# --- short messages ------------------------------------------------------------------------------


@dataclass
class ShortMessages(Gateway):
    """A gateway for short messages: registered signature and templates, a number that makes a repeat harmless."""

    path: ClassVar[str] = "/sms/send"
    signature: str = "代县应急"
    templates: dict[str, str] = field(default_factory=lambda: {"SMS_1": "{title}，查看{link}，编号{number}"})
    deduplicates: bool = True
    _serials: set[str] = field(default_factory=set)

    def receive(self, heard: Heard) -> tuple[dict[str, Any], Shown | None]:
        wrong = self._wrong(heard)
        if wrong:
            return self.refusal(wrong), None
        content = heard.content
        words = json.loads(content["parameters"])
        text = self.templates[content["template"]].format(**words)
        if len(f"【{self.signature}】{text}".encode("utf-16-le")) > 140:
            self.fault(f"a short message of {len(text)} characters")
        said = {"code": "OK", "id": f"BIZ^{content['serial']}"}
        if self.deduplicates and content["serial"] in self._serials:
            return said, None
        self._serials.add(content["serial"])
        return said, Shown(content["mobile"], text)

    def _wrong(self, heard: Heard) -> str:
        content = heard.content
        if heard.head.get("authorization") != "Bearer sms-canary-key":
            return "isv.ACCOUNT_ABNORMAL"
        if not self.fields("body", content, needed={"mobile", "sign", "template", "parameters", "serial"}):
            return "isv.INVALID_PARAMETERS"
        if not re.fullmatch(r"1[3-9]\d{9}", content["mobile"]):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if content["sign"] != self.signature or content["template"] not in self.templates:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        return "isv.BUSINESS_LIMIT_CONTROL" if self.is_too_often("sms") else ""

    def refusal(self, code: int | str) -> dict[str, Any]:
        return {"code": code, "message": "refused s3cret-canary"}


# --- the server ----------------------------------------------------------------------------------


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gateway: Gateway

    def process_request(self, request: Any, client_address: Any) -> None:
        self.gateway.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave a client that hangs up alone; any other error is a fault of the fake itself."""
        del request, client_address
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            self.gateway.fault(f"the fake itself: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[assignment]

    def do_GET(self) -> None:
        gateway, heard = self.server.gateway, self._heard()
        if isinstance(gateway, WecomMembers) and heard.path == "/cgi-bin/gettoken":
            answer = gateway.token_answers.popleft() if gateway.token_answers else Answer(Kind.WELL)
            said = gateway.refusal(answer.code) if answer.kind is Kind.CODE else gateway.give_token(heard)
            self._answer(gateway, answer, said)
            return
        gateway.fault(f"GET {heard.path}")
        self._say(405, b"")

    def do_POST(self) -> None:
        gateway, heard = self.server.gateway, self._heard()
        answer = gateway.answers.popleft() if gateway.answers else Answer(Kind.WELL)
        if not heard.path.startswith(gateway.path) or not heard.content:
            gateway.fault(f"POST {heard.path} {heard.head.get('content-type')}")
            self._say(404, b"")
            return
        self._answer(gateway, answer, gateway.take(heard, answer))

    def _heard(self) -> Heard:
        parts = urlsplit(self.path)
        head = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(head.get("content-length", 0)))
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        is_json = head.get("content-type") == "application/json; charset=utf-8"
        content = json.loads(body.decode()) if is_json and body else {}
        return Heard(self.command, parts.path, query, head, body, content)

    def _answer(self, gateway: Gateway, answer: Answer, said: dict[str, Any]) -> None:
        body = json.dumps(said, ensure_ascii=False).encode()
        match answer.kind:
            case Kind.SLOW:
                gateway.waiting.set()
                gateway.released.wait(30)
            case Kind.SILENT_CLOSE:
                self.close_connection = True
            case Kind.CUT:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body) + 50))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2])
            case Kind.DRIP:
                self._drip(gateway, body)
            case Kind.HUGE:
                self._say(200, body[:-1] + b" " * 200_000 + b"}")
            case Kind.HUGE_HEAD:
                self._say(200, body, head=tuple((f"X-{no}", "x" * 5_000) for no in range(40)))
            case Kind.REDIRECT:
                self._say(answer.status, body, head=(("Location", answer.location),))
            case Kind.RAW:
                self._say(answer.status, answer.body, head=answer.head)
            case _:
                self._say(answer.status, body, head=answer.head)

    def _drip(self, gateway: Gateway, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            if gateway.released.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def _say(self, status: int, body: bytes, head: tuple[tuple[str, str], ...] = ()) -> None:
        self.send_response(status)
        for name, value in head:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


PLATFORMS: dict[str, type[Gateway]] = {
    "wecom_bot": WecomGroups, "dingtalk_bot": DingtalkGroups, "feishu_bot": FeishuGroups,
    "wecom_app": WecomMembers, "sms": ShortMessages,
}  # fmt: skip


def serving(name: str) -> Iterator[Gateway]:
    """Yield a gateway for as long as a test lasts, then fail on whatever it found."""
    gateway = PLATFORMS[name]()
    try:
        yield gateway
    finally:
        gateway.die()
    gateway.close()


def main() -> None:
    """Run them all until Ctrl-C, for a trial by hand; the clock of the signed ones is not checked then."""
    for name, platform in PLATFORMS.items():
        gateway = platform(most_seconds_off=float("inf"), most_a_minute=float("inf"))
        gateway.on_shown = lambda shown, name=name: sys.stdout.write(
            f"{name} {shown.where} {shown.calls}\n{shown.text}\n"
        )
        sys.stdout.write(f"{name}: {gateway.origin}\n")
    threading.Event().wait()


if __name__ == "__main__":
    main()
