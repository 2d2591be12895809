"""`anlan init`: a real county begins from four tables that were written out, filled in and checked as a whole."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from deployments.signing import access_of
from documents.ledgers import STARTUP_TABLES
from models.installation import describe
from models.store import open_store
from rules.actor import Role
from rules.errors import SignInRefused
from settings import Settings
from tasks.resources import open_resources

Tables = dict[str, list[dict[str, str]]]

_FILES = {spec.name: f"{number}-{spec.title}.xlsx" for number, spec in enumerate(STARTUP_TABLES, start=1)}
_FIRST_ROW = 4
_ORGANISATIONS = [
    ("xian", "代县人民政府", "县政府", ""),
    ("yingji", "代县应急管理局", "应急局", "xian"),
    ("anban", "代县安全生产委员会办公室", "安委办", "xian"),
    ("gongxin", "代县工业和信息化局", "部门", "xian"),
    ("shangguan", "上馆镇", "乡镇", "xian"),
    ("xiguan", "西关村", "村", "shangguan"),
]
_SEATS = {
    "整改责任人": "hongxing", "安全管理员": "hongxing", "主要负责人": "hongxing",
    "乡镇安监员": "shangguan", "乡镇分管领导": "shangguan", "部门监管员": "gongxin", "部门负责人": "gongxin",
    "应急局监管员": "yingji", "应急局负责人": "yingji", "安委办": "anban", "分管县领导": "xian", "审计": "xian",
    "系统管理员": "anban",
}  # fmt: skip


def _county() -> Tables:
    """Return the four tables of a county in which every post is held."""
    organisations = [dict(zip(("code", "name", "kind", "parent"), row, strict=True)) for row in _ORGANISATIONS]
    unit = {
        "code": "hongxing", "name": "红星化工厂", "township": "shangguan", "industry": "危险化学品",
        "department": "gongxin", "address": "上馆镇西关村北", "employees": "36",
    }  # fmt: skip
    posts = [
        {"code": f"p{number}", "name": role, "role": role, "belongs_to": seat}
        for number, (role, seat) in enumerate(_SEATS.items(), start=1)
    ]
    people = [
        {"name": f"示例{number}", "mobile": f"1990000{number:04d}", "account": f"user{number}", "posts": f"p{number}"}
        for number in range(1, len(posts) + 1)
    ]
    return {"organisation": organisations, "units": [unit], "posts": posts, "people": people}


def _fill(folder: Path, tables: Tables) -> None:
    """Fill the written tables in as somebody with Excel would."""
    for spec in STARTUP_TABLES:
        path = folder / _FILES[spec.name]
        book = openpyxl.load_workbook(path)
        sheet = book[book.sheetnames[0]]
        for number, row in enumerate(tables[spec.name], start=_FIRST_ROW):
            for place, column in enumerate(spec.columns, start=1):
                sheet.cell(number, place).value = row.get(column.key)
        book.save(path)


@pytest.fixture
def folder(typed: Callable[..., Any], tmp_path: Path) -> Path:
    """Return the folder with the empty tables that the command has written."""
    answer = typed("init", "--tables", tmp_path / "开库表格", "--json")
    assert answer.document["tables"] == [str(tmp_path / "开库表格" / name) for name in _FILES.values()]
    return tmp_path / "开库表格"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return where the county is to be founded."""
    return tmp_path / "data"


@pytest.fixture
def init(typed: Callable[..., Any], folder: Path, data: Path) -> Callable[..., Any]:
    """Return what fills the tables in and founds the county from them."""

    def run(tables: Tables | None = None, *words: str) -> Any:
        if tables is not None:
            _fill(folder, tables)
        named = words or ("--county", "dai", "--name", "代县")
        return typed("init", "--from", folder, *named, "--data", data, "--json")

    return run


def _is_founded(data: Path) -> bool:
    store = open_store(Settings(data_folder=data).database)
    with store.read() as reading:
        facts = describe(reading)
    store.close()
    return facts is not None


def _bad(document: Mapping[str, Any]) -> set[str]:
    """Return what the checkup calls bad; the calendar of a year to come is nobody's fault here."""
    return {check["name"] for check in document["checks"] if check["state"] == "bad"} - {"放假安排"}


# --- the tables ----------------------------------------------------------------------------------


def test_the_tables_are_written_out_with_an_explanation_of_every_column(folder: Path) -> None:
    for spec in STARTUP_TABLES:
        book = openpyxl.load_workbook(folder / _FILES[spec.name])
        heading = [str(cell.value) for cell in book[book.sheetnames[0]][_FIRST_ROW - 1]]
        assert [title.removesuffix("（必填）") for title in heading] == [column.title for column in spec.columns]
        assert "填写说明" in book.sheetnames


def test_tables_that_may_be_filled_in_already_are_not_overwritten(typed: Callable[..., Any], folder: Path) -> None:
    (folder / _FILES["units"]).write_bytes(b"filled in")
    (folder / _FILES["posts"]).unlink()

    answer = typed("init", "--tables", folder, "--json")

    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert _FILES["units"] in answer.error["message"]
    assert (folder / _FILES["units"]).read_bytes() == b"filled in"
    assert not (folder / _FILES["posts"]).exists()


# --- founding ------------------------------------------------------------------------------------


def test_a_county_is_founded_from_the_tables_and_the_checkup_finds_nothing_missing(
    init: Callable[..., Any], typed: Callable[..., Any], data: Path
) -> None:
    answer = init(_county())

    assert answer.document["registered"] == {"机构": [6, 0], "岗位": [13, 0], "人员": [13, 0], "生产经营单位": [1, 0]}
    assert _bad(answer.document) == set()
    assert answer.code == (0 if answer.document["healthy"] else 1)
    again = typed("doctor", "--data", data, "--json")
    assert _bad(again.document) == set()
    words = {check["name"]: check["words"] for check in again.document["checks"]}
    assert words["本机"] == "代县，规则 dai"
    assert words["机构人员"] == "机构 6、单位 1、人员 13、岗位 13"


def test_every_town_has_a_seat_for_the_unregistered_once(init: Callable[..., Any], data: Path) -> None:
    tables = _county()
    init(tables)
    tables["organisation"].append({"code": "zaolin", "name": "枣林镇", "kind": "乡镇", "parent": "xian"})
    for _ in range(2):
        init(tables, "--county", "dai")
    tools = open_resources(Settings(data_folder=data))
    with tools.store.read() as reading:
        rows = _rows(reading, "SELECT name FROM units WHERE sector = '未登记的单位' ORDER BY code")
    tools.store.close()
    assert [name for (name,) in rows] == ["上馆镇未登记的单位和个人", "枣林镇未登记的单位和个人"]


def test_the_printed_answer_says_where_the_passwords_lie_and_that_they_must_be_handed_out(
    init: Callable[..., Any], typed: Callable[..., Any], folder: Path, data: Path
) -> None:
    assert init
    _fill(folder, _county())

    answer = typed("init", "--from", folder, "--county", "dai", "--name", "代县", "--data", data)

    assert "✓ 机构：新登记 6，此前已登记 0" in answer.out
    assert "初始密码-" in answer.out
    assert "✓ 岗位在岗：每种岗位都有人" in answer.out


def test_the_journal_says_what_was_founded_and_registered(init: Callable[..., Any], data: Path) -> None:
    init(_county())
    tools = open_resources(Settings(data_folder=data))
    with tools.store.read() as reading:
        store_rows = [row[0] for row in _rows(reading, "SELECT kind FROM acts ORDER BY seq")]
    tools.store.close()
    assert store_rows == ["found", "import", "import", "import", "import"]


def _rows(reading: Any, query: str) -> list[Any]:
    from sqlalchemy import text  # noqa: PLC0415 - one use

    from models.statements import Statement  # noqa: PLC0415 - one use

    return list(reading.all(Statement(text(query))))


def test_a_post_that_nobody_holds_is_named_and_the_county_stands_all_the_same(
    init: Callable[..., Any], data: Path
) -> None:
    tables = _county()
    tables["people"] = [row for row in tables["people"] if row["posts"] not in {"p10", "p11"}]

    answer = init(tables)

    assert answer.code == 1
    assert _bad(answer.document) == {"岗位在岗"}
    words = next(check["words"] for check in answer.document["checks"] if check["name"] == "岗位在岗")
    assert "安委办" in words
    assert "分管县领导" in words
    assert _is_founded(data)


@pytest.mark.postgres
def test_a_county_may_be_founded_on_postgres(
    init: Callable[..., Any], postgres_county: Any, surroundings: pytest.MonkeyPatch
) -> None:
    """Into the database of a demonstration it may not, which shows that it was this database that was asked."""
    surroundings.setenv("ANLAN_DATABASE_URL", postgres_county.database_url)
    answer = init(_county())
    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "演示库" in answer.error["message"]


# --- what is refused -----------------------------------------------------------------------------

Fault = Callable[[Tables], Any]


def _set(table: str, place: int, **values: str) -> Fault:
    return lambda tables: tables[table][place].update(values)


def _again(table: str, place: int, **values: str) -> Fault:
    return lambda tables: tables[table].append({**tables[table][place], **values})


_FAULTS: dict[str, tuple[Fault, str, str]] = {
    "unknown parent": (_set("organisation", 5, parent="dongguan"), "organisation", "没有编码为「dongguan」的机构"),
    "parents in a circle": (_set("organisation", 4, parent="xiguan"), "organisation", "循环"),
    "no parent": (_set("organisation", 2, parent=""), "organisation", "必须填写上级编码"),
    "a county below something": (_set("organisation", 0, parent="yingji"), "organisation", "县政府没有上级"),
    "two county governments": (
        _again("organisation", 0, code="xian2", name="另一县政府"), "organisation", "县政府只能有一个",
    ),
    "an organisation twice": (_again("organisation", 3), "organisation", "与第 7 行重复"),
    "a kind that is none": (_set("organisation", 3, kind="局"), "organisation", "类别"),
    "a unit in no town": (_set("units", 0, township="gongxin"), "units", "「gongxin」是部门，应为乡镇"),
    "a unit under no department": (_set("units", 0, department="shangguan"), "units", "应为部门"),
    "a unit twice": (_again("units", 0), "units", "重复"),
    "a credit code that does not check": (_set("units", 0, credit_code="91350100M000100Y44"), "units", "信用代码"),
    "a unit's post at an office": (_set("posts", 0, belongs_to="yingji"), "posts", "设在生产经营单位"),
    "an office's post at a unit": (_set("posts", 5, belongs_to="hongxing"), "posts", "没有编码为「hongxing」的机构"),
    "a town's post at a bureau": (_set("posts", 3, belongs_to="yingji"), "posts", "不是乡镇"),
    "a role that is none": (_set("posts", 3, role="镇长"), "posts", "角色"),
    "a post twice": (_again("posts", 3), "posts", "重复"),
    "a person in no post": (_set("people", 0, posts="p99"), "people", "没有编码为「p99」的岗位"),
    "a login twice": (_again("people", 0, name="同名账号"), "people", "重复"),
    "a telephone that is none": (_set("people", 0, mobile="12345"), "people", "手机号"),
    "a person without a name": (_set("people", 0, name=""), "people", "必填"),
}  # fmt: skip


@pytest.mark.parametrize("name", _FAULTS)
def test_a_fault_in_any_table_stops_the_whole_and_comes_back_beside_the_row(
    name: str, init: Callable[..., Any], folder: Path, data: Path
) -> None:
    spoil, table, words = _FAULTS[name]
    tables = _county()
    spoil(tables)

    answer = init(tables)

    assert (answer.code, answer.error["code"]) == (2, "import-refused")
    assert _FILES[table] in answer.error["message"]
    assert words in answer.error["message"]
    annotated = folder / f"~{Path(_FILES[table]).stem}-核对结果.xlsx"
    assert annotated.is_file()
    sheet = openpyxl.load_workbook(annotated).worksheets[0]
    assert any(words in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert not _is_founded(data)
    assert not list((data / "run").glob("初始密码*"))


def test_faults_in_several_tables_come_back_together_and_a_corrected_folder_is_taken(
    init: Callable[..., Any], folder: Path, data: Path
) -> None:
    tables = _county()
    for name in ("unknown parent", "a unit in no town", "a person in no post"):
        _FAULTS[name][0](tables)

    refused = init(tables)
    taken = init(_county())

    assert "有 3 行需要修改" in refused.error["message"]
    assert len(list(folder.glob("~*"))) == 3
    assert "registered" in taken.document
    assert _is_founded(data)


@pytest.mark.parametrize("table", _FILES)
def test_a_table_that_is_missing_is_named(table: str, init: Callable[..., Any], folder: Path, data: Path) -> None:
    (folder / _FILES[table]).unlink()
    answer = init()
    assert (answer.code, answer.error["code"]) == (2, "import-refused")
    assert _FILES[table].removesuffix(".xlsx")[2:] in answer.error["message"]
    assert not (data / "anlan.db").exists()


def test_empty_tables_found_a_county_without_anybody_in_it_which_the_checkup_says(init: Callable[..., Any]) -> None:
    answer = init()
    assert answer.code == 1
    assert "机构人员" in _bad(answer.document)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--county", "dai"), "setup"),
        (("--name", "代县"), "setup"),
        (("--county", "nowhere", "--name", "某县"), "rulebook"),
    ],
)
def test_a_county_without_a_name_or_without_rules_is_not_founded(
    words: tuple[str, ...], code: str, init: Callable[..., Any], data: Path
) -> None:
    answer = init(_county(), *words)
    assert (answer.code, answer.error["code"]) == (1, code)
    assert not _is_founded(data)


def test_a_demonstration_never_becomes_a_real_county(anlan: Callable[..., Any], county: Any, folder: Path) -> None:
    _fill(folder, _county())
    before = county.count("organisations")
    answer = anlan("init", "--from", folder, "--county", "dai", "--name", "代县", "--json")
    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "演示库" in answer.error["message"]
    assert county.count("organisations") == before


# --- the second time -----------------------------------------------------------------------------


def test_a_second_run_adds_what_is_new_and_leaves_what_is_registered(
    init: Callable[..., Any], folder: Path, data: Path
) -> None:
    first = init(_county())
    tables = _county()
    tables["organisation"][4]["name"] = "改名镇"
    tables["organisation"].append({"code": "zaolin", "name": "枣林镇", "kind": "乡镇", "parent": "xian"})
    tables["units"].append({**tables["units"][0], "code": "dongfeng", "name": "东风铸造厂", "township": "zaolin"})
    tables["posts"].append({"code": "p14", "name": "厂长", "role": "主要负责人", "belongs_to": "dongfeng"})
    tables["people"].append({"name": "新来的", "mobile": "19900000099", "account": "newcomer", "posts": "p14、p1"})

    second = init(tables, "--county", "dai")

    assert second.document["registered"] == {
        "机构": [1, 6], "岗位": [1, 13], "人员": [1, 13], "生产经营单位": [1, 1],
    }  # fmt: skip
    assert second.document["passwords"] != first.document["passwords"]
    assert [row[1] for row in _passwords(second)] == ["newcomer"]
    tools = open_resources(Settings(data_folder=data))
    with tools.store.read() as reading:
        assert [row[0] for row in _rows(reading, "SELECT name FROM organisations WHERE code = 'shangguan'")] == [
            "上馆镇"
        ]
    tools.store.close()
    third = init(tables, "--county", "dai")
    assert third.document["registered"]["人员"] == [0, 14]
    assert third.document["passwords"] is None
    assert folder.is_dir()


def test_what_kind_of_unit_a_known_unit_is_may_be_added_later(init: Callable[..., Any], data: Path) -> None:
    def kinds() -> list[Any]:
        tools = open_resources(Settings(data_folder=data))
        with tools.store.read() as reading:
            found = _rows(reading, "SELECT code, kind FROM units WHERE sector <> '未登记的单位' ORDER BY code")
        tools.store.close()
        return [tuple(row) for row in found]

    init(_county())
    assert kinds() == [("hongxing", None)]
    tables = _county()
    tables["units"][0]["kind"] = "危化品"
    tables["units"].append({**tables["units"][0], "code": "jinhui", "name": "金辉宾馆", "kind": "人员密集场所"})
    init(tables, "--county", "dai")
    assert kinds() == [("hongxing", "hazardous"), ("jinhui", "crowded")]
    init(_county(), "--county", "dai")
    assert kinds()[0] == ("hongxing", "hazardous")


def test_a_second_run_for_another_county_is_refused(init: Callable[..., Any]) -> None:
    init(_county())
    answer = init(None, "--county", "yu", "--name", "盂县")
    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "代县" in answer.error["message"]


# --- first passwords -----------------------------------------------------------------------------


def _passwords(answer: Any) -> list[tuple[str, str, str]]:
    """Return name, login and password of each row that is to be handed out."""
    sheet = openpyxl.load_workbook(answer.document["passwords"]).worksheets[0]
    rows = [tuple(str(cell.value) for cell in row[:3]) for row in sheet.iter_rows()]
    begin = next(place for place, row in enumerate(rows) if row[0] == "姓名")
    return [(name, login, password) for name, login, password in rows[begin + 1 :] if name != "None"]


def test_first_passwords_lie_in_a_file_that_only_its_owner_reads(init: Callable[..., Any], data: Path) -> None:
    answer = init(_county())
    path = Path(answer.document["passwords"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    rows = _passwords(answer)
    assert [row[1] for row in rows] == [f"user{number}" for number in range(1, 14)]
    assert len({row[2] for row in rows}) == 13
    assert all(len(row[2]) == 14 for row in rows)
    assert not any(row[2].encode() in (data / "anlan.db").read_bytes() for row in rows)


def test_a_first_password_opens_the_door_once_and_must_be_changed(
    init: Callable[..., Any], typed: Callable[..., Any], data: Path
) -> None:
    _, login, password = _passwords(init(_county()))[1]
    tools = open_resources(Settings(data_folder=data, password_memory_kib=8, password_rounds=1))
    access = access_of(tools)
    words = ["duty", "list", "--login", login, "--password-stdin", "--data", data, "--json"]

    signed_in = access.sign_in(login, password, tools.now())
    before = typed(*words, given=f"{password}\n")
    access.set_password(login, "清水河畔八点整开会啦", tools.now())
    after = typed(*words, given="清水河畔八点整开会啦\n")
    with pytest.raises(SignInRefused):
        access.sign_in(login, password, tools.now())
    tools.store.close()

    assert signed_in.must_change
    assert (before.code, before.error["code"]) == (2, "sign-in-refused")
    assert "修改密码" in before.error["message"]
    assert after.document == []


def test_in_a_real_county_nobody_acts_as_somebody_else_and_nobody_reads_without_signing_in(
    init: Callable[..., Any], typed: Callable[..., Any], data: Path
) -> None:
    init(_county())
    acting = typed("duty", "list", "--as", "user1", "--data", data, "--json")
    reading = typed("case", "list", "--data", data, "--json")
    assert (acting.code, acting.error["code"]) == (1, "setup")
    assert "演示库" in acting.error["message"]
    assert (reading.code, reading.error["code"]) == (2, "sign-in-refused")


def test_a_real_county_imports_a_ledger_of_its_own(
    init: Callable[..., Any], typed: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    rows = _passwords(init(_county()))
    login = rows[list(_SEATS).index(Role.BUREAU_OFFICER.label)][1]
    tools = open_resources(Settings(data_folder=data, password_memory_kib=8, password_rounds=1))
    access_of(tools).set_password(login, "清水河畔八点整开会啦", tools.now())
    tools.store.close()
    ledger = tmp_path / "台账.csv"
    ledger.write_text("单位名称,隐患描述,发现日期\n红星化工厂,灭火器过期,2026-03-02\n", "utf-8")
    who = ["--login", login, "--password-stdin"]

    answer = typed("import", ledger, *who, "--data", data, "--json", given="清水河畔八点整开会啦\n")

    assert answer.document["imported"] == 1
    shown = typed(
        "case", "show", "YH-2026-0001", *who, "--data", data, "--json", given="清水河畔八点整开会啦\n"
    ).document
    assert [act["demonstration"] for act in shown["acts"]] == [False]
    assert shown["unit"]["name"] == "红星化工厂"


def test_the_tables_survive_being_copied_under_names_without_numbers(init: Callable[..., Any], folder: Path) -> None:
    _fill(folder, _county())
    for name in _FILES.values():
        shutil.move(folder / name, folder / name[2:])
    assert _bad(init().document) == set()
