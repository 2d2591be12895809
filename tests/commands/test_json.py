"""`--json`: whatever a command does or refuses stands in one JSON document, and the exit code says which of both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployments.command_list import COMMANDS
from rules.actor import Role

_FINE: dict[str, list[str]] = {
    "doctor:doctor": ["doctor"],
    "import_:import_ledger": ["import", "{ledger}", "--as", "{officer}"],
    "explain:explain": ["explain", "{major}"],
    "replay:replay": ["replay", "qixia-hushan-2021"],
    "run:run": ["run"],
    "backup:backup": ["backup"],
    "restore:restore": ["restore"],
    "case:list_": ["case", "list"],
    "case:show": ["case", "show", "{closed}"],
    "case:act": ["case", "act", "{ordered}", "rectify", "measure=已补", "--as", "{fixer}"],
    "case:open_": [
        "case",
        "open",
        "incident",
        "wenjia-tanker",
        "place=库区",
        "in_county=yes",
        "kind=other",
        "sector=other",
        "origin=unit",
        "--as",
        "{officer}",
    ],
    "case:receipt": ["case", "receipt", "{closed}", "{folder}/receipt.html"],
    "duty:list_": ["duty", "list", "--as", "{officer}"],
    "duty_watch:roster": ["duty", "roster", "emergency-bureau"],
    "duty_watch:template": ["duty", "template", "{folder}/值班表.xlsx"],
    "obligation:list_": ["obligation", "list"],
    "obligation:liaison": ["obligation", "liaison", "chenlixin", "maxiaofei", "--as", "chenlixin"],
    "units:export": ["units", "export", "{folder}/一张表.xlsx"],
    "programme:show": ["programme", "show", "--as", "{officer}"],
    "obligation:merge": ["obligation", "merge", "transport", "market", "--as", "{admin}"],
    "obligation:rename": ["obligation", "rename", "transport", "交通运输和公路局", "--as", "{admin}"],
    "exercise:list_": ["exercise", "list"],
    "exercise:run": ["exercise", "run", "chemical-leak", "--auto", "--leap", "--on", "2026-11-27"],
    "drill_year:show": ["drill-year", "show"],
    "drill_year:draw": ["drill-year", "draw", "--seed", "0712182933", "--count", "1", "--of", "3,7,12"],
    "process:show": ["process", "show", "hazard"],
    "ledger:verify": ["ledger", "verify"],
    "paper:verify": ["paper", "verify"],
    "ledger:export": ["ledger", "export", "{folder}/heads.jsonl"],
    "rule:show": ["rule", "show", "haz-recheck"],
    "tipoff:statistics": ["tipoff", "statistics", "2026-03", "--office", "industry"],
    "tipoff:reward": ["tipoff", "reward", "concealed", "--grade", "larger", "--deaths", "4"],
    "kpi:kpi": ["kpi", "hazard-found"],
    "account:subject": ["account", "subject", "{officer}", "u-1", "--as", "{admin}"],
    "rights:rights": ["rights", "town_clerk"],
    "notice:coverage": ["notice", "coverage", "--class", "enforced"],
    "notice:diff": ["notice", "diff", "2021", "2021"],
    "init:init": ["init", "--tables", "{folder}/tables"],
    "upgrade:upgrade": ["upgrade", "--dry-run"],
    "demo:demo": ["demo", "--live", "--pace", "0", "--rounds", "1"],
    "serve:schema": ["serve", "schema"],
}
# These run until they are stopped: tests/installation and `make cluster-test` look at them.
_PARTS = {"serve:console", "serve:worker", "serve:clock", "serve:engine", "serve:engine_services"}
# What these do when all is well needs an engine: tests/installation looks at it.
_WITH_ENGINE = {"up:up", "deploy:deploy"}
# These need a roster: test_duty_watch.py looks at them.
_WITH_ROSTER = {"duty_watch:import_", "duty_watch:coverage"}
# This needs a table that was exported: test_units.py looks at it.
_WITH_TABLE = {"units:import_"}
# This needs a list that was filled in: test_programme.py looks at it.
_WITH_LIST = {"programme:import_", "programme:template"}
# This needs a form: test_hazard_form.py looks at it.
_WITH_FORM = {"obligation:form"}
# This needs a PostgreSQL to go to: test_move.py looks at it.
_WITH_POSTGRES = {"move:move"}
# These need an exercise: test_exercising.py looks at them.
_WITH_EXERCISE = {
    "exercise:resume", "exercise:report", "exercise:abort", "exercise:pace", "exercise:answer", "exercise:console",
    "exercise:turn_real", "exercise:adopt",
}  # fmt: skip
_REFUSED: list[tuple[str, list[str], int, str]] = [
    ("account:subject", ["account", "subject", "{officer}", "u-1", "--as", "{officer}"], 2, "wrong-post"),
    ("account:subject", ["account", "subject", "nobody", "u-1", "--as", "{admin}"], 2, "sign-in-refused"),
    ("rights:rights", ["rights", "nobody"], 2, "content-invalid"),
    ("up:up", ["up", "--data", "/proc/anlan"], 1, "setup"),
    ("init:init", ["init", "--from", "{folder}/nowhere"], 1, "setup"),
    ("doctor:doctor", ["doctor", "--data", "/proc/anlan"], 1, "setup"),
    ("import_:import_ledger", ["import", "{folder}/nothing.xlsx", "--as", "{officer}"], 2, "import-refused"),
    ("explain:explain", ["explain", "YH-2026-9999"], 2, "unknown-record"),
    ("replay:replay", ["replay", "{folder}/nothing.toml"], 2, "unknown-record"),
    ("replay:replay", ["replay", "{ledger}"], 2, "content-invalid"),
    ("replay:replay", ["replay", "--with", "{folder}/nothing.toml"], 1, "rulebook"),
    ("run:run", ["run", "sweep", "--as", "{fixer}"], 2, "wrong-post"),
    ("run:run", ["run", "fly", "--as", "{officer}"], 2, "unknown-record"),
    ("deploy:deploy", ["deploy"], 1, "engine"),
    ("backup:backup", ["backup", "/proc/anlan/backup"], 1, "storage"),
    ("restore:restore", ["restore", "{folder}/nowhere"], 1, "setup"),
    ("case:list_", ["case", "list", "--kind", "volcano"], 2, "unknown-record"),
    ("case:show", ["case", "show", "YH-2026-9999"], 2, "unknown-record"),
    ("case:act", ["case", "act", "{closed}", "rectify", "measure=已补", "--as", "{fixer}"], 2, "case-closed"),
    ("case:open_", ["case", "open", "journal", "wenjia-tanker", "--as", "{officer}"], 2, "unknown-record"),
    ("case:open_", ["case", "open", "incident", "nowhere", "place=库区", "--as", "{officer}"], 2, "unknown-record"),
    ("case:receipt", ["case", "receipt", "YH-2026-9999", "{folder}/receipt.html"], 2, "unknown-record"),
    ("case:receipt", ["case", "receipt", "{closed}", "{folder}/no/where.html"], 1, "setup"),
    ("duty:list_", ["duty", "list"], 2, "sign-in-refused"),
    ("duty_watch:roster", ["duty", "roster", "moon"], 2, "unknown-record"),
    ("duty_watch:template", ["duty", "template", "{ledger}"], 1, "setup"),
    ("duty_watch:coverage", ["duty", "coverage"], 1, "coverage-gap"),
    (
        "duty_watch:import_",
        ["duty", "import", "{folder}/no.xlsx", "--organisation", "x", "--as", "{officer}"],
        2,
        "import-refused",
    ),
    ("tipoff:statistics", ["tipoff", "statistics", "moon", "--as", "{officer}"], 2, "content-invalid"),
    ("tipoff:statistics", ["tipoff", "statistics", "2026-03", "--as", "{fixer}"], 2, "outside-scope"),
    ("tipoff:reward", ["tipoff", "reward", "ordinary"], 2, "content-invalid"),
    ("tipoff:reward", ["tipoff", "reward", "volcano"], 2, "content-invalid"),
    ("tipoff:reward", ["tipoff", "reward", "hazard", "--fine", "很多"], 2, "content-invalid"),
    ("tipoff:reward", ["tipoff", "reward", "hazard", "--on", "moon"], 2, "content-invalid"),
    ("kpi:kpi", ["kpi", "ranking"], 2, "unknown-record"),
    ("obligation:list_", ["obligation", "list", "--month", "moon"], 2, "content-invalid"),
    (
        "obligation:liaison",
        ["obligation", "liaison", "chenlixin", "maxiaofei", "--as", "{officer}"],
        2,
        "wrong-post",
    ),
    ("programme:show", ["programme", "show", "--data", "/proc/anlan"], 1, "setup"),
    ("programme:template", ["programme", "template", "ZX-2026-9999", "{folder}/a.xlsx"], 2, "unknown-record"),
    ("programme:import_", ["programme", "import", "ZX-2026-9999", "{folder}/no.xlsx"], 2, "import-refused"),
    ("units:export", ["units", "export", "{folder}/no/where.xlsx"], 1, "setup"),
    ("units:import_", ["units", "import", "{folder}/nothing.xlsx"], 2, "import-refused"),
    ("obligation:form", ["obligation", "form", "{closed}"], 2, "content-invalid"),
    ("obligation:merge", ["obligation", "merge", "transport", "market", "--as", "{officer}"], 2, "wrong-post"),
    ("obligation:rename", ["obligation", "rename", "moon", "月", "--as", "{admin}"], 2, "unknown-record"),
    ("exercise:list_", ["exercise", "list", "--data", "/proc/anlan"], 1, "setup"),
    ("exercise:run", ["exercise", "run", "flooded-mine", "--speed", "61"], 2, "content-invalid"),
    ("exercise:resume", ["exercise", "resume", "nothing"], 2, "unknown-record"),
    ("exercise:report", ["exercise", "report", "nothing"], 2, "unknown-record"),
    ("exercise:abort", ["exercise", "abort", "nothing"], 2, "unknown-record"),
    ("exercise:pace", ["exercise", "pace", "nothing", "5"], 2, "unknown-record"),
    ("exercise:answer", ["exercise", "answer", "nothing", "1"], 2, "unknown-record"),
    ("exercise:console", ["exercise", "console", "nothing"], 2, "unknown-record"),
    (
        "exercise:adopt",
        ["exercise", "adopt", "nothing", "1", "--drill", "YL-2026-0001", "--by", "2026-12-31"],
        2,
        "unknown-record",
    ),
    ("exercise:turn_real", ["exercise", "turn-real", "nothing"], 2, "unknown-record"),
    ("exercise:turn_real", ["exercise", "turn-real", "nothing", "place"], 2, "content-invalid"),
    ("drill_year:show", ["drill-year", "show", "--data", "/proc/anlan"], 1, "setup"),
    ("drill_year:draw", ["drill-year", "draw", "YN-2026-0099"], 2, "unknown-record"),
    ("drill_year:draw", ["drill-year", "draw", "--seed", "1", "--of", "3", "--count", "2"], 2, "content-invalid"),
    ("process:show", ["process", "show", "volcano"], 2, "unknown-record"),
    ("process:show", ["process", "show", "hazard", "--svg", "{folder}/no/where.svg"], 1, "setup"),
    ("paper:verify", ["paper", "verify", "YH-2026-9999"], 2, "unknown-record"),
    ("ledger:verify", ["ledger", "verify", "--heads", "{folder}/nothing"], 2, "unknown-record"),
    ("ledger:export", ["ledger", "export", "{folder}/no/where.jsonl"], 1, "setup"),
    ("ledger:export", ["ledger", "export", "{folder}/x", "--case", "YH-2026-9999"], 2, "unknown-record"),
    ("rule:show", ["rule", "show", "haz-nothing"], 1, "clause-unknown"),
    ("notice:coverage", ["notice", "coverage", "--class", "x"], 2, "content-invalid"),
    ("notice:coverage", ["notice", "coverage", "--year", "1900"], 2, "unknown-record"),
    ("notice:diff", ["notice", "diff", "2021", "1900"], 2, "unknown-record"),
    ("upgrade:upgrade", ["upgrade", "--data", "/proc/anlan"], 1, "setup"),
    ("move:move", ["move"], 1, "setup"),
    ("demo:demo", ["demo"], 2, "content-invalid"),
    ("demo:demo", ["demo", "--live", "--pace", "-1"], 2, "content-invalid"),
    ("serve:schema", ["serve", "schema", "--data", "/proc/anlan"], 1, "setup"),
    ("serve:engine", ["serve", "engine", "--data", "/proc/anlan"], 1, "setup"),
    ("serve:engine_services", ["serve", "engine-services"], 1, "setup"),
    ("serve:worker", ["serve", "worker", "--data", "/proc/anlan"], 1, "setup"),
    ("serve:clock", ["serve", "clock", "--data", "/proc/anlan"], 1, "setup"),
    ("serve:console", ["serve", "console", "--data", "/proc/anlan"], 1, "setup"),
]


@pytest.fixture
def filled(county: Any, tmp_path: Path) -> Callable[[list[str]], list[str]]:
    """Return what puts the county's own numbers, logins and files into a command line."""
    ledger = tmp_path / "台账.csv"
    ledger.write_text("单位名称,隐患描述,发现日期\n示例县稳驾危货运输公司（演示）,灭火器过期,2026-03-02\n", "utf-8")
    values = {
        **county.cases, "folder": tmp_path, "ledger": ledger,
        "officer": county.who(Role.DEPT_OFFICER), "fixer": county.who(Role.UNIT_FIXER),
        "admin": county.who(Role.IT_ADMIN),
    }  # fmt: skip
    return lambda words: [word.format(**values) for word in words]


def test_every_command_is_tried_when_all_is_well_and_when_it_is_not() -> None:
    tried = _FINE.keys() | _WITH_ENGINE | _WITH_ROSTER | _WITH_FORM | _WITH_EXERCISE | _WITH_TABLE | _WITH_LIST | _PARTS
    tried |= _WITH_POSTGRES
    assert tried == {command.target for command in COMMANDS}
    assert {target for target, *_ in _REFUSED} == {command.target for command in COMMANDS}


@pytest.mark.parametrize("target", sorted(_FINE))
def test_what_a_command_did_is_one_document(
    target: str, filled: Callable[..., list[str]], anlan: Callable[..., Any]
) -> None:
    answer = anlan(*filled(_FINE[target]), "--json")

    assert answer.code == 0
    assert "error" not in answer.document
    assert answer.err == ""


@pytest.mark.parametrize(("target", "words", "code", "name"), _REFUSED, ids=[f"{row[0]}-{row[3]}" for row in _REFUSED])
def test_what_a_command_refuses_or_cannot_do_is_one_document_with_the_code_of_the_error(
    target: str, words: list[str], code: int, name: str,
    filled: Callable[..., list[str]], anlan: Callable[..., Any], typed: Callable[..., Any],
) -> None:  # fmt: skip
    command = typed if "--data" in words else anlan

    answer = command(*filled(words), "--json")

    assert target
    assert answer.code == code
    assert answer.document.keys() == {"error"}
    assert answer.error["code"] == name
    assert answer.error["message"].endswith("。")
    assert answer.err == ""


@pytest.mark.parametrize(
    "words", [[], ["fly"], ["case", "show"], ["case", "list", "--page", "one"], ["case", "list", "--colour", "red"]]
)
def test_a_command_that_is_written_wrongly_is_one_document_too(words: list[str], typed: Callable[..., Any]) -> None:
    answer = typed(*words, "--json")

    assert answer.code == 2
    assert answer.error["code"] == "content-invalid"
    assert answer.error["detail"]


@pytest.mark.parametrize(
    ("words", "outcome"),
    [(["case", "show", "YH-2026-9999"], "未办理："), (["ledger", "export", "/proc/no/x"], "出错：")],
)
def test_without_json_an_error_is_a_sentence_beside_the_output(
    words: list[str], outcome: str, anlan: Callable[..., Any]
) -> None:
    answer = anlan(*words)

    assert answer.code in {1, 2}
    assert answer.out == ""
    assert answer.err.startswith(outcome)
    assert "Traceback" not in answer.err


# --- settings that are wrong -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ('console_port = "abc"', "console_port"),
        ("console_port = 70000", "console_port"),
        ("colour = 3", "colour"),
        ("console_port =", "anlan.toml"),
        ('mail_password = ["hush-canary"]', "mail_password"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_its_value_is_not_told(
    content: str, named: str, anlan: Callable[..., Any], county: Any
) -> None:
    (county.folder / "anlan.toml").write_text(content, encoding="utf-8")

    answer = anlan("case", "list", "--json")

    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert named in answer.error["message"]
    assert "canary" not in answer.out


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    anlan: Callable[..., Any], county: Any, surroundings: pytest.MonkeyPatch
) -> None:
    (county.folder / "anlan.toml").write_text('language = "en"\n', encoding="utf-8")
    surroundings.setenv("ANLAN_CONSOLE_PORT", "none of those")
    assert "console_port" in anlan("case", "list", "--json").error["message"]
    surroundings.delenv("ANLAN_CONSOLE_PORT")
    assert anlan("case", "list", "--json", "--lang", "zh").code == 0


# --- nothing there -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["case", "list"], ["ledger", "verify"], ["backup"], ["run"]], ids=lambda w: w[0])
def test_where_nothing_was_founded_a_command_says_so_and_makes_no_database(
    words: list[str], typed: Callable[..., Any], tmp_path: Path
) -> None:
    answer = typed(*words, "--data", tmp_path / "empty", "--json")

    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "anlan init" in answer.error["message"]
    assert not (tmp_path / "empty" / "anlan.db").exists()


def test_an_empty_database_is_one_that_was_not_founded(typed: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "anlan.db").touch()
    answer = typed("case", "list", "--data", tmp_path, "--json")
    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "尚未建立" in answer.error["message"]


# --- the journal is kept by the program ----------------------------------------------------------


@pytest.mark.parametrize("kind", ["seal", "erase", "back-up", "note"])
def test_nobody_writes_the_journal_by_hand(kind: str, anlan: Callable[..., Any], county: Any) -> None:
    anlan("backup")
    before = county.count("acts")
    (number,) = (number for (number,) in county.rows("SELECT number FROM cases WHERE kind = 'journal'"))

    answer = anlan("case", "act", number, kind, "what=x", "--as", county.who(Role.AUDITOR), "--json")

    assert (answer.code, answer.error["code"]) == (2, "unknown-record")
    assert county.count("acts") == before


def test_a_document_is_plain_json_with_chinese_as_it_is(anlan: Callable[..., Any], county: Any) -> None:
    printed = anlan("case", "show", county.cases["own"], "--json").out
    assert "卸车台防护栏缺失一段" in printed
    assert json.loads(printed)["number"] == county.cases["own"]
