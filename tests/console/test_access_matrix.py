"""Every post × every route × places near and far: the server gives what a table by hand and the matrix both say."""

from __future__ import annotations

from typing import Any

import pytest

from console.menu import BOARD_READERS, NOTICE_READERS, RUN_READERS
from console.rights import FURTHER, About, Outcome, document, matrix, outcome, scopes
from console.routes import ROUTES
from models import directory
from models.rights import Where
from rules.actor import OFFICERS, POSTS, SUPERVISORS, UNIT_ROLES, Role
from rules.matter import MATTERS
from rules.runnable import runnable_by
from rules.urging import URGERS

EVERYBODY = POSTS
COUNTY_WIDE = frozenset(
    {Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.LEADERSHIP, Role.AUDITOR}
)
OWN = COUNTY_WIDE | UNIT_ROLES | {Role.TOWN_CLERK, Role.TOWN_LEADER, Role.DEPT_OFFICER, Role.DEPT_HEAD}
REPORTERS = UNIT_ROLES | SUPERVISORS
COMMANDERS = frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER})
COMPILERS = COMMANDERS - {Role.COUNTY_LEADER}
STARTERS = COMMANDERS - {Role.BUREAU_OFFICER} | {Role.DEPT_HEAD, Role.TOWN_LEADER}
PLANNERS = SUPERVISORS | {Role.UNIT_SAFETY, Role.UNIT_HEAD}
RUNNERS = frozenset(role for role in EVERYBODY if "statistics" in {flow.name for flow in runnable_by(role)})
IMPORTERS = frozenset(role for role in EVERYBODY if "import" in {flow.name for flow in runnable_by(role)})
FORM = frozenset({Role.UNIT_SAFETY, Role.UNIT_HEAD, Role.UNIT_FIXER}) | SUPERVISORS

# By route: the address, with {own} and {other} cases, and who gets what; `scoped` addresses are tried on both.
# good: the roles that are let in; bad: the answer to all others. A route without a row fails the test.
ROWS: dict[str, tuple[str, frozenset[Role], int, int]] = {
    "sign-in": ("/sign-in", EVERYBODY, 200, 0),
    "signing-in": ("/sign-in", EVERYBODY, 401, 0),
    # Off unless a county has an identity provider.
    "sign-in-elsewhere": ("/sign-in/elsewhere", frozenset(), 200, 404),
    "back-from-elsewhere": ("/sign-in/back", frozenset(), 200, 404),
    "sign-out": ("/sign-out", EVERYBODY, 303, 0),
    "password": ("/password", EVERYBODY, 200, 0),
    "change-password": ("/password", EVERYBODY, 422, 0),
    "me": ("/me", EVERYBODY, 200, 0),
    "post": ("/post", EVERYBODY, 401, 0),
    "todo": ("/", EVERYBODY, 200, 0),
    "overview": ("/overview", BOARD_READERS, 200, 403),
    "supervision": ("/supervision", BOARD_READERS, 200, 403),
    "supervision-file": ("/supervision/file/supervision.xlsx", BOARD_READERS, 200, 403),
    "calendar": ("/calendar", EVERYBODY, 200, 0),
    "hazards": ("/hazards", EVERYBODY, 200, 0),
    "new-hazard": ("/hazards/new", REPORTERS, 200, 403),
    "report-hazard": ("/hazards", REPORTERS, 404, 403),
    "incidents": ("/incidents", EVERYBODY, 200, 0),
    "incident-report": ("/incidents/report", REPORTERS, 200, 403),
    "report-incident": ("/incidents", REPORTERS, 404, 403),
    "tip": ("/tip", EVERYBODY, 200, 0),
    "give-tip": ("/tip", EVERYBODY, 422, 0),
    "tip-state": ("/tip/state", EVERYBODY, 200, 0),
    "ask-tip-state": ("/tip/state", EVERYBODY, 422, 0),
    "tipoffs": ("/tipoffs", OFFICERS | {Role.AUDITOR}, 200, 403),
    "new-tipoff": ("/tipoffs/new", OFFICERS, 200, 403),
    "take-tipoff": ("/tipoffs", OFFICERS, 404, 403),
    "tipoff-identity": ("/tipoffs/{case}/identity", OFFICERS, 404, 403),
    "plans": ("/plans", EVERYBODY, 200, 0),
    "new-plan": ("/plans/new", PLANNERS, 200, 403),
    "initiate-plan": ("/plans", PLANNERS, 404, 403),
    "commands": ("/commands", EVERYBODY, 200, 0),
    "new-command": ("/commands/new", COMMANDERS, 200, 403),
    "register-command": ("/commands", COMMANDERS, 404, 403),
    "drills": ("/drills", EVERYBODY, 200, 0),
    "new-drill": ("/drills/new", PLANNERS, 200, 403),
    "prepare-drill": ("/drills", PLANNERS, 404, 403),
    "drill-board": ("/drills/{case}/board", frozenset(), 200, 404),
    "release-inject": ("/drills/{case}/release", frozenset(), 200, 404),
    "respond-to-inject": ("/drills/{case}/respond", frozenset(), 200, 404),
    "sign-in-code": ("/drills/{case}/code", frozenset(), 200, 404),
    "drill-sign-in": ("/drills/{case}/sign-in", frozenset(), 200, 404),
    "sign-in-to-drill": ("/drills/{case}/sign-in", frozenset(), 200, 404),
    "drill-real": ("/drills/{case}/real", frozenset(), 200, 404),
    "turn-drill-real": ("/drills/{case}/real", frozenset(), 200, 404),
    "drill-years": ("/drill-years", EVERYBODY, 200, 0),
    "new-drill-year": ("/drill-years/new", COMPILERS, 200, 403),
    "compile-drill-year": ("/drill-years", COMPILERS, 422, 403),
    "duty": ("/duty", SUPERVISORS | {Role.AUDITOR, Role.IT_ADMIN}, 200, 403),
    "new-roster": ("/duty/new", SUPERVISORS, 200, 403),
    "publish-roster": ("/duty", SUPERVISORS, 404, 403),
    "obligations": ("/obligations", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "registers": ("/registers", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "register": ("/registers/new-media", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "register-workbook": ("/registers/new-media/workbook", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "matrix": ("/matrix", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "programmes": ("/programmes", EVERYBODY - {Role.IT_ADMIN}, 200, 403),
    "new-programme": ("/programmes/new", STARTERS, 200, 403),
    "open-programme": ("/programmes", STARTERS, 404, 403),
    "units": ("/units", EVERYBODY, 200, 0),
    "unit": ("/units/{unit}", OWN, 200, 404),
    "one-form": ("/one-form", EVERYBODY, 200, 0),
    "one-form-file": ("/one-form/file/one-form.xlsx", EVERYBODY, 200, 0),
    "board": ("/board", EVERYBODY, 200, 0),
    "placards": ("/placards", EVERYBODY, 200, 0),
    "placard-sheets": ("/placards/docx?unit={unit}", OWN, 200, 404),
    # Whoever may report is led on to the form; others choose.
    "scan": ("/p/{unit}", OWN & REPORTERS, 303, 200),
    "scan-point": ("/p/{unit}/none", OWN & REPORTERS, 303, 200),
    "open-file": ("/units/{unit}/file", SUPERVISORS, 422, 403),
    "new-task": ("/tasks/new", SUPERVISORS, 200, 403),
    "assign-task": ("/tasks", SUPERVISORS, 404, 403),
    "case": ("/cases/{case}", OWN, 200, 404),
    "act": ("/cases/{case}/acts/note", FORM & OWN, 200, 404),
    "record-act": ("/cases/{case}/acts/note", FORM & OWN, 422, 404),
    "urge": ("/cases/{case}/urge", URGERS, 409, 403),
    "send-urge": ("/cases/{case}/urge", URGERS, 409, 403),
    "register-problems": ("/cases/{case}/problems", frozenset(), 200, 404),
    "answer-together": ("/acknowledge", EVERYBODY, 303, 0),
    "answer": ("/cases/{case}/answer", OWN, 422, 404),
    "answer-link": ("/a/x", frozenset(), 200, 404),
    "answer-by-link": ("/a/x", frozenset(), 200, 404),
    "act-link": ("/d/x", frozenset(), 200, 404),
    "act-by-link": ("/d/x", frozenset(), 200, 404),
    "reached": ("/cases/{case}/reached", OWN, 200, 404),
    "receipt": ("/cases/{case}/reached/receipt", OWN, 200, 404),
    "record": ("/cases/{case}/record", OWN, 200, 404),
    "photo": ("/cases/{case}/photos/{photo}", OWN, 200, 404),
    "paper": ("/cases/{case}/papers/{photo}", frozenset(), 200, 404),
    "paper-as": ("/cases/{case}/papers/{photo}/pdf", frozenset(), 200, 404),
    "dossier": ("/cases/{case}/dossier/docx", OWN, 200, 404),
    "flows": ("/flows", EVERYBODY, 200, 0),
    "start-flow": ("/flows/statistics", RUNNERS, 303, 403),
    "run": ("/flows/runs/{ticket}", frozenset({Role.IT_ADMIN}), 200, 404),
    "workbook": ("/flows/runs/{ticket}/workbook", frozenset(), 200, 404),
    "coverage": ("/coverage", NOTICE_READERS, 200, 403),
    "kpi": ("/kpi", NOTICE_READERS, 200, 403),
    "kpi-one": ("/kpi/hazard-found", NOTICE_READERS, 200, 403),
    "briefs": ("/briefs", NOTICE_READERS, 200, 403),
    "brief": ("/briefs/brief-2026-01-000000000000.pdf", NOTICE_READERS, 404, 403),
    "runs": ("/runs", RUN_READERS, 200, 403),
    "run-story": ("/runs/none", RUN_READERS, 404, 403),
    "outbox": ("/outbox", EVERYBODY, 200, 0),
    "notice": ("/outbox/{notice}", frozenset({Role.IT_ADMIN, Role.DEPT_OFFICER}), 200, 404),
    # Outside the sandbox of an exercise there are none of these.
    "exercise": ("/exercise", frozenset(), 200, 404),
    "answer-inject": ("/exercise/injects/1", frozenset(), 303, 404),
    "turn-real": ("/exercise/turn-real", frozenset(), 303, 404),
    "exchange": ("/exchange", EVERYBODY, 200, 0),
    "exchange-file": ("/exchange/file/hazard.xlsx", EVERYBODY, 200, 0),
    "exchange-template": ("/exchange/template/hazard_ledger.xlsx", EVERYBODY, 200, 0),
    "table-out": ("/exchange/out/hazard_ledger.xlsx", EVERYBODY, 200, 0),
    "table-in": ("/exchange/tables/hazard_ledger", IMPORTERS, 200, 403),
    "upload-table": ("/exchange/tables/hazard_ledger", IMPORTERS, 422, 403),
    "table-columns": ("/exchange/tables/hazard_ledger/x", IMPORTERS, 404, 403),
    "check-table": ("/exchange/tables/hazard_ledger/x", IMPORTERS, 404, 403),
    "enter-table": ("/exchange/tables/hazard_ledger/x/enter", IMPORTERS, 404, 403),
    "settings": ("/settings", EVERYBODY, 200, 0),
    "settings-clauses": ("/settings/clauses", EVERYBODY, 200, 0),
    "settings-workdays": ("/settings/workdays", EVERYBODY, 200, 0),
    "settings-channels": ("/settings/channels", SUPERVISORS | {Role.AUDITOR, Role.IT_ADMIN}, 200, 403),
    "settings-people": ("/settings/people", SUPERVISORS | {Role.AUDITOR, Role.IT_ADMIN}, 200, 403),
    "settings-papers": ("/settings/papers", EVERYBODY, 200, 0),
    "settings-rights": ("/settings/rights", frozenset({Role.AUDITOR, Role.IT_ADMIN}), 200, 403),
    "rights-file": ("/settings/rights/file/rights.json", frozenset({Role.AUDITOR, Role.IT_ADMIN}), 200, 403),
    "replace-sheet": ("/settings/papers", frozenset({Role.IT_ADMIN}), 422, 403),
    "process": ("/process/hazard", EVERYBODY, 200, 0),
    "process-bpmn": ("/process/hazard/bpmn", EVERYBODY, 200, 0),
    "help": ("/help", EVERYBODY, 200, 0),
    "menu": ("/menu", EVERYBODY, 200, 0),
    "health": ("/health", EVERYBODY, 200, 0),
}  # fmt: skip


def _rows_of_matters() -> dict[str, tuple[str, frozenset[Role], int, int]]:
    """Return what holds for every process that is described as data: its opening acts say who may open a case."""
    found: dict[str, tuple[str, frozenset[Role], int, int]] = {}
    for name, matter in MATTERS.items():
        path, openers = f"/{name.replace('_', '-')}", frozenset(role for act in matter.openings for role in act.by)
        found[name] = (path, EVERYBODY, 200, 0)
        found[f"new-{name}"] = (f"{path}/new", openers, 200, 403)
        found[f"open-{name}"] = (path, openers, 404, 403)
    return found


ROWS |= _rows_of_matters()
# Who sees the case, but not for this: a clear refusal, because nothing is revealed by it.
REFUSED_IN_SCOPE = {"act": 403, "record-act": 403}
# What a post that is not meant is refused before anybody looks whether the case is theirs to see.
FOR_SOME_POSTS_ALONE = {"open-file", "tipoff-identity", "urge", "send-urge"}
OPEN_TO_STRANGERS = {
    "tip",
    "give-tip",
    "tip-state",
    "ask-tip-state",
    "sign-in",
    "signing-in",
    "sign-in-elsewhere",
    "back-from-elsewhere",
    "help",
    "health",
    "answer-link",
    "answer-by-link",
    "act-link",
    "act-by-link",
}
# Where each place lies: the unit, another of the same town and department, one of another town, of another department.
UNITS = {
    Where.HERE: "redstar",
    Where.OTHER_UNIT: "qingbo",
    Where.OTHER_TOWN: "far",
    Where.OTHER_DEPARTMENT: "near",
}
TOWN, DEPARTMENT = {Role.TOWN_CLERK, Role.TOWN_LEADER}, {Role.DEPT_OFFICER, Role.DEPT_HEAD}
# Who sees what lies there, written by hand: the matrix is held against it.
SEES: dict[Where, frozenset[Role]] = {
    Where.HERE: OWN,
    Where.OTHER_UNIT: OWN - UNIT_ROLES,
    Where.OTHER_TOWN: COUNTY_WIDE | DEPARTMENT,
    Where.OTHER_DEPARTMENT: COUNTY_WIDE | TOWN,
    Where.OTHER_COUNTY: frozenset(),
    Where.SEALED_HERE: frozenset({*DEPARTMENT, Role.AUDITOR}),
    Where.SEALED_BUREAU: frozenset({Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR}),
}
# What shows a whole case in one way or another.
READ = {"case", "record", "reached", "receipt", "dossier"}
# Open to whoever has the link, and this one is none.
NO_SUCH_LINK = {"answer-link", "act-link", "sign-in-elsewhere", "back-from-elsewhere"}


@pytest.fixture
def prepared(house: Any, make_photo: Any) -> dict[Where, dict[str, str]]:
    """Return a case with a photo at each place, two tip-offs, a notice to an officer, and somebody's run."""

    def register(writing: Any) -> None:
        for code, town, department in (("far", "baishui", "industry"), ("near", "qingshi", "commerce")):
            unit = directory.NewUnit(code, f"{code}单位", town, department, "其他", "路口")
            directory.add_unit(writing, "dai", unit)

    def report(unit: str) -> dict[str, str]:
        login = "town_clerk2" if unit in {"far", "hongda"} else "town_clerk"
        answer = house.person(login).fill(
            f"/hazards/new?unit={unit}", "/hazards", files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))],
            description="爬梯松动", place="井口", category="structure",
        )  # fmt: skip
        number = answer.location.split("/")[2].split("?")[0]
        photos = [link for link in house.person(login).get(f"/cases/{number}").links if "/photos/" in link]
        return {"case": number, "unit": unit, "photo": photos[0].rsplit("/", 1)[1]}

    def tip(login: str) -> dict[str, str]:
        said = {"channel": "12350", "named": "anonymous", "matter": "hazard", "unit": "redstar", "clue": "顶板开裂"}
        answer = house.person(login).fill("/tipoffs/new", "/tipoffs", **said)
        return {"case": answer.location.split("/")[2].split("?")[0], "unit": "redstar", "photo": "0" * 64}

    house.store.write(register)
    places = {where: report(unit) for where, unit in UNITS.items()}
    places |= {Where.SEALED_HERE: tip("dept_officer"), Where.SEALED_BUREAU: tip("bureau_officer")}
    officer = house.person("dept_officer")
    notice = next(link for link in officer.get("/outbox").links if link.startswith("/outbox/T"))
    ticket = house.person("committee_office").fill("/flows", "/flows/statistics").location.rsplit("/", 1)[1]
    common = {"notice": notice.rsplit("/", 1)[1], "ticket": ticket}
    house.people.clear()
    return {where: {**found, **common} for where, found in places.items()}


def test_every_route_has_a_row() -> None:
    assert ROWS.keys() == {route.name for route in ROUTES}


def test_the_matrix_names_every_route_post_and_place() -> None:
    rows = {row.name: row for row in matrix(ROUTES)}
    assert [name for name in ROWS if name not in rows] == []
    assert FURTHER.keys() <= rows.keys()
    for row in rows.values():
        assert row.outcomes.keys() == POSTS, row.name
        places = {where for where in Where if row.about is not About.UNIT or not where.is_sealed}
        assert all(found.keys() == places for found in row.outcomes.values()), row.name
        assert row.open_to_strangers is (row.name in OPEN_TO_STRANGERS), row.name


def test_the_administrator_reads_the_matrix_and_takes_it_along(house: Any) -> None:
    admin = house.person("it_admin")

    page = admin.get("/settings/rights?post=unit_head")
    taken = admin.get("/settings/rights/file/rights.json").response.json()

    assert "主要负责人可以打开和办理" in page.words
    assert "GET /supervision岗位不可用" in page.words
    assert "GET /cases/{number}仅限管辖范围内" in page.words
    assert taken == document(ROUTES)
    assert {row["name"] for row in taken["routes"]} == ROWS.keys()
    assert taken["sees"]["unit_head"]["other-unit"] is False
    assert admin.get("/settings/rights?post=nobody").status == 200
    assert admin.get("/settings/rights/file/other.json").status == 404
    assert "/settings/rights" not in house.person("town_clerk").get("/settings").links


def test_nobody_sees_another_county_and_only_its_own_office_what_is_sealed() -> None:
    """One installation is one county, so that no server can be asked about another."""
    found = scopes()
    for where in Where:
        assert {role for role in POSTS if found[role][where]} == SEES[where], where


def _visits(route: Any) -> list[Where]:
    """Return the places at which a route is tried: one that names nothing is tried once."""
    address = ROWS[route.name][0]
    if "{case}" in address:
        return [where for where in Where if where is not Where.OTHER_COUNTY]
    return list(UNITS) if "{unit}" in address else [Where.HERE]


class _Visitor:
    """Somebody who goes through all addresses in one session, and signs in again when it was ended."""

    def __init__(self, house: Any, role: Role) -> None:
        self._house, self._role = house, role
        self._csrf = ""

    def ask(self, route: Any, address: str) -> int:
        person = self._house.person(self._role)
        if route.method == "GET":
            return int(person.get(address).status)
        self._csrf = self._csrf or person.get("/me").form("/sign-out").fields["csrf"]
        fields = {"csrf": self._csrf, "unit": "no-such-unit", "version": "1", "key": "matrix"}
        status = int(person.client.post(address, data=fields).status_code)
        if route.name == "sign-out":
            self._house.people.pop(self._role)
            self._csrf = ""
        return status


def _expected(route: str, role: Role, where: Where) -> int:
    address, good, fine, refused = ROWS[route]
    if route in FOR_SOME_POSTS_ALONE and role not in good:
        return refused
    if route in {"scan", "scan-point"} and role not in OWN:
        return 404
    if ("{case}" in address or "{unit}" in address) and role not in SEES[where]:
        return 404
    if role in good:
        return fine
    if route in REFUSED_IN_SCOPE and role in OWN:
        return REFUSED_IN_SCOPE[route]
    return refused


def _disagrees(route: Any, role: Role, where: Where, got: int) -> bool:
    """Tell whether the server answered otherwise than the matrix says."""
    _, _, fine, refused = ROWS[route.name]
    match outcome(route, role, where):
        case Outcome.REFUSED:
            return got != 403
        case Outcome.HIDDEN:
            return got != 404
        case Outcome.ALLOWED:
            may_be_refused = route.name in FURTHER or where.is_sealed
            return (got == 403 and not may_be_refused) or (got in {401, 404} and got not in {fine, refused})
        case _:
            return True


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_gets_what_its_row_and_the_matrix_say(
    house: Any, prepared: dict[Where, dict[str, str]], role: Role
) -> None:
    got: dict[tuple[str, Where], int] = {}
    wanted: dict[tuple[str, Where], int] = {}
    other: list[str] = []
    visitor = _Visitor(house, role)
    for route in ROUTES:
        for where in _visits(route):
            status = visitor.ask(route, ROWS[route.name][0].format(**prepared[where]))
            if _disagrees(route, role, where, status):
                other.append(f"{route.name} {where}: {status}, {outcome(route, role, where)}")
            if not where.is_sealed:
                got[route.name, where] = status
                wanted[route.name, where] = _expected(route.name, role, where)
            elif route.name in READ:
                assert status == (200 if role in SEES[where] else 404), (route.name, where)

    # A committee office asked for the run that the table tries, so that it sees it too.
    if role is Role.COMMITTEE_OFFICE:
        wanted |= {("run", Where.HERE): 200}
    assert got == wanted
    assert other == []


def test_a_stranger_gets_nothing_but_the_way_in(house: Any, prepared: dict[Where, dict[str, str]]) -> None:
    for route in ROUTES:
        visitor = house.visitor()
        address = ROWS[route.name][0].format(**prepared[Where.HERE])
        if route.method == "GET":
            status = visitor.get(address).status
            fine = 404 if route.name in NO_SUCH_LINK else 200
            assert status == (fine if route.name in OPEN_TO_STRANGERS else 303), route.name
        else:
            status = visitor.client.post(address, data={"csrf": "x"}).status_code
            assert status == (403 if route.name in OPEN_TO_STRANGERS else 401), route.name


def test_an_unknown_case_and_one_of_another_township_read_the_same(
    house: Any, prepared: dict[Where, dict[str, str]]
) -> None:
    clerk = house.person("town_clerk")
    other = prepared[Where.OTHER_TOWN]["case"]

    for tail in ("", "/acts/note", f"/photos/{prepared[Where.OTHER_TOWN]['photo']}"):
        foreign, unknown = clerk.get(f"/cases/{other}{tail}"), clerk.get(f"/cases/YH-2026-0999{tail}")
        assert foreign.status == unknown.status == 404
        assert foreign.text.replace(other, "") == unknown.text.replace("YH-2026-0999", "")


def test_a_photo_of_another_case_is_not_shown_under_ones_own(house: Any, prepared: dict[Where, dict[str, str]]) -> None:
    own, other = prepared[Where.HERE], prepared[Where.OTHER_TOWN]

    assert house.person("town_clerk").get(f"/cases/{own['case']}/photos/{other['photo']}").status == 404


def test_lists_searches_counts_and_the_picture_stay_within_the_scope(
    house: Any, prepared: dict[Where, dict[str, str]]
) -> None:
    own, other = prepared[Where.HERE]["case"], prepared[Where.OTHER_TOWN]["case"]
    clerk, office = house.person("town_clerk"), house.person("committee_office")

    assert f"/cases/{own}" in clerk.get("/hazards").links
    assert f"/cases/{other}" not in clerk.get("/hazards").links
    assert "共 3 件" in clerk.get("/hazards?words=爬梯").words
    assert "没有符合条件的隐患" in clerk.get(f"/hazards?words={other}").words
    assert "判定等级监管部门30" in clerk.get("/process/hazard").words.replace(" ", "")
    assert "判定等级监管部门40" in office.get("/process/hazard").words.replace(" ", "")
    assert "还没有隐患" in house.person("it_admin").get("/hazards").words


def test_a_unit_cannot_report_for_another(house: Any) -> None:
    safety = house.person("unit_safety")
    form = safety.get("/hazards/new").form("/hazards")

    answer = safety.submit(form, unit="hongda", description="占道", place="门口", category="fire", own_grade="unsure")

    assert answer.status == 404
    assert "OFFICERS" not in answer.text
    assert OFFICERS
