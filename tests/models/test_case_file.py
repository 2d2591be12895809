"""What a post reads of a case: nothing that the process keeps for other posts, and no hole in the numbers of acts."""

from __future__ import annotations

from typing import Any

from models.dossier import open_dossier
from models.receipt import Deed
from rules.actor import UNIT_ROLES, Reach, Role, Scope

_WHOLE = Scope(Reach.SUBTREE, "/dai/")


def _late_accident(county: Any) -> str:
    def do(number: str | None, act: str, role: Role, /, **values: str) -> str:
        deed = Deed(act, county.actor(role), f"{act}-{role}", values)
        if number is None:
            opened: str = county.ledger.open_case("incident", "redstar", deed, county.now).number
            return opened
        county.ledger.record(number, deed, county.now)
        return number

    number = do(
        None,
        "report",
        Role.BUREAU_OFFICER,
        place="井口",
        in_county="yes",
        kind="other",
        sector="other",
        origin="tip_off",
    )
    county.now = county.now.add(hours=3)
    do(number, "send", Role.BUREAU_OFFICER, about="county-city", receiver="市局", channel="phone", acknowledged="no")
    return do(number, "finding", Role.BUREAU_HEAD, verdict="late", against="某单位", document_no="1号")


def test_a_dossier_leaves_out_what_only_other_posts_see_and_says_which_numbers(sqlite_county: Any) -> None:
    number = _late_accident(sqlite_county)
    with sqlite_county.store.read() as reading:
        whole = open_dossier(reading, "dai", number, _WHOLE)

    judge, clerk = whole.seen_by(Role.AUDITOR), whole.seen_by(Role.TOWN_CLERK)

    assert judge == whole
    assert [act.kind for act in clerk.acts] == ["report", "send"]
    assert (clerk.withheld, judge.withheld) == ({3}, frozenset())
    sent = [(duty.status, duty.status_label) for duty in judge.duties if duty.about == "county-city"]
    assert sent == [("late_done", "逾期办结")]
    assert [(d.status, d.status_label) for d in clerk.duties if d.about == "county-city"] == [("ended", "已办")]
    assert {d.status for d in clerk.duties if d.about != "county-city"} == {"open"}


def test_a_unit_is_not_told_that_somebody_gave_a_tip(sqlite_county: Any) -> None:
    number = _late_accident(sqlite_county)
    with sqlite_county.store.read() as reading:
        whole = open_dossier(reading, "dai", number, _WHOLE)

    assert dict(whole.seen_by(Role.TOWN_CLERK).acts[0].values)["来源"] == "群众举报"
    for role in UNIT_ROLES:
        seen = dict(whole.seen_by(role).acts[0].values)
        assert "来源" not in seen
        assert seen["地点"] == "井口"


def test_of_a_hazard_everybody_in_scope_reads_all(sqlite_county: Any) -> None:
    number = sqlite_county.found().number
    with sqlite_county.store.read() as reading:
        whole = open_dossier(reading, "dai", number, _WHOLE)

    assert all(whole.seen_by(role) == whole for role in Role)


def test_a_case_is_told_by_the_words_of_its_report(sqlite_county: Any) -> None:
    accident, hazard = _late_accident(sqlite_county), sqlite_county.found().number
    with sqlite_county.store.read() as reading:
        assert open_dossier(reading, "dai", accident, _WHOLE).subject == ("地点", "井口")
        assert open_dossier(reading, "dai", hazard, _WHOLE).subject == ("隐患描述", "皮带机尾轮防护罩缺失")
