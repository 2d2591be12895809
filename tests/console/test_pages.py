"""Notices, papers, English, the process picture, help; and what the vendored files are."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from console.history import PAPERS
from documents.paper import draw_up, file_paper, paper_names
from models import claims, outbox
from notifications.channel import PreviewChannel
from notifications.message import Message
from rules.hazard import HAZARD
from rules.processes import PROCESSES

CONSOLE = Path(__file__).parents[2] / "console"
CHINESE = re.compile("[\u4e00-\u9fff]")
ALLOWED = {"models", "notifications", "documents", "rules", "settings", "console"}
FORBIDDEN = ("prefect", "tasks", "flows", "deployments", "sqlalchemy", "sqlmodel", "apprise", "PIL")


def _deliver(house: Any, number: str) -> str:
    """Let the first notice of a case go out as a preview and return its number."""
    with house.store.read() as reading:
        key = next(iter(outbox.owed_effects(reading, int(number[-4:]))))
    (notice,) = claims.claim_of_effect(
        house.store, case_id=int(number[-4:]), effect_key=key, who="test", now=house.clock.now
    )[:1]
    PreviewChannel(house.settings.folder("outbox")).send(
        Message("标题", "正文一\n查看：x"), address=None, number=notice.number
    )
    outbox.settle_notice(
        house.store, notice, outbox.Outcome(accepted=True, answer="ok"), who="test", run_id="r", now=house.clock.now
    )
    return notice.number


def test_a_notice_is_read_by_whoever_it_is_addressed_to(house: Any) -> None:
    number = house.found("town_clerk")
    notice = _deliver(house, number)

    head, other = house.person("unit_head"), house.person("unit_head2")
    page = head.get(f"/outbox/{notice}")

    assert f"/outbox/{notice}" in head.get("/outbox").links
    assert "正文一" in page.words
    assert "渠道已接收" in page.words
    assert other.get(f"/outbox/{notice}").status == 404


def test_notices_stand_under_the_act_that_caused_them(house: Any) -> None:
    number = house.found("town_clerk")
    notice = _deliver(house, number)

    words = house.person("town_clerk").get(f"/cases/{number}").words

    assert f"{notice} · 主要负责人d · 预览 · 渠道已接收" in words
    assert "请办理：判定等级" in words


def _attempt(house: Any, **how: Any) -> Any:
    """Let somebody try the first notice of the first case, to that end."""
    (notice,) = claims.claim_of_effect(
        house.store, case_id=1, effect_key="1:registered:unit_head", who="test", now=house.clock.now
    )
    outcome = outbox.Outcome(**{"accepted": False, "answer": "x", **how})
    outbox.settle_notice(house.store, notice, outcome, who="test", run_id="r", now=house.clock.now)
    return notice


def test_a_notice_shows_what_each_attempt_came_to_and_when_the_next_is_due(house: Any) -> None:
    number = house.found("town_clerk")
    notice = _attempt(house, unknown=True, answer="已发出但未等到答复，是否送达不明", reference="MSG7")
    head, clerk = house.person("unit_head"), house.person("town_clerk")
    tried = "2026年3月2日 09:00 是否送达不明：已发出但未等到答复，是否送达不明 MSG7"

    assert (
        f"{notice.number} · 主要负责人d · 预览 · 待重试 常 最早 2026年3月2日 09:00 发送"
        in clerk.get(f"/cases/{number}").words
    )
    for page in (clerk.get(f"/cases/{number}"), head.get(f"/outbox/{notice.number}")):
        assert tried in page.words
    house.clock.now = house.clock.now.add(minutes=1)
    _attempt(house, accepted=True, answer="渠道已接收")
    page = head.get(f"/outbox/{notice.number}")
    assert tried in page.words
    assert "2026年3月2日 09:01 渠道已接收 重发" in page.words


def test_lists_show_which_lane_a_notice_takes(house: Any) -> None:
    house.found("town_clerk")

    assert "待发送 2026年3月2日 09:00 常" in house.person("unit_head").get("/outbox").words
    assert "待发送 2026年3月2日 09:00 要" in house.person("dept_officer").get("/outbox").words


def test_in_a_demonstration_everybodys_previews_can_be_read(demo: Any) -> None:
    number = demo.found("town_clerk")
    notice = _deliver(demo, number)

    assert f"/outbox/{notice}" in demo.person("unit_fixer2").get("/outbox?all=1").links
    assert demo.person("unit_fixer2").get(f"/outbox/{notice}").status == 200


def test_a_paper_is_served_in_a_sandbox_to_those_who_see_its_case(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-16", requirement="加固")
    with house.store.read() as reading:
        owed = outbox.owed_effects(reading, 1)
        key = next(key for key, effect in owed.items() if effect.name == "rectification-order")
    facts = {
        "demonstration": False, "case": number, "unit": "红星铁矿", "department": "工信局",
        "place": "井口", "description": "爬梯松动", "values": {}, "who": "甲",
        "order": {
            "document_no": "代应急责改〔2026〕1号", "says": {"整改期限": "2026-03-16", "整改要求": "加固"},
            "officers": [("甲", "示例-1"), ("乙", "示例-2")], "reviewer": "丙", "signer": "丁",
            "signed_on": "2026年3月2日",
        },
        "day": "2026年3月2日", "citation": "x", "seq": 3, "hash": "f" * 64,
    }  # fmt: skip
    paper = draw_up("hazard", "rectification-order", facts, exercise=False)
    file_paper(house.settings.folder("papers"), paper)
    outbox.perform_effect(house.store, case_id=1, key=key, run_id="r", now=house.clock.now, paper_sha256=paper.sha256)
    address = f"/cases/{number}/papers/{paper.sha256}"

    page = house.person("unit_head").get(address)

    assert address in house.person("unit_head").get(f"/cases/{number}").links
    for words in ("责令限期整改指令书", "代应急责改〔2026〕1号", "甲（证号 示例-1）、乙（证号 示例-2）", "签发：丁"):
        assert words in page.words
    assert page.response.headers["content-security-policy"].endswith("sandbox")
    assert house.person("unit_head2").get(address).status == 404


def test_every_paper_of_every_process_has_a_name() -> None:
    assert PAPERS.keys() == set().union(*map(paper_names, PROCESSES))


def test_english_is_switched_on_by_the_address_and_remembered(house: Any) -> None:
    house.found("town_clerk")
    clerk = house.person("town_clerk")

    switched, later = clerk.get("/?lang=en"), clerk.get("/hazards")
    back = clerk.get(next(link for link in later.links if "lang=zh" in link))

    assert "There is nothing to do now." in switched.words
    assert "Report a hazard" in later.words
    assert '<html lang="en">' in later.text
    assert "隐患" in back.words


@pytest.mark.parametrize("address", ["/", "/hazards", "/hazards/new", "/flows", "/outbox", "/process/hazard", "/me"])
def test_an_english_page_has_no_chinese_but_names(house: Any, address: str) -> None:
    house.found("dept_officer", description="loose ladder", place="shaft")
    officer = house.person("dept_officer")
    names = (
        "红星铁矿",
        "清波化工厂",
        "青石镇",
        "非煤矿山（地下）",
        "危险化学品",
        "部门监管员r",
        "部门监管员",
        "示例县",
        "院内",
        "中文",
    )

    words = officer.get(f"{address}?lang=en").words
    for name in names:
        words = words.replace(name, "")

    assert CHINESE.findall(words) == []


def test_an_english_case_keeps_only_law_and_names_in_chinese(house: Any) -> None:
    number = house.found("dept_officer", description="loose ladder", place="shaft")
    page = house.person("dept_officer").get(f"/cases/{number}?lang=en")

    for words in ("What is owed now", "Why this day", "Whole history", "Grading", "Set by the county, not by statute"):
        assert words in page.words


def test_a_refusal_is_read_in_english(house: Any) -> None:
    number = house.found("dept_officer")

    page = house.person("unit_fixer").get(f"/cases/{number}/acts/grade?lang=en")

    assert "is done by:" in page.words


def test_help_tells_the_three_paths_and_the_words(house: Any) -> None:
    words = house.visitor().get("/help").words

    for found in ("单位自查自改", "检查发现、责令整改", "重大隐患治理", "挂牌督办", "回头看", "补录"):
        assert found in words


def test_the_process_picture_shows_what_waits_and_what_is_late(house: Any) -> None:
    house.found("town_clerk")
    house.clock.go_on(hours=11)
    fresh = house.person("auditor").get("/process/hazard")
    house.clock.go_on(days=3)
    house.people.clear()

    late = house.person("auditor").get("/process/hazard")

    assert "1 · 逾期 1" not in fresh.words
    assert "1 · 逾期 1" in late.words
    assert late.text.count('class="step"') == len(HAZARD.picture.steps)


# --- the code and the files ----------------------------------------------------------------------


def test_the_console_imports_no_engine_and_no_library_that_others_own() -> None:
    for path in CONSOLE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in FORBIDDEN], path


def test_starting_the_console_loads_no_engine() -> None:
    program = (
        "import sys; import console.app; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'prefect', 'apprise', 'PIL', 'openpyxl'}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CONSOLE.parent, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_vendored_files_are_what_their_list_says() -> None:
    folder = CONSOLE / "static/vendor"
    sources = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))["source"]

    listed = {"SOURCES.toml", *(entry["file"] for entry in sources), *(entry["licence_file"] for entry in sources)}
    assert {path.name for path in folder.iterdir()} == listed
    for entry in sources:
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert "://" not in entry["origin"]


def test_templates_hold_no_script_style_or_handler_of_their_own() -> None:
    for path in (CONSOLE / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text), path.name
        assert "://" not in text, path.name
        assert text.count("|safe") == (
            path.name in {"process.html", "drill-code.html", "overview.html", "placards.html"}
        ), path.name


def test_the_theme_asks_no_more_than_old_browsers_know() -> None:
    theme = (CONSOLE / "static/anlan.css").read_text("utf-8")

    assert not re.search(r":has\(|oklch|color-mix|@container|@import|url\(|^\s*&", theme, re.MULTILINE)


@pytest.mark.parametrize("name", ["anlan.js", "photos.js"])
def test_the_script_stays_small_and_sends_nothing_elsewhere(name: str) -> None:
    script = (CONSOLE / "static" / name).read_text("utf-8")

    assert len(script.splitlines()) < 140
    assert not re.search(r"fetch\(|XMLHttpRequest|eval\(|innerHTML|https?://", script)


def test_a_process_that_people_do_not_see_has_no_picture(house: Any) -> None:
    assert house.person("dept_officer").get("/process/journal").status == 404
    assert house.person("dept_officer").get("/process/no-such").status == 404


def test_the_to_do_list_says_which_order_waits(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.act("dept_officer", number, "order", ends_on="2026-03-16", requirement="加固")

    assert "（责令限期整改指令书（第 3 号行为拟稿））" in house.person("dept_officer_b").get("/").words
    assert "(" in house.person("dept_officer_b").get("/?lang=en").words
