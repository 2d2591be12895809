"""The whole course of one hazard on phones: found, ordered, late, mended by the message's link, sent back, signed off.

Everybody is somebody else with a phone of their own; what the worker and the clock do between two taps is done by the
very functions that they call. In the end a leader holds the printed dossier, and it proves every step.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import text

from flows.catch_up import TELLERS
from flows.stories import told_without_engine
from models import runs, wakes
from models.case_state import find_by_number
from models.escalation import fire_due
from models.statements import Statement
from models.verification import verify
from tasks.delivery import deliver_waiting
from tasks.resources import Resources, open_resources
from tests.typefaces import has_chinese

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}


@dataclass
class Behind:
    """The worker and the clock behind the console."""

    tools: Resources
    told: int = 0
    seen: set[str] = field(default_factory=set)

    def work(self) -> None:
        """Tell every story that waits, each in a run of its own, as the worker does."""
        while claimed := wakes.claim(self.tools.store, who="worker", now=self.tools.now()):
            for waking in claimed:
                self._tell(waking)

    def tick(self) -> None:
        """Let the clock strike whatever is due, and deliver what that owes."""
        fire_due(self.tools.ledger, self.tools.now())
        deliver_waiting(self.tools, run_id="clock")
        self.work()

    def message_to(self, login: str, holding: str) -> str:
        """Return the path of the link in the newest message to a person that holds one of that kind, unread so far."""
        query = (
            "SELECT notices.id FROM notices JOIN accounts ON accounts.person_id = notices.person_id"
            " WHERE accounts.login = :login ORDER BY notices.id DESC"
        )
        with self.tools.store.read() as reading:
            numbers = [f"T{row[0]:08d}" for row in reading.all(Statement(text(query)), login=login)]
        for number in numbers:
            message = self.tools.settings.folder("outbox") / f"{number}.txt"
            found = (
                re.search(rf"https?://[^/\s]+({holding}\S+)", message.read_text("utf-8")) if message.exists() else None
            )
            if found and number not in self.seen:
                self.seen.add(number)
                return found[1]
        raise AssertionError(f"no message to {login} with {holding}")

    def _tell(self, waking: Any) -> None:
        self.told += 1
        run_id, now = str(UUID(int=self.told)), self.tools.now()
        with self.tools.store.read() as reading:
            header = find_by_number(reading, self.tools.installation.county_id, waking.number)
        assert header is not None
        runs.begin_run(
            self.tools.store, run_id=run_id, flow=waking.kind, trigger="act", case_id=header.id,
            principal=f"case:{waking.number}", now=now,
        )  # fmt: skip
        awaited = told_without_engine(self.tools, waking.number, TELLERS[waking.kind], run_id=run_id)
        state = "Closed" if awaited is None else "Waiting"
        runs.end_run(self.tools.store, run_id=run_id, state=state, message=state, now=now, counts={})
        wakes.finish(self.tools.store, waking, who="worker", now=now)


@pytest.fixture
def behind(served: Any) -> Iterator[Behind]:
    """Return what works behind the console, on the console's clock."""
    tools = open_resources(served[0].settings, now=served[0].clock)
    yield Behind(tools)
    tools.store.close()


@pytest.fixture
def phone(open_browser: Any) -> Callable[..., Any]:
    """Return the phones: one for each person, who signs in again after a rest of days, or who never signs in."""
    held: dict[str, Any] = {}

    def of(login: str, *, signed_in: bool = True) -> Any:
        if login not in held:
            held[login] = open_browser(viewport=PHONE)
        page = held[login].page
        if signed_in:
            page.goto("/")
            if "/sign-in" in page.url:
                held[login].sign_in(login)
        return page

    return of


def _shoot(page: Any, photo: bytes) -> None:
    page.locator('input[type="file"]').set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.get_by_text("已选 1 张").wait_for()


def _report(page: Any, photo: bytes) -> str:
    page.locator(".tabs").get_by_text("上报").click()
    page.get_by_text("红星铁矿", exact=True).click()
    _shoot(page, photo)
    page.get_by_text("皮带机尾轮防护罩缺失").click()
    page.get_by_label("地点部位").fill("破碎车间二层")
    page.get_by_role("button", name="提交上报").click()
    page.get_by_text("已登记：上报隐患").wait_for()
    found = re.search(r"/cases/([\w-]+)", page.url)
    assert found is not None
    return found[1]


def _rectify(page: Any, link: str, photo: bytes, measure: str) -> None:
    page.goto(link)
    page.get_by_text("加装防护罩并试运行").wait_for()
    _shoot(page, photo)
    page.get_by_label("整改措施").fill(measure)
    page.get_by_role("button", name="提交「报告整改完成」").click()
    page.get_by_text("「报告整改完成」登记于").wait_for()


def _confirm(page: Any, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="收到").click()
    page.get_by_text("「收到」登记于").wait_for()


def _give(page: Any, act: str, password: str) -> None:
    """Submit an act; read it once more and give the password where that is asked for."""
    page.get_by_role("button", name=re.compile("^(提交「|下一步：核对)")).click()
    page.get_by_text(re.compile(f"已登记：{act}|请核对：{act}")).first.wait_for()
    if page.get_by_role("heading", name="请核对").count():
        if page.locator('main input[name="password"]').count():
            page.locator('main input[name="password"]').fill(password)
        page.get_by_role("button", name=f"确认{act}").click()
        page.get_by_text(f"已登记：{act}").wait_for()


def _recheck(page: Any, password: str, *, passed: bool, **said: str) -> None:
    page.locator(".card-link").filter(has_text="复查").first.click()
    page.get_by_role("link", name="复查", exact=True).click()
    page.get_by_text("合格" if passed else "不合格", exact=True).click()
    for label, words in said.items():
        page.get_by_label(label).fill(words)
    _give(page, "复查", password)


def _sign_off(page: Any, number: str, password: str) -> None:
    page.locator(".tabs").get_by_text("台账").click()
    page.locator("main").get_by_role("link", name=number).click()
    page.get_by_role("link", name="销号", exact=True).click()
    page.get_by_text("同意", exact=True).click()
    _give(page, "销号", password)


def _late(page: Any) -> int:
    """Return how many duties the leader's board calls late."""
    page.goto("/overview")
    return int(page.locator(".number-card", has_text="超期").locator(".number-value").inner_text())


def _printed(page: Any, number: str) -> tuple[str, int]:
    """Return every word of the dossier with white space gone, and how many pictures it shows."""
    if not has_chinese():
        answer = page.request.get(f"/cases/{number}/dossier/docx")
        document = docx.Document(io.BytesIO(answer.body()))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return re.sub(r"\s", "", "".join([line.text for line in document.paragraphs] + cells)), len(
            document.inline_shapes
        )
    pages = PdfReader(io.BytesIO(page.request.get(f"/cases/{number}/dossier/pdf").body())).pages
    return re.sub(r"\s", "", "".join(each.extract_text() for each in pages)), sum(len(each.images) for each in pages)


@pytest.mark.parametrize("served", [False], indirect=True, ids=["real county"])
def test_a_hazard_goes_from_report_to_the_printed_proof_on_phones(
    served: Any, behind: Behind, phone: Callable[..., Any], make_photo: Any, password: str
) -> None:
    house = served[0]
    assert _late(phone("county_leader")) == 0

    number = _report(phone("town_clerk"), make_photo())
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-06", requirement="加装防护罩并试运行")
    behind.work()
    link = behind.message_to("unit_fixer", "/d/")
    house.clock.go_on(days=6)
    behind.tick()
    assert _late(phone("county_leader")) == 1

    _confirm(phone("unit_head", signed_in=False), behind.message_to("unit_head", "/a/"))
    _rectify(phone("unit_fixer", signed_in=False), link, make_photo(), "已加装防护罩")
    behind.work()
    _recheck(phone("dept_officer_b"), password, passed=False, 说明="螺栓未紧固", 再次整改期限="2026-03-20")
    behind.work()
    house.clock.go_on(hours=2)
    sent_back = behind.message_to("unit_fixer", "/d/")
    _rectify(phone("unit_fixer", signed_in=False), sent_back, make_photo(), "螺栓已紧固")
    behind.work()
    _recheck(phone("dept_officer_b"), password, passed=True)
    behind.work()
    _sign_off(phone("bureau_head"), number, password)
    behind.work()

    leader = phone("county_leader")
    assert _late(leader) == 0
    leader.locator(".tabs").get_by_text("全部").click()
    leader.get_by_role("link", name="运行记录").first.click()
    leader.get_by_role("link", name="隐患流程").first.click()
    leader.get_by_text("告诉了谁，谁回复了").wait_for()
    leader.get_by_role("link", name=number).first.click()
    leader.get_by_text("已销号").first.wait_for()
    words, pictures = _printed(leader, number)
    with behind.tools.store.read() as reading:
        hashes = [row[0].hex() for row in reading.all(Statement(text("SELECT hash FROM acts ORDER BY seq")))]
        assert verify(reading, rulebook=house.app.desk.rulebook).holds
    assert len(hashes) > len(("report", "grade", "order", "serve", "rectify", "recheck", "sign-off"))
    assert [each for each in hashes if each not in words] == []
    assert pictures == len(("before", "after", "found", "mended", "mended again"))
    for proof in (
        "为起算当日，不计入", "曾逾期", "整改措施已加装防护罩", "说明螺栓未紧固", "整改措施螺栓已紧固", "审核意见同意",
        "责令限期整改指令书", "事故隐患销号单", "渠道已接收", "收到（链接）", "未回复",
    ):  # fmt: skip
        assert proof in words, proof
