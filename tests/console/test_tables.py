"""Every table that comes in takes one way: its headings, a look at all rows, and then what was chosen to enter."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from documents.spreadsheet import read_grid
from flows.importing import enter
from flows.orders import Order
from models import directory, runs
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.statements import Statement
from rules.actor import OWN, clock
from rules.incoming import INCOMING, Mode
from tasks.resources import Resources, open_resources

PASSWORD = "清水河畔八点整开会啦"
YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
# By table: who brings it in, its headings as nobody foresaw them and what each means, good rows, and one at fault.
TABLES: dict[str, tuple[str, dict[str, str], list[list[str]], list[str], str]] = {
    "hazard_ledger": (
        "town_clerk", {"谁家": "unit", "毛病": "description", "哪天": "found_on"},
        [["红星铁矿", "护罩缺失", "2026-03-01"], ["清波化工厂", "=cmd|'/c calc'!A0", "2026-02-27"]],
        ["没有这家", "门轴松动", "2026-03-01"], "单位名录中没有这个单位",
    ),
    "unit_table": (
        "dept_officer", {"哪家": "code", "归谁管": "sector"},
        [["redstar", "工信局"], ["qingbo", "工信局"]], ["nowhere", "工信局"], "管辖范围内没有编码为「nowhere」的单位",
    ),
    "duty_roster": (
        "bureau_officer",
        {"哪天": "day", "从": "starts", "到": "ends", "领导": "leader", "正副": "rank", "人": "keepers"},
        [["2026-03-02", "08:00", "08:00", "bureau_head", "正职", "bureau_officer、committee_office"]],
        ["2026-03-03", "8点", "08:00", "bureau_head", "正职", "没有这个人"], "不是时刻",
    ),
    "programme_list": (
        "town_clerk", {"哪村": "object", "哪天前": "due"}, [["qingshi-1", "2026-12-01"]], ["qingshi-9", ""],
        "qingshi-9",
    ),
    "register": (
        "bureau_officer", {"干啥": "own-0", "哪天": "own-1", "几人": "own-2"},
        [["进社区", "2026-03-01", "100"], ["进校园", "2026-02-03", "20"]], ["进企业", "2026-02-04", "一百"],
        "应为数字",
    ),
    "organisation": (
        "it_admin", {"码": "code", "叫啥": "name", "哪类": "kind", "上头": "parent"},
        [["yanming", "阳明堡镇", "乡镇", "county"]], ["nobody", "无主镇", "乡镇", "nowhere"],
        "没有编码为「nowhere」的机构",
    ),
    "units": (
        "it_admin",
        {"码": "code", "叫啥": "name", "哪镇": "township", "干啥的": "industry", "谁管": "department",
         "在哪": "address"},
        [["newmill", "新磨坊", "qingshi", "商贸", "commerce", "街口"]],
        ["ghost", "无主磨坊", "nowhere", "商贸", "commerce", "街口"], "没有编码为「nowhere」的机构",
    ),
    "posts": (
        "it_admin", {"码": "code", "叫啥": "name", "啥角色": "role", "在哪": "belongs_to"},
        [["extra-clerk", "安监员二", "安监员", "qingshi"]], ["lost", "安监员三", "安监员", "nowhere"],
        "没有编码为「nowhere」的机构",
    ),
    "people": (
        "it_admin", {"叫啥": "name", "号": "mobile", "登录用": "account", "在哪岗": "posts"},
        [["新来的", "19900000009", "newcomer", "post-town_clerk"]],
        ["无岗的", "19900000008", "nopost", "no-such-post"], "没有编码为「no-such-post」的岗位",
    ),
}  # fmt: skip
_WHOLE = sorted(name for name, table in INCOMING.items() if table.is_whole)


class _Unseen(Order):
    """A run that tells nobody how far it has come: no engine is there to show it."""

    def progress(self, done: int, total: int) -> None:
        del done, total


@pytest.fixture
def worker(house: Any) -> Iterator[Callable[[str], Resources]]:
    """Return what does a run that was asked for, as a worker would: by its ticket."""
    tools = open_resources(house.settings, now=house.clock)

    def does(path: str) -> Resources:
        ticket = path.rsplit("/", 1)[1]
        with tools.store.read() as reading:
            asked = runs.order_of(reading, ticket)
        run_id, said = f"run-{ticket}", asked.parameters
        runs.begin_run(
            tools.store, run_id=run_id, flow=asked.flow, trigger="person", case_id=None, principal="x", now=tools.now()
        )
        runs.bind_order(tools.store, ticket=ticket, run_id=run_id)
        order = _Unseen(tools, run_id, asked.actor, asked.flow, ticket)
        enter(order, said["upload"], table=said["table"], about=said["about"], mode=Mode(said["mode"]))
        runs.end_run(
            tools.store, run_id=run_id, state="Completed", message=order.answer, now=tools.now(), counts=order.counts
        )
        runs.answer_order(tools.store, ticket=ticket, answer=order.answer, now=tools.now())
        return tools

    yield does
    tools.store.close()


@pytest.fixture
def about(house: Any) -> Callable[[str], str]:
    """Return what a table is about: an organisation, a case that is opened for it, or nothing."""

    def found(name: str) -> str:
        if name == "programme_list":
            return _programme(house)
        if name != "register":
            return "bureau" if name == "duty_roster" else ""
        with house.store.read() as reading:
            (row,) = reading.all(Statement(text("SELECT id FROM organisations WHERE code = 'bureau'")))
        said = {"role": "dept_head", "least": "1", "clause": "obl-publicity-reach", "quota": "publicity-reach", **YEAR}
        deed = Deed("open", clock("dai"), "open-register", {"holder": row[0], "seat": row[0], **said})
        number: str = house.app.desk.ledger.open_case("obligation", f"bureau{OWN}", deed, house.clock()).number
        return number

    return found


def _programme(house: Any) -> str:
    def village(writing: Any) -> None:
        directory.add_organisation(
            writing, "dai", code="qingshi-1", name="青石村", kind=OrganisationKind.VILLAGE, parent="qingshi"
        )

    house.store.write(village)
    leader = house.person("town_leader")
    form = leader.get("/programmes/new").form("/programmes")
    answer = leader.submit(form, programme="zero-villages", whose="qingshi")
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


def _book(headings: list[str], rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(headings)
    for row in rows:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _looked_at(house: Any, worker: Any, name: str, about: str, rows: list[list[str]]) -> Any:
    """Upload a table, say what its headings mean, let a worker look at it, and return the page of that run."""
    headings = TABLES[name][1]
    told = dict(zip((f"c{at}" for at in range(len(headings))), headings.values(), strict=True))
    return _checked(house, worker, name, about, _book(list(headings), rows), **told)


def _checked(house: Any, worker: Any, name: str, about: str, content: bytes, **told: str) -> Any:
    person, path = house.person(TABLES[name][0]), f"/exchange/tables/{name}"
    file = [("upload", ("表.xlsx", content, "application/octet-stream"))]
    sent = person.fill(path, path, files=file, **({"about": about} if about else {}))
    assert sent.status == 303, sent.words
    form = person.get(sent.location).form(sent.location.partition("?")[0])
    asked = person.submit(form, **told)
    assert asked.status == 303, asked.words
    worker(asked.location)
    return person.get(asked.location)


def _enter(house: Any, worker: Any, name: str, page: Any, mode: str) -> Any:
    person = house.person(TABLES[name][0])
    (form,) = [form for form in page.reader.forms if form.action.endswith("/enter")]
    asked = person.submit(form, mode=mode)
    assert asked.status == 303, asked.words
    worker(asked.location)
    return person.get(asked.location)


def _rows(house: Any) -> dict[str, int]:
    """Return how much there is of everything that a table can bring in."""
    tables = ("acts", "cases", "organisations", "units", "posts", "persons", "accounts")
    with house.store.read() as reading:
        return {each: reading.all(Statement(text(f"SELECT count(*) FROM {each}")))[0][0] for each in tables}  # noqa: S608 - ours


def test_every_table_that_comes_in_is_tried_here() -> None:
    assert TABLES.keys() == INCOMING.keys()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_looking_writes_nothing_and_entering_all_writes_each_row_once(
    house: Any, worker: Any, about: Callable[[str], str], name: str
) -> None:
    good, whom = TABLES[name][2], about(name)
    before = _rows(house)
    page = _looked_at(house, worker, name, whom, good)
    assert f"可写入 {len(good)} 行" in page.words
    assert _rows(house) == before
    done = _enter(house, worker, name, page, "whole")
    assert f"写入 {len(good)} 行，此前已有 0 行，有问题 0 行" in done.words
    after = _rows(house)
    assert after != before
    assert "/enter" not in done.text
    if name not in {"hazard_ledger", "programme_list", "register", "people"}:
        return
    again = _looked_at(house, worker, name, whom, good)
    assert f"可写入 0 行，此前已有 {len(good)} 行" in again.words
    assert _rows(house) == after
    assert "/enter" not in again.text


@pytest.mark.parametrize("name", ["hazard_ledger", "register", "people"])
def test_a_row_at_fault_is_explained_in_its_cell_and_stops_the_whole(
    house: Any, worker: Any, about: Callable[[str], str], name: str
) -> None:
    _, _, good, bad, said = TABLES[name]
    before, whom = None, about(name)
    before = _rows(house)
    page = _looked_at(house, worker, name, whom, [*good, bad])
    assert "有问题 1 行" in page.words
    assert _rows(house) == before
    (link,) = [link for link in page.links if link.endswith("/workbook")]
    sheet = openpyxl.load_workbook(io.BytesIO(house.person(TABLES[name][0]).get(link).response.content)).active
    notes = [cell.comment.text for row in sheet for cell in row if cell.comment]
    assert any(said in note for note in notes), notes
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    if name in _WHOLE:
        assert "/enter" not in page.text
        return
    done = _enter(house, worker, name, page, "good")
    assert f"写入 {len(good)} 行，此前已有 0 行，有问题 1 行" in done.words


def test_what_was_looked_at_as_whole_is_not_entered_in_part(house: Any, worker: Any) -> None:
    good = TABLES["hazard_ledger"][2]
    page = _looked_at(house, worker, "hazard_ledger", "", [*good, TABLES["hazard_ledger"][3]])
    before = _rows(house)
    done = _enter(house, worker, "hazard_ledger", page, "whole")
    assert "没有写入任何内容：有问题 1 行" in done.words
    assert _rows(house) == before


def test_headings_are_remembered_for_the_organisation_and_for_no_other(house: Any, worker: Any) -> None:
    login, headings, good, *_ = TABLES["hazard_ledger"]
    _looked_at(house, worker, "hazard_ledger", "", good)
    file = [("upload", ("表.xlsx", _book(list(headings), good), "x/y"))]
    path = "/exchange/tables/hazard_ledger"
    for who, chosen in ((login, [*headings.values()]), ("town_clerk2", ["", "", ""])):
        sent = house.person(who).fill(path, path, files=file)
        form = house.person(who).get(sent.location).form(sent.location.partition("?")[0])
        assert [form.fields[f"c{at}"] for at in range(3)] == chosen
        assert "护罩缺失" in house.person(who).get(sent.location).words


def test_a_column_chosen_twice_or_missing_is_said_and_what_was_chosen_stays(house: Any) -> None:
    login, headings, good, *_ = TABLES["hazard_ledger"]
    person, path = house.person(login), "/exchange/tables/hazard_ledger"
    sent = person.fill(path, path, files=[("upload", ("表.xlsx", _book(list(headings), good), "x/y"))])
    form = person.get(sent.location).form(sent.location.partition("?")[0])
    twice = person.submit(form, c0="unit", c1="unit", c2="found_on")
    assert (twice.status, "「单位名称」选了不止一个列名" in twice.words) == (422, True)
    assert twice.form(form.action).fields["c2"] == "found_on"
    missing = person.submit(form, c0="unit")
    assert (missing.status, "还没有对应的必填列：隐患描述、发现日期" in missing.words) == (422, True)
    unknown = person.submit(form, c0="unit", c1="description", c2="found_on", c3="x", csrf=form.fields["csrf"])
    assert unknown.status == 303


def test_a_file_is_for_the_session_that_sent_it(house: Any) -> None:
    login, headings, good, *_ = TABLES["hazard_ledger"]
    path = "/exchange/tables/hazard_ledger"
    sent = house.person(login).fill(path, path, files=[("upload", ("表.xlsx", _book(list(headings), good), "x/y"))])
    assert house.person(login).get(sent.location).status == 200
    assert house.person("town_clerk2").get(sent.location).status == 404
    assert house.person(login).get(sent.location.partition("?")[0]).status == 404
    entering = f"{sent.location.partition('?')[0]}/enter"
    csrf = house.person("town_clerk2").get("/me").form("/sign-out").fields["csrf"]
    forged = house.person("town_clerk2").client.post(entering, data={"csrf": csrf, "mode": "good"})
    assert forged.status_code == 404


@pytest.mark.parametrize(
    ("login", "name", "sent", "status", "words"),
    [
        ("town_clerk", "hazard_ledger", None, 422, "请选择一个文件"),
        ("town_clerk", "hazard_ledger", b"PK\x03\x04 nonsense", 422, "文件"),
        ("town_clerk", "people", b"a,b\n", 403, "由系统管理员导入"),
        ("town_clerk", "no-such-table", b"a,b\n", 404, "没有"),
        ("bureau_officer", "duty_roster", b"a,b\n", 422, "请选择机构"),
        ("bureau_officer", "register", b"a,b\n", 422, "没有编号为"),
        ("bureau_officer", "programme_list", b"a,b\n", 422, "没有编号为"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    house: Any, login: str, name: str, sent: bytes | None, status: int, words: str
) -> None:
    person = house.person(login)
    csrf = person.get("/me").form("/sign-out").fields["csrf"]
    files = {"upload": ("t.csv", sent, "text/csv")} if sent else None
    answer = person.client.post(f"/exchange/tables/{name}", data={"csrf": csrf}, files=files)
    assert answer.status_code == status
    assert words in answer.text


def test_a_case_leads_to_its_table_and_to_an_empty_one(house: Any, about: Callable[[str], str]) -> None:
    for name, kind in (("programme_list", "enter-list"), ("register", "register")):
        number, person = about(name), house.person(TABLES[name][0])
        path = f"/exchange/tables/{name}?about={number}"
        assert path in person.get(f"/cases/{number}/acts/{kind}").links
        (template,) = [link for link in person.get(path).links if "/template/" in link]
        assert person.get(template).response.content.startswith(b"PK")


def test_first_passwords_of_people_stay_on_the_server(house: Any, worker: Any) -> None:
    page = _looked_at(house, worker, "people", "", TABLES["people"][2])
    done = _enter(house, worker, "people", page, "whole")
    (kept,) = house.settings.folder("run").glob("初始密码-*.xlsx")
    assert kept.stat().st_mode & 0o077 == 0
    password = _password(kept)
    assert password not in done.text
    assert house.visitor().sign_in("newcomer", password).status == 303


def _password(path: Path) -> str:
    found: str = next(cell for row in read_grid(path).sheets[0].rows for cell in row.cells if _is_password(cell))
    return found


def _is_password(cell: object) -> bool:
    return isinstance(cell, str) and cell.count("-") == 2 and len(cell) == 14


# --- out, and in again ---------------------------------------------------------------------------


def _out(house: Any, name: str, about: str = "") -> bytes:
    page = house.person(TABLES[name][0]).get(f"/exchange/out/{name}.xlsx?about={about}")
    assert page.status == 200, page.words
    content: bytes = page.response.content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for row in sheet for cell in row if cell.data_type == "f"] == []
    return content


def test_hazards_go_out_in_the_official_form_and_come_in_as_nothing_new(house: Any, worker: Any) -> None:
    number = house.found("dept_officer", description="=cmd|'/c calc'!A0", place="井口")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="不影响他处")
    house.issue(number, ends_on="2026-03-16", requirement="更换")
    house.act("unit_fixer", number, "rectify", measure="已更换")
    content = _out(house, "hazard_ledger")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heading = next(row for row in sheet.iter_rows(values_only=True) if "隐患描述" in row)
    row = dict(zip(heading, next(row for row in sheet.iter_rows(values_only=True) if number in row), strict=True))
    said = {
        title: str(row[title]).removesuffix(" 00:00:00")
        for title in ("单位名称", "隐患等级", "整改期限", "状态", "完成日期")
    }
    assert list(said.values()) == ["红星铁矿", "一般", "2026-03-16", "已整改", "2026-03-02"]
    assert (row["隐患描述"], row["整改措施"]) == ("=cmd|'/c calc'!A0", "已更换")
    page = _checked(house, worker, "hazard_ledger", "", content)
    assert "可写入 0 行，此前已有 1 行，有问题 0 行" in page.words
    assert len(openpyxl.load_workbook(io.BytesIO(_out(house, "hazard_ledger"))).active["A"]) == len(sheet["A"])


def test_what_is_on_the_books_goes_out_and_comes_in_as_nothing_new(house: Any, worker: Any) -> None:
    for name in ("organisation", "units", "posts"):
        page = _checked(house, worker, name, "", _out(house, name))
        assert "可写入 0 行" in page.words, name
        assert "有问题 0 行" in page.words, name
    people = _out(house, "people")
    assert PASSWORD not in people.decode("latin-1")
    assert house.person("town_clerk").get("/exchange/out/people.xlsx").status == 403
    assert "town_clerk" in {cell.value for row in openpyxl.load_workbook(io.BytesIO(people)).active for cell in row}


def test_rosters_and_lists_go_out_by_whom_and_what_they_are_about(
    house: Any, worker: Any, about: Callable[[str], str]
) -> None:
    page = _looked_at(house, worker, "duty_roster", "bureau", TABLES["duty_roster"][2])
    _enter(house, worker, "duty_roster", page, "whole")
    assert "/exchange/out/duty_roster.xlsx?about=bureau" in house.person("bureau_officer").get("/duty").links
    assert "committee_office" not in str(_cells(_out(house, "duty_roster", "bureau")))
    assert "08:00" in _cells(_out(house, "duty_roster", "bureau"))
    assert house.person("town_clerk").get("/exchange/out/duty_roster.xlsx?about=bureau").status == 404
    number = about("programme_list")
    page = _looked_at(house, worker, "programme_list", number, TABLES["programme_list"][2])
    _enter(house, worker, "programme_list", page, "good")
    assert "qingshi-1" in _cells(_out(house, "programme_list", number))
    for path in ("register.xlsx", "payroll.xlsx", "people", "programme_list.xlsx?about=ZX-2026-9999"):
        assert house.person("bureau_officer").get(f"/exchange/out/{path}").status == 404, path


def _cells(content: bytes) -> list[Any]:
    return [cell.value for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row]
