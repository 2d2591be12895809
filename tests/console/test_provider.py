"""Signing in through an identity provider: a small one on this machine, what it does well, and all it may do amiss."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from models.access import held_posts
from models.subjects import set_subject
from rules.proof import Proof
from tests.axe import violations

KEY, FOREIGN = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) for _ in range(2))
CLIENT, SUBJECT = "anlan-test", "u-7f3a"


@dataclass
class Elsewhere:
    """A provider: remembers what it was asked, and says what it is told to say."""

    port: int = 0
    now: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    metadata: dict[str, Any] = field(default_factory=dict)
    is_down: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    back_to: str = ""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def visit(self, address: str) -> str:
        """Do what a person does there: prove who they are; return where the browser is sent back to."""
        parts = urlsplit(address)
        assert address.startswith(f"{self.issuer}/authorize?")
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.codes.append(f"code-{len(self.codes)}")
        return f"/sign-in/back?code={self.codes[-1]}&state={self.asked['state']}"

    def answer(self, path: str, said: dict[str, str]) -> dict[str, Any] | None:
        if self.is_down:
            return None
        if path == "/.well-known/openid-configuration":
            found = {"issuer": self.issuer}
            found |= {
                f"{name}_endpoint": f"{self.issuer}/{path}"
                for name, path in (("authorization", "authorize"), ("token", "token"))
            }
            return {**found, "jwks_uri": f"{self.issuer}/keys", **self.metadata}
        if path == "/keys":
            return dict(KeySet([KEY]).as_dict(private=False))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        is_ours = said.get("code") in self.codes and challenge.rstrip(b"=").decode() == self.asked["code_challenge"]
        if path != "/token" or not is_ours or said.get("client_secret") != "hush":
            return None
        self.codes.remove(said["code"])
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": SUBJECT, "nonce": self.asked["nonce"], "iat": self.now,
            "exp": self.now + 60, "auth_time": self.now, **self.claims,
        }  # fmt: skip
        said_claims = {name: value for name, value in claims.items() if value is not None}
        return {"id_token": jwt.encode({"alg": self.algorithm, "kid": "one"}, said_claims, self.key)}


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Return a provider that listens on this machine."""
    there = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            if there.back_to and self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("location", there.back_to + there.visit(there.issuer + self.path))
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            answer = there.answer(self.path, {name: values[0] for name, values in parse_qs(body).items()})
            self.send_response(400 if answer is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = _serve  # noqa: N815 - the names of the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield there
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def county(make_house: Callable[..., Any], elsewhere: Elsewhere) -> Any:
    """Return a county that has the provider, in which the head of the department is known to it."""
    house = make_house(oidc_issuer=elsewhere.issuer, oidc_client=CLIENT, oidc_secret="hush", outside_loopback=True)
    house.store.write(lambda writing: set_subject(writing, "dept_head", SUBJECT))
    elsewhere.now = int(house.clock.now.timestamp())
    return house


def _go(visitor: Any, elsewhere: Elsewhere, start: str = "/sign-in/elsewhere?next=/hazards") -> Any:
    return visitor.get(elsewhere.visit(visitor.get(start).location))


def test_whoever_the_administrator_entered_signs_in_and_goes_on(county: Any, elsewhere: Elsewhere) -> None:
    visitor = county.visitor()
    assert "/sign-in/elsewhere?next=/hazards" in visitor.get("/sign-in?next=/hazards").links

    answer = _go(visitor, elsewhere)

    assert (answer.status, answer.location) == (303, "/hazards")
    assert "部门负责人d" in visitor.get("/me").words
    assert elsewhere.asked["code_challenge_method"] == "S256"
    assert elsewhere.asked["scope"] == "openid"
    assert "prompt" not in elsewhere.asked


def test_a_stranger_is_told_and_no_account_is_made(county: Any, elsewhere: Elsewhere) -> None:
    elsewhere.claims = {"sub": "somebody-else"}
    visitor = county.visitor()

    answer = _go(visitor, elsewhere)

    assert answer.status == 401
    assert "没有在本系统登记" in answer.words
    assert visitor.get("/").status == 303


def test_a_closed_account_stays_closed(county: Any, elsewhere: Elsewhere) -> None:
    with county.store.read() as reading:
        account, _, _ = held_posts(reading, "dept_head")
    county.app.desk.access.disable(account)

    assert _go(county.visitor(), elsewhere).status == 401


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"nonce": "another"}, "签名或者内容不对"),
        ({"nonce": None}, "签名或者内容不对"),
        ({"aud": "another-client"}, "签名或者内容不对"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "签名或者内容不对"),
        ({"iss": "http://evil.test"}, "签名或者内容不对"),
        ({"exp": 1}, "签名或者内容不对"),
        ({"sub": None}, "签名或者内容不对"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    county: Any, elsewhere: Elsewhere, claims: dict[str, Any], words: str
) -> None:
    elsewhere.claims = claims

    answer = _go(county.visitor(), elsewhere)

    assert answer.status == 401
    assert words in answer.words


def test_a_token_that_somebody_else_signed_opens_nothing(county: Any, elsewhere: Elsewhere) -> None:
    elsewhere.key = FOREIGN

    assert "签名或者内容不对" in _go(county.visitor(), elsewhere).words


def test_what_was_begun_in_another_browser_or_too_long_ago_opens_nothing(county: Any, elsewhere: Elsewhere) -> None:
    mine, victim, late = county.visitor(), county.visitor(), county.visitor()
    back = elsewhere.visit(mine.get("/sign-in/elsewhere").location)
    victim.get("/sign-in/elsewhere")

    assert "不是从这个浏览器开始" in county.visitor().get(back).words
    assert "与本次登录不符" in victim.get(back).words
    start = late.get("/sign-in/elsewhere").location
    county.clock.go_on(minutes=11)
    assert "已经过期" in late.get(elsewhere.visit(start)).words


def test_an_answer_is_good_once(county: Any, elsewhere: Elsewhere) -> None:
    visitor = county.visitor()
    back = elsewhere.visit(visitor.get("/sign-in/elsewhere").location)

    assert visitor.get(back).status == 303
    assert visitor.get(back).status == 401


def test_who_declines_is_sent_back_to_the_password(county: Any, elsewhere: Elsewhere) -> None:
    visitor = county.visitor()
    elsewhere.visit(visitor.get("/sign-in/elsewhere").location)

    answer = visitor.get(f"/sign-in/back?error=access_denied&state={elsewhere.asked['state']}")

    assert "对方没有确认身份" in answer.words


def test_a_provider_that_is_down_is_told_and_passwords_go_on(county: Any, elsewhere: Elsewhere, password: str) -> None:
    elsewhere.is_down = True
    visitor = county.visitor()

    answer = visitor.get("/sign-in/elsewhere")

    assert answer.status == 401
    assert "统一身份认证没有成功：对方没有正常答复" in answer.words
    assert visitor.submit(answer.form("/sign-in"), login="town_clerk", password=password).status == 303


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"issuer": "http://evil.test"}, "地址与设置不符"),
        ({"authorization_endpoint": "http://evil.test/authorize"}, "没有加密"),
        ({"authorization_endpoint": None}, "没有加密"),
    ],
)
def test_a_provider_that_leads_elsewhere_is_not_followed(
    county: Any, elsewhere: Elsewhere, metadata: dict[str, Any], words: str
) -> None:
    elsewhere.metadata = metadata

    assert words in county.visitor().get("/sign-in/elsewhere").words


def test_without_settings_there_is_no_such_address(house: Any) -> None:
    assert house.visitor().get("/sign-in/elsewhere").status == 404
    assert house.visitor().get("/sign-in/back").status == 404
    assert not [link for link in house.visitor().get("/sign-in").links if "elsewhere" in link]


def test_who_has_no_password_signs_after_proving_anew_and_nothing_is_lost(county: Any, elsewhere: Elsewhere) -> None:
    number = county.found("town_clerk")
    county.act("town_clerk", number, "apply-void", reason="重复登记")
    head = county.visitor()
    assert _go(head, elsewhere).status == 303
    county.clock.go_on(minutes=15)
    elsewhere.now = int(county.clock.now.timestamp())
    path = f"/cases/{number}/acts/decide-void"
    asked = head.fill(path, path, approved="yes", note="确系重复")
    assert "/sign-in/elsewhere?again=1" in asked.links
    assert head.submit(asked.form(path)).status == 422

    start = head.get("/sign-in/elsewhere?again=1").location
    proved = head.get(elsewhere.visit(start))
    done = head.submit(asked.form(path))

    assert (elsewhere.asked["prompt"], elsewhere.asked["max_age"]) == ("login", "0")
    assert "已确认身份" in proved.words
    assert done.status == 303, done.words
    words = county.person("auditor").get(f"/cases/{number}").words
    assert Proof.PROVIDER.label in words
    assert "确系重复" in words


def test_proving_anew_needs_the_same_person_and_a_fresh_proof(county: Any, elsewhere: Elsewhere) -> None:
    head, clerk = county.visitor(), county.person("town_clerk")
    assert _go(head, elsewhere).status == 303

    other = _go(clerk, elsewhere, "/sign-in/elsewhere?again=1")
    elsewhere.claims = {"auth_time": elsewhere.now - 3600}
    stale = _go(head, elsewhere, "/sign-in/elsewhere?again=1")

    assert "不是当前登录的人" in other.words
    assert "没有重新确认身份" in stale.words


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_people_see_of_it_on_a_phone_is_accessible_and_fits(
    chromium: Any, serve: Any, county: Any, elsewhere: Elsewhere, language: str
) -> None:
    def look(step: str) -> None:
        assert violations(page) == [], step
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step

    with serve(county.app) as address:
        context = chromium.new_context(base_url=address, viewport={"width": 360, "height": 780})
        page = context.new_page()
        elsewhere.back_to = address
        page.goto(f"/sign-in?lang={language}")
        look("before")
        elsewhere.claims = {"sub": "somebody-else"}
        page.locator('a[href^="/sign-in/elsewhere"]').click()
        page.wait_for_url(f"{address}/sign-in/back?**")
        look("a stranger")
        elsewhere.claims = {}
        page.goto("/sign-in/elsewhere")
        page.wait_for_url(f"{address}/**")
        page.goto("/sign-in/elsewhere?again=1")
        look("proved anew")
        context.close()
