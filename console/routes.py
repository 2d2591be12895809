"""The routes 路由: every address of the console, who may use it, and what answers; a test walks this table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from console.menu import (
    BOARD_READERS,
    NOTICE_READERS,
    PEOPLE_READERS,
    QUOTA_READERS,
    RIGHTS_READERS,
    RUN_READERS,
    WATCH_READERS,
)
from console.pages import (
    act,
    act_link,
    answer_link,
    answering,
    brief,
    calendar,
    cases,
    command,
    coverage,
    drill,
    drill_day,
    drill_real,
    drill_year,
    duty_watch,
    elsewhere,
    exchange,
    exercise,
    files,
    flows,
    hazard,
    health,
    help_page,
    incident,
    kpi,
    matrix,
    matter,
    me,
    menu,
    obligation,
    one_form,
    outbox,
    overview,
    placard,
    plan,
    problem,
    process,
    programme,
    reached,
    record,
    register,
    rights,
    run_history,
    settings,
    signin,
    supervision,
    table_out,
    tables,
    task,
    tip,
    tipoff,
    todo,
    unit_file,
    units,
    urge,
)
from console.provider import BACK
from console.serving import Route
from console.shelves import COMMANDS, DRILL_YEARS, DRILLS, HAZARDS, INCIDENTS, MATTER_SHELVES, PLANS, TIPOFFS
from rules.actor import POSTS
from rules.command import COMMAND, CommandAct
from rules.drill import DRILL, DrillAct
from rules.drill_year import DRILL_YEAR, YearAct
from rules.hazard import HAZARD, HazardAct
from rules.incident import INCIDENT, IncidentAct
from rules.plan import PLAN, PlanAct
from rules.tipoff import TIPOFF, TipAct
from rules.urging import URGERS

if TYPE_CHECKING:
    from console.shelves import Shelf

ANYBODY = None
SIGNED_IN = POSTS
REPORTERS = HAZARD.may[HazardAct.REPORT]
FLASHERS = INCIDENT.may[IncidentAct.REPORT]
PLANNERS = PLAN.may[PlanAct.INITIATE]
DRILLERS = DRILL.may[DrillAct.PREPARE]
COMMANDERS = COMMAND.may[CommandAct.REGISTER]
TIP_TAKERS = TIPOFF.may[TipAct.RECEIVE] & POSTS
TIP_READERS = TIPOFF.readers or POSTS
COMPILERS = DRILL_YEAR.may[YearAct.COMPILE] & POSTS


def matter_routes(shelf: Shelf) -> tuple[Route, ...]:
    """Return the addresses of one process that is described as data: its list, its opening form, and what answers."""
    name = shelf.process.name
    return (
        Route(name, "GET", shelf.path, SIGNED_IN, partial(cases.show_list, shelf)),
        Route(f"new-{name}", "GET", shelf.report_path, shelf.reporters & POSTS, partial(matter.show_new, shelf)),
        Route(f"open-{name}", "POST", shelf.path, shelf.reporters & POSTS, partial(matter.open_new, shelf)),
    )


ROUTES: tuple[Route, ...] = (
    Route("sign-in", "GET", "/sign-in", ANYBODY, signin.show),
    Route("signing-in", "POST", "/sign-in", ANYBODY, signin.sign_in),
    Route("sign-in-elsewhere", "GET", elsewhere.PATH, ANYBODY, elsewhere.begin),
    Route("back-from-elsewhere", "GET", BACK, ANYBODY, elsewhere.back),
    Route("sign-out", "POST", "/sign-out", SIGNED_IN, signin.sign_out),
    Route("password", "GET", "/password", SIGNED_IN, signin.show_password),
    Route("change-password", "POST", "/password", SIGNED_IN, signin.change_password),
    Route("me", "GET", "/me", SIGNED_IN, me.show),
    Route("post", "POST", "/post", SIGNED_IN, me.switch),
    Route("menu", "GET", "/menu", SIGNED_IN, menu.show),
    Route("todo", "GET", "/", SIGNED_IN, todo.show),
    Route("overview", "GET", overview.PATH, BOARD_READERS, overview.show),
    Route("supervision", "GET", supervision.PATH, BOARD_READERS, supervision.show),
    Route("supervision-file", "GET", "/supervision/file/{name}", BOARD_READERS, supervision.workbook),
    Route("calendar", "GET", calendar.PATH, SIGNED_IN, calendar.show),
    Route("hazards", "GET", HAZARDS.path, SIGNED_IN, partial(cases.show_list, HAZARDS)),
    Route("new-hazard", "GET", "/hazards/new", REPORTERS, hazard.show_report),
    Route("report-hazard", "POST", "/hazards", REPORTERS, hazard.report),
    Route("incidents", "GET", INCIDENTS.path, SIGNED_IN, partial(cases.show_list, INCIDENTS)),
    Route("incident-report", "GET", INCIDENTS.report_path, FLASHERS, incident.show_report),
    Route("report-incident", "POST", INCIDENTS.path, FLASHERS, incident.report),
    Route("tip", "GET", "/tip", ANYBODY, tip.show),
    Route("give-tip", "POST", "/tip", ANYBODY, tip.receive),
    Route("tip-state", "GET", "/tip/state", ANYBODY, tip.show_state),
    Route("ask-tip-state", "POST", "/tip/state", ANYBODY, tip.ask_state),
    Route("tipoffs", "GET", TIPOFFS.path, TIP_READERS, partial(cases.show_list, TIPOFFS)),
    Route("new-tipoff", "GET", TIPOFFS.report_path, TIP_TAKERS, tipoff.show_new),
    Route("take-tipoff", "POST", TIPOFFS.path, TIP_TAKERS, tipoff.receive),
    Route("tipoff-identity", "GET", "/tipoffs/{number}/identity", TIP_TAKERS, tipoff.show_identity),
    Route("plans", "GET", PLANS.path, SIGNED_IN, partial(cases.show_list, PLANS)),
    Route("new-plan", "GET", PLANS.report_path, PLANNERS, plan.show_new),
    Route("initiate-plan", "POST", PLANS.path, PLANNERS, plan.initiate),
    Route("commands", "GET", COMMANDS.path, SIGNED_IN, partial(cases.show_list, COMMANDS)),
    Route("new-command", "GET", COMMANDS.report_path, COMMANDERS, command.show_new),
    Route("register-command", "POST", COMMANDS.path, COMMANDERS, command.register),
    Route("drills", "GET", DRILLS.path, SIGNED_IN, partial(cases.show_list, DRILLS)),
    Route("new-drill", "GET", DRILLS.report_path, DRILLERS, drill.show_new),
    Route("prepare-drill", "POST", DRILLS.path, DRILLERS, drill.prepare),
    Route("drill-board", "GET", "/drills/{number}/board", SIGNED_IN, drill_day.show_board),
    Route("release-inject", "POST", "/drills/{number}/release", SIGNED_IN, drill_day.release),
    Route("respond-to-inject", "POST", "/drills/{number}/respond", SIGNED_IN, drill_day.respond),
    Route("sign-in-code", "GET", "/drills/{number}/code", SIGNED_IN, drill_day.show_code),
    Route("drill-sign-in", "GET", "/drills/{number}/sign-in", SIGNED_IN, drill_day.show_sign_in),
    Route("sign-in-to-drill", "POST", "/drills/{number}/sign-in", SIGNED_IN, drill_day.sign_in),
    Route("drill-real", "GET", "/drills/{number}/real", SIGNED_IN, drill_real.show),
    Route("turn-drill-real", "POST", "/drills/{number}/real", SIGNED_IN, drill_real.stop),
    Route("drill-years", "GET", DRILL_YEARS.path, SIGNED_IN, drill_year.show),
    Route("new-drill-year", "GET", DRILL_YEARS.report_path, COMPILERS, drill_year.show_new),
    Route("compile-drill-year", "POST", DRILL_YEARS.path, COMPILERS, drill_year.compile_year),
    *(route for shelf in MATTER_SHELVES for route in matter_routes(shelf)),
    Route("duty", "GET", "/duty", WATCH_READERS, duty_watch.show),
    Route("new-roster", "GET", "/duty/new", duty_watch.PUBLISHERS, duty_watch.show_new),
    Route("publish-roster", "POST", "/duty", duty_watch.PUBLISHERS, duty_watch.publish),
    Route("obligations", "GET", "/obligations", QUOTA_READERS, obligation.show),
    Route("registers", "GET", register.PATH, QUOTA_READERS, register.show),
    Route("register", "GET", "/registers/{line}", QUOTA_READERS, register.show_one),
    Route("register-workbook", "GET", "/registers/{line}/workbook", QUOTA_READERS, register.workbook),
    Route("matrix", "GET", matrix.PATH, QUOTA_READERS, matrix.show),
    Route("programmes", "GET", programme.PATH, QUOTA_READERS, programme.show),
    Route("new-programme", "GET", programme.NEW, programme.OPENERS, programme.show_new),
    Route("open-programme", "POST", programme.PATH, programme.OPENERS, programme.open_programme),
    Route("units", "GET", units.PATH, SIGNED_IN, units.show_list),
    Route("unit", "GET", "/units/{code}", SIGNED_IN, units.show),
    Route("one-form", "GET", one_form.FORM, SIGNED_IN, one_form.show),
    Route("one-form-file", "GET", "/one-form/file/{name}", SIGNED_IN, one_form.workbook),
    Route("board", "GET", one_form.BOARD, SIGNED_IN, one_form.show_board),
    Route("placards", "GET", placard.SHEETS, SIGNED_IN, placard.show),
    Route("placard-sheets", "GET", "/placards/{form}", SIGNED_IN, placard.sheets),
    Route("scan", "GET", "/p/{token}", SIGNED_IN, placard.scan),
    Route("scan-point", "GET", "/p/{token}/{point}", SIGNED_IN, placard.scan),
    Route("open-file", "POST", "/units/{code}/file", unit_file.OPENERS, unit_file.open_file),
    Route("new-task", "GET", "/tasks/new", task.ASSIGNERS, task.show_new),
    Route("assign-task", "POST", "/tasks", task.ASSIGNERS, task.assign),
    Route("case", "GET", "/cases/{number}", SIGNED_IN, cases.show),
    Route("act", "GET", "/cases/{number}/acts/{kind}", SIGNED_IN, act.show),
    Route("record-act", "POST", "/cases/{number}/acts/{kind}", SIGNED_IN, act.record),
    Route("urge", "GET", "/cases/{number}/urge", URGERS, urge.show),
    Route("send-urge", "POST", "/cases/{number}/urge", URGERS, urge.send),
    Route("register-problems", "POST", "/cases/{number}/problems", SIGNED_IN, problem.register),
    Route("answer-together", "POST", "/acknowledge", SIGNED_IN, answering.acknowledge_together),
    Route("answer", "POST", "/cases/{number}/answer", SIGNED_IN, answering.acknowledge),
    Route("answer-link", "GET", "/a/{token}", ANYBODY, answer_link.show),
    Route("answer-by-link", "POST", "/a/{token}", ANYBODY, answer_link.acknowledge),
    Route("act-link", "GET", "/d/{token}", ANYBODY, act_link.show),
    Route("act-by-link", "POST", "/d/{token}", ANYBODY, act_link.act),
    Route("reached", "GET", "/cases/{number}/reached", SIGNED_IN, reached.show),
    Route("receipt", "GET", "/cases/{number}/reached/receipt", SIGNED_IN, reached.receipt),
    Route("record", "GET", "/cases/{number}/record", SIGNED_IN, record.show),
    Route("photo", "GET", "/cases/{number}/photos/{sha256}", SIGNED_IN, files.photo),
    Route("paper", "GET", "/cases/{number}/papers/{sha256}", SIGNED_IN, files.paper),
    Route("paper-as", "GET", "/cases/{number}/papers/{sha256}/{form}", SIGNED_IN, files.paper_as),
    Route("dossier", "GET", "/cases/{number}/dossier/{form}", SIGNED_IN, files.dossier_as),
    Route("flows", "GET", "/flows", SIGNED_IN, flows.show),
    Route("start-flow", "POST", "/flows/{name}", SIGNED_IN, flows.start),
    Route("run", "GET", "/flows/runs/{ticket}", SIGNED_IN, flows.show_run),
    Route("workbook", "GET", "/flows/runs/{ticket}/workbook", SIGNED_IN, flows.workbook),
    Route("coverage", "GET", "/coverage", NOTICE_READERS, coverage.show),
    Route("kpi", "GET", "/kpi", NOTICE_READERS, kpi.show),
    Route("kpi-one", "GET", "/kpi/{name}", NOTICE_READERS, kpi.show_one),
    Route("briefs", "GET", brief.PATH, NOTICE_READERS, brief.show),
    Route("brief", "GET", "/briefs/{name}", NOTICE_READERS, brief.file),
    Route("runs", "GET", "/runs", RUN_READERS, run_history.show),
    Route("run-story", "GET", "/runs/{run_id}", RUN_READERS, run_history.show_run),
    Route("outbox", "GET", "/outbox", SIGNED_IN, outbox.show),
    Route("notice", "GET", "/outbox/{notice}", SIGNED_IN, outbox.show_notice),
    Route("exercise", "GET", "/exercise", SIGNED_IN, exercise.show),
    Route("answer-inject", "POST", "/exercise/injects/{no}", SIGNED_IN, exercise.answer),
    Route("turn-real", "POST", "/exercise/turn-real", SIGNED_IN, exercise.turn_real),
    Route("exchange", "GET", exchange.PATH, SIGNED_IN, exchange.show),
    Route("exchange-file", "GET", "/exchange/file/{name}", SIGNED_IN, exchange.workbook),
    Route("exchange-template", "GET", "/exchange/template/{name}", SIGNED_IN, exchange.template),
    Route("table-out", "GET", "/exchange/out/{name}", SIGNED_IN, table_out.workbook),
    Route("table-in", "GET", "/exchange/tables/{name}", tables.IMPORTERS, tables.show),
    Route("upload-table", "POST", "/exchange/tables/{name}", tables.IMPORTERS, tables.upload),
    Route("table-columns", "GET", "/exchange/tables/{name}/{kept}", tables.IMPORTERS, tables.show_columns),
    Route("check-table", "POST", "/exchange/tables/{name}/{kept}", tables.IMPORTERS, tables.check),
    Route("enter-table", "POST", "/exchange/tables/{name}/{kept}/enter", tables.IMPORTERS, tables.enter),
    Route("settings", "GET", settings.PATH, SIGNED_IN, settings.show),
    Route("settings-clauses", "GET", "/settings/clauses", SIGNED_IN, settings.show_clauses),
    Route("settings-workdays", "GET", "/settings/workdays", SIGNED_IN, settings.show_workdays),
    Route("settings-channels", "GET", "/settings/channels", PEOPLE_READERS, settings.show_channels),
    Route("settings-people", "GET", "/settings/people", PEOPLE_READERS, settings.show_people),
    Route("settings-papers", "GET", "/settings/papers", SIGNED_IN, settings.show_papers),
    Route("settings-rights", "GET", rights.PATH, RIGHTS_READERS, partial(rights.show, lambda: ROUTES)),
    Route("rights-file", "GET", "/settings/rights/file/{name}", RIGHTS_READERS, partial(rights.file, lambda: ROUTES)),
    Route("replace-sheet", "POST", "/settings/papers", settings.KEEPERS, settings.replace_sheet),
    Route("process", "GET", "/process/{name}", SIGNED_IN, process.show),
    Route("process-bpmn", "GET", "/process/{name}/bpmn", SIGNED_IN, process.bpmn),
    Route("help", "GET", "/help", ANYBODY, help_page.show),
    Route("health", "GET", "/health", ANYBODY, health.show),
)
