"""`anlan case act`: what is recorded, what is refused with which reason, and that a refusal writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployments.signing import access_of
from models import clock, directory
from models.access import held_posts
from rules.actor import Role

_FIXER, _OFFICER, _HEAD = Role.UNIT_FIXER, Role.DEPT_OFFICER, Role.DEPT_HEAD
_PASSWORD = "清水河畔八点整开会啦"
_BIDI, _ZERO_WIDTH = "\u202e", "\u200b"


@pytest.fixture
def act(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return what records an act on a named case as whoever plays a role."""

    def run(case: str, kind: str, role: Role, *values: str, **who: Any) -> Any:
        return anlan("case", "act", county.cases[case], kind, *values, "--as", county.who(role, **who), "--json")

    return run


def test_a_recorded_act_is_answered_with_its_number_its_hash_and_what_is_owed_next(
    act: Callable[..., Any], county: Any
) -> None:
    answer = act("ordered", "rectify", _FIXER, "measure=已补齐护栏并加固")

    assert answer.code == 0
    receipt = answer.document
    assert (receipt["number"], receipt["seq"]) == (county.cases["ordered"], 8)
    ((seq, found),) = county.rows("SELECT seq, hash FROM acts ORDER BY id DESC LIMIT 1")
    assert (seq, bytes(found).hex()) == (8, receipt["hash"])
    assert [owed[:2] for owed in receipt["owed"]] == [["recheck", "dept_officer"]]
    assert receipt["backfilled"] is False


def test_the_printed_receipt_says_what_was_done_and_what_is_owed(anlan: Callable[..., Any], county: Any) -> None:
    who = county.who(_FIXER)
    answer = anlan("case", "act", county.cases["ordered"], "rectify", "measure=已补齐", "--as", who)

    assert answer.out.startswith(f"{county.cases['ordered']} #8 报告整改完成")
    assert "待办: 复查" in answer.out


def test_a_case_walks_to_its_end_by_different_hands_on_the_command_line(act: Callable[..., Any]) -> None:
    later = clock.now().add(days=3).to_date_string()
    steps = [
        ("rectify", _FIXER, ["measure=已补齐"], {}),
        (
            "recheck",
            _OFFICER,
            ["passed=no", "note=仍缺一段", f"ends_on={later}"],
            {},
        ),
        ("rectify", _FIXER, ["measure=已全部补齐"], {}),
        ("recheck", _OFFICER, ["passed=yes", "note=合格"], {"second": True}),
        ("sign-off", _HEAD, ["approved=yes"], {}),
    ]
    answers = [act("ordered", kind, role, *values, **who) for kind, role, values, who in steps]

    assert [answer.code for answer in answers] == [0] * 5
    assert answers[-1].document["status"] == "closed"
    assert answers[-1].document["owed"] == []


def test_an_act_in_a_demonstration_as_somebody_else_is_recorded_as_such(
    act: Callable[..., Any], anlan: Callable[..., Any], county: Any
) -> None:
    act("own", "note", Role.UNIT_HEAD, "note=已安排")

    acts = anlan("case", "show", county.cases["own"], "--json").document["acts"]
    assert [entry["demonstration"] for entry in acts] == [True, True]


# --- what is refused -----------------------------------------------------------------------------

_REFUSED: list[tuple[str, str, Role, list[str], dict[str, Any], str]] = [
    ("ordered", "sign-off", _HEAD, ["approved=yes"], {}, "not-your-turn"),
    ("ordered", "recheck", _OFFICER, ["passed=yes"], {}, "not-your-turn"),
    ("ordered", "accept", Role.UNIT_HEAD, ["passed=yes"], {}, "not-your-turn"),
    ("closed", "rectify", _FIXER, ["measure=再补"], {}, "case-closed"),
    ("void", "order", _OFFICER, ["ends_on=2026-12-30", "requirement=补"], {}, "case-closed"),
    ("ordered", "rectify", Role.TOWN_CLERK, ["measure=我来"], {}, "wrong-post"),
    ("ordered", "note", Role.AUDITOR, ["note=看过"], {}, "wrong-post"),
    ("ordered", "rung", _OFFICER, ["about=rectify@7", "rung=1", "kind=remind"], {}, "wrong-post"),
    ("ordered", "note", Role.TOWN_CLERK, ["note=邻镇"], {"at": "mingjing-reservoir"}, "outside-scope"),
    ("ordered", "note", _OFFICER, ["note=别的部门"], {"at": "mingjing-reservoir"}, "outside-scope"),
    ("ordered", "note", Role.UNIT_HEAD, ["note=别的单位"], {"at": "mingjing-reservoir"}, "outside-scope"),
    ("ordered", "note", Role.IT_ADMIN, ["note=管理员"], {}, "outside-scope"),
    ("ordered", "fly", _OFFICER, [], {}, "unknown-record"),
    ("ordered", "rectify", _FIXER, [], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, ["measure"], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, ["measure="], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, ["measure=已补", "colour=red"], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, [f"measure={'补' * 10_000}"], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, [f"measure=已{_BIDI}补"], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, [f"measure=已{_ZERO_WIDTH}补"], {}, "content-invalid"),
    ("ordered", "rectify", _FIXER, ["measure=已\x07补"], {}, "content-invalid"),
    ("fresh", "grade", _OFFICER, ["grade=huge", "basis=synthesis", "reason=大"], {}, "content-invalid"),
    ("fresh", "grade", _OFFICER, ["grade=major", "basis=criterion", "criterion=GM99-0-00"], {}, "content-invalid"),
]


@pytest.mark.parametrize(
    ("case", "kind", "role", "values", "who", "code"),
    _REFUSED,
    ids=[f"{number}-{row[0]}-{row[1]}-{row[2]}-{row[5]}" for number, row in enumerate(_REFUSED)],
)
def test_what_may_not_be_is_refused_with_its_reason_and_writes_nothing(
    case: str, kind: str, role: Role, values: list[str], who: dict[str, Any], code: str,
    act: Callable[..., Any], county: Any,
) -> None:  # fmt: skip
    before = county.count("acts"), county.count("submissions")

    answer = act(case, kind, role, *values, **who)

    assert answer.code == 2
    assert answer.error["code"] == code
    assert answer.error["message"].endswith("。")
    assert (county.count("acts"), county.count("submissions")) == before


def test_whoever_rechecked_may_not_sign_off(act: Callable[..., Any], county: Any) -> None:
    assert act("ordered", "rectify", _FIXER, "measure=已补").code == 0
    assert act("ordered", "recheck", _HEAD, "passed=yes", "note=合格").code == 0

    answer = act("ordered", "sign-off", _HEAD, "approved=yes")

    assert answer.code == 2
    assert answer.error["code"] == "separation-of-duties"
    assert county.count("acts") == county.rows("SELECT sum(version) FROM cases")[0][0]


def test_an_act_on_a_case_that_does_not_exist_is_refused_with_its_number(
    anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("case", "act", "YH-2026-9999", "note", "note=无", "--as", county.who(_OFFICER), "--json")
    assert (answer.code, answer.error["code"]) == (2, "unknown-record")
    assert "YH-2026-9999" in answer.error["message"]


@pytest.mark.parametrize(
    "text",
    ["已补齐👷🏽‍♀️✅", "鿫𠮷𪚥", "第一行\n第二行\t制表", "=SUM(A1)", "'; DROP TABLE acts; --", "<script>"],
    ids=repr,
)
def test_whatever_can_be_read_honestly_is_recorded_as_it_was_typed(
    text: str, act: Callable[..., Any], anlan: Callable[..., Any], county: Any
) -> None:
    assert act("ordered", "rectify", _FIXER, f"measure={text}").code == 0

    recorded = anlan("case", "show", county.cases["ordered"], "--json").document["acts"][-1]
    assert dict(recorded["values"])["整改措施"] == text


# --- stale pages and impossible times ------------------------------------------------------------


def test_who_acts_on_a_stale_reading_is_told_so(anlan: Callable[..., Any], county: Any) -> None:
    words = ["case", "act", county.cases["ordered"], "rectify", "measure=已补", "--as", county.who(_FIXER), "--json"]

    stale = anlan(*words, "--expect", "2")
    current = anlan(*words, "--expect", "7")

    assert (stale.code, stale.error["code"]) == (2, "version-conflict")
    assert stale.error["version"] == 7
    assert current.code == 0


@pytest.mark.parametrize(
    "happened_at",
    ["1899-12-31 10:00", "2019-01-01 08:00", "2999-01-01 00:00", "明天", "2026-13-01 10:00", "11/12/2026", "24:00"],
)
def test_a_time_that_cannot_be_is_refused(happened_at: str, anlan: Callable[..., Any], county: Any) -> None:
    before = county.count("acts")

    answer = anlan(
        "case", "act", county.cases["ordered"], "rectify", "measure=已补", "--happened-at", happened_at,
        "--as", county.who(_FIXER), "--json",
    )  # fmt: skip

    assert (answer.code, answer.error["code"]) == (2, "time-invalid")
    assert county.count("acts") == before


def test_an_hour_from_now_is_refused_and_an_hour_ago_is_recorded_later_with_both_times(
    anlan: Callable[..., Any], county: Any
) -> None:
    words = ["case", "act", county.cases["ordered"], "rectify", "measure=已补", "--as", county.who(_FIXER), "--json"]
    ahead, ago = (clock.now().add(hours=hours).format("YYYY-MM-DD HH:mm") for hours in (1, -1))

    future, past = anlan(*words, "--happened-at", ahead), anlan(*words, "--happened-at", ago)

    assert (future.code, future.error["code"]) == (2, "time-invalid")
    assert past.code == 0
    assert past.document["backfilled"] is True
    shown = anlan("case", "show", county.cases["ordered"])
    line = next(line for line in shown.out.splitlines() if line.startswith("  #8"))
    assert "[补录]" in line
    assert f"{ago}，登记于 " in line


# --- who acts ------------------------------------------------------------------------------------


def _sign_in(anlan: Callable[..., Any], county: Any, *, login: str = "", given: str) -> Any:
    who = ["--login", login or county.who(_FIXER), "--password-stdin"]
    return anlan("case", "act", county.cases["ordered"], "rectify", "measure=已补", *who, "--json", given=given)


@pytest.fixture
def with_password(county: Any) -> str:
    """Give the fixer a password; return their login."""
    login: str = county.who(_FIXER)
    with county.opened() as tools:
        access_of(tools).set_password(login, _PASSWORD, tools.now())
    return login


@pytest.mark.usefixtures("surroundings")
def test_whoever_knows_the_password_acts_as_themselves(
    anlan: Callable[..., Any], county: Any, with_password: str
) -> None:
    answer = _sign_in(anlan, county, given=f"{_PASSWORD}\n")

    assert answer.code == 0
    assert with_password
    acts = anlan("case", "show", county.cases["ordered"], "--json").document["acts"]
    assert acts[-1]["demonstration"] is False
    assert acts[-1]["proof"] == "password"
    assert county.count("sessions") == 0


@pytest.mark.usefixtures("surroundings", "with_password")
@pytest.mark.parametrize("given", ["", "\n", "清水河畔九点整开会啦\n", f"{_PASSWORD} \n"], ids=repr)
def test_a_wrong_password_is_refused_and_writes_nothing(given: str, anlan: Callable[..., Any], county: Any) -> None:
    before = county.count("acts")
    answer = _sign_in(anlan, county, given=given)
    assert (answer.code, answer.error["code"]) == (2, "sign-in-refused")
    assert county.count("acts") == before
    assert _PASSWORD not in answer.out + answer.err


def test_a_password_that_must_be_changed_first_lets_nobody_act(anlan: Callable[..., Any], county: Any) -> None:
    login = county.who(_FIXER)
    with county.opened() as tools:
        access_of(tools).set_password(login, _PASSWORD, tools.now(), must_change=True)

    answer = _sign_in(anlan, county, given=f"{_PASSWORD}\n")

    assert (answer.code, answer.error["code"]) == (2, "sign-in-refused")
    assert "修改密码" in answer.error["message"]


def test_acting_for_somebody_needs_their_delegation_and_records_both_names(
    anlan: Callable[..., Any], county: Any
) -> None:
    head, other = county.who(_HEAD), county.who(_OFFICER)
    note = ("case", "act", county.cases["ordered"], "note", "note=代为说明", "--as", other, "--for", head, "--json")
    refused = anlan(*note)
    with county.opened() as tools:
        with tools.store.read() as reading:
            _, absent, _ = held_posts(reading, head)
            _, deputy, posts = held_posts(reading, other)
        began, ended = tools.now().subtract(hours=1), tools.now().add(hours=1)
        tools.store.write(
            lambda writing: directory.delegate(
                writing, from_person=absent, to_person=deputy, post_id=posts[0].id, began_at=began, ended_at=ended
            )
        )
    done = anlan(*note)

    assert (refused.code, refused.error["code"]) == (2, "sign-in-refused")
    assert "代办授权" in refused.error["message"]
    assert done.code == 0
    last = anlan("case", "show", county.cases["ordered"], "--json").document["acts"][-1]
    names = dict(county.rows("SELECT login, name FROM accounts JOIN persons ON persons.id = person_id"))
    assert (last["who"], last["acting_for"]) == (names[other], names[head])


@pytest.mark.parametrize("option", ["--as", "--login"])
def test_an_unknown_login_is_refused(option: str, anlan: Callable[..., Any], county: Any) -> None:
    who = [option, "nobody", *(["--password-stdin"] if option == "--login" else [])]
    answer = anlan("case", "act", county.cases["ordered"], "note", "note=无", *who, "--json", given="x\n")
    assert (answer.code, answer.error["code"]) == (2, "sign-in-refused")


def test_without_a_terminal_and_without_a_password_nobody_signs_in(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("case", "act", county.cases["ordered"], "note", "note=无", "--login", county.who(_FIXER), "--json")
    assert (answer.code, answer.error["code"]) == (2, "sign-in-refused")
    assert "--password-stdin" in answer.error["message"]
