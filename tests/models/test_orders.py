"""Numbers of papers are drawn without gaps by whoever signs first; certificates and old versions of a process."""

import json
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import directory, schema
from models.access import Access
from models.certificates import add_certificate, certificates_of, known_certificates
from models.dossier import open_dossier
from models.held_posts import posts_of
from models.verification import verify
from rules.actor import Certificate, Reach, Role, Scope
from rules.errors import ActRefused, NotQualified, NotYourTurn, ProcessOutdated, TimeInvalid

_EVERYWHERE = Scope(Reach.SUBTREE, "/dai/")


def to_be_signed(county: Any, unit: str = "redstar", who: str = "") -> tuple[str, str]:
    """Return a case and an order of it that waits for its signature."""
    officer = county.actor(Role.DEPT_OFFICER, who)
    number = county.found(officer, unit=unit).number
    county.do(number, "grade", officer, grade="general", basis="synthesis", reason="当日可改")
    ends_on = county.now.add(days=14).date()
    drafted = county.do(number, "order", officer, ends_on=ends_on, requirement="加装护罩")
    about = f"order@{drafted.seq}"
    county.carry(number, about, who=who, until="review-order")
    return number, about


def sign(county: Any, number: str, about: str, **options: Any) -> Any:
    return county.do(number, "sign-order", Role.BUREAU_HEAD, about=about, **{"approved": "yes", **options})


def numbers(county: Any) -> list[str]:
    rows = county.rows("SELECT body FROM acts WHERE kind = 'sign-order' ORDER BY id")
    bodies = [json.loads(body) for (body,) in rows]
    return [body["content"].get("document_no", "") for body in bodies]


def test_a_signature_draws_the_next_number_of_its_series_and_year(county: Any) -> None:
    for _ in range(2):
        sign(county, *to_be_signed(county))
    county.now = county.now.add(years=1)
    number, about = to_be_signed(county)
    sign(county, number, about)
    assert numbers(county) == ["代应急责改〔2026〕1号", "代应急责改〔2026〕2号", "代应急责改〔2027〕1号"]
    with county.store.read() as reading:
        signed = open_dossier(reading, "dai", number, _EVERYWHERE).acts[-1]
    assert dict(signed.values)["文号"] == "代应急责改〔2027〕1号"
    assert county.verified().holds


def test_an_order_that_is_returned_draws_no_number_and_one_that_is_withdrawn_keeps_its_own(county: Any) -> None:
    number, about = to_be_signed(county)
    sign(county, number, about, approved="no", note="事实不清")
    number, about = to_be_signed(county)
    sign(county, number, about)
    county.do(number, "withdraw-order", Role.BUREAU_HEAD, about=about, reason="名称有误")
    sign(county, *to_be_signed(county))
    assert numbers(county) == ["", "代应急责改〔2026〕1号", "代应急责改〔2026〕2号"]
    assert county.verified().holds


def test_a_signature_that_is_refused_uses_up_no_number(county: Any) -> None:
    number, about = to_be_signed(county)
    with pytest.raises(ActRefused):
        county.do(number, "sign-order", Role.BUREAU_OFFICER, about=about, approved="yes")
    with pytest.raises(TimeInvalid):
        sign(county, number, about, happened_at=county.now.add(days=1))
    sign(county, number, about)
    assert numbers(county) == ["代应急责改〔2026〕1号"]


def test_two_leaders_who_sign_at_once_never_get_the_same_number_and_leave_no_gap(county: Any) -> None:
    waiting = [to_be_signed(county) for _ in range(12)]
    doors = [county.again() for _ in range(4)]
    start = threading.Barrier(4)

    def leader(place: int) -> None:
        start.wait()
        for number, about in waiting[place::4]:
            deed = county_deed(county, number, about)
            doors[place].record(number, deed, county.now)

    threads = [threading.Thread(target=leader, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers(county)) == sorted(f"代应急责改〔2026〕{serial}号" for serial in range(1, 13))
    assert county.verified().holds


def county_deed(county: Any, number: str, about: str) -> Any:
    from models.receipt import Deed  # noqa: PLC0415 - only here

    signer = county.actor(Role.BUREAU_HEAD)
    return Deed("sign-order", signer, f"sign-{number}", {"about": about, "approved": "yes"})


def test_the_same_signature_submitted_twice_draws_one_number(county: Any) -> None:
    number, about = to_be_signed(county)
    first = sign(county, number, about, key="once")
    assert sign(county, number, about, key="once") == first
    assert numbers(county) == ["代应急责改〔2026〕1号"]


def test_two_leaders_sign_one_order_once(county: Any) -> None:
    number, about = to_be_signed(county)
    sign(county, number, about)
    with pytest.raises(NotYourTurn):
        county.do(number, "sign-order", Role.DEPT_HEAD, about=about, approved="yes")
    assert numbers(county) == ["代应急责改〔2026〕1号"]


def test_a_number_used_twice_or_never_drawn_is_found(county: Any, back_door: Any) -> None:
    for _ in range(2):
        sign(county, *to_be_signed(county))
    back_door(county.store.url).run("UPDATE counters SET last = 1 WHERE prefix = 'papers.rectification'")
    assert county.faults() == {("papers.rectification-2026-0002", "counter")}
    back_door(county.store.url).run("UPDATE counters SET last = 3 WHERE prefix = 'papers.rectification'")
    assert county.faults() == {("papers.rectification-2026-0003", "missing-number")}


# --- certificates --------------------------------------------------------------------------------


def test_an_act_says_the_certificate_of_who_did_it_and_nothing_where_there_is_none(county: Any) -> None:
    number, _ = to_be_signed(county)
    with county.store.read() as reading:
        acts = open_dossier(reading, "dai", number, _EVERYWHERE).acts
    assert [(act.kind, act.certificate) for act in acts if act.kind.endswith("order")] == [
        ("order", "示例-dept_officer"), ("confirm-order", "示例-dept_head"), ("review-order", "示例-bureau_officer"),
    ]  # fmt: skip
    clerk = county.do(number, "note", Role.TOWN_CLERK, note="已告知")
    with county.store.read() as reading:
        assert open_dossier(reading, "dai", number, _EVERYWHERE).acts[clerk.seq - 1].certificate is None


def test_certificates_are_read_with_the_posts_and_those_that_ran_out_stay_on_the_books(county: Any) -> None:
    person = county.persons["dept_officer"]
    old = Certificate("晋-1", date(2015, 1, 1), date(2020, 1, 1))
    new = Certificate("晋-1", date(2020, 1, 2), date(2030, 1, 1))
    for held in (old, new):
        county.store.write(lambda writing, held=held: add_certificate(writing, person_id=person, certificate=held))
    with county.store.read() as reading:
        assert certificates_of(reading, person) == (old, new)
        assert {post.certificates for post in posts_of(reading, person)} == {(old, new)}
        assert known_certificates(reading) == frozenset()
    access = Access(county.store)
    county.store.write(
        lambda writing: access.add_account(
            writing, person_id=person, login="officer", password_hash=None, now=county.now
        )
    )
    with county.store.read() as reading:
        assert known_certificates(reading) == {("officer", "晋-1", "2015-01-01"), ("officer", "晋-1", "2020-01-02")}
    actor = access.principal(access.sign_in_for_demonstration("officer", county.now).token, county.now).actor
    assert actor.certificate_on(date(2019, 1, 1)) == old
    assert actor.certificate_on(date(2020, 1, 2)) == actor.certificate_on(date(2030, 1, 1)) == new
    assert actor.certificate_on(date(2030, 1, 2)) is None


def test_a_certificate_that_ends_before_it_begins_is_refused(county: Any) -> None:
    wrong = Certificate("晋-1", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(TimeInvalid, match="晋-1 的有效期止 2026-01-01 早于起 2026-01-02"):
        county.store.write(
            lambda writing: add_certificate(writing, person_id=county.persons["dept_officer"], certificate=wrong)
        )


def test_an_officer_without_a_certificate_drafts_no_order_and_nothing_is_written(county: Any) -> None:
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    person = county.store.write(lambda writing: directory.add_person(writing, "dai", name="新人", phone=None))
    officer = county.actor(Role.DEPT_OFFICER)
    bare = type(officer)(person, "account-new", officer.post_id, officer.role, officer.scope)
    with pytest.raises(NotQualified):
        county.do(number, "order", bare, ends_on=date(2026, 3, 16), requirement="加装护罩")
    assert county.rows("SELECT version FROM cases") == [(2,)]


# --- cases of an older version of the process ----------------------------------------------------


def test_a_case_of_an_older_version_is_verified_as_a_chain_and_refused_in_plain_words(
    county: Any, back_door: Any
) -> None:
    number = county.found().number
    body = json.loads(county.rows("SELECT body FROM acts")[0][0])
    assert body["opens"]["version"] == 2
    back_door(county.store.url).run("UPDATE cases SET process_version = 1")
    assert ("YH-2026-0001", "process-version") in county.faults()
    county.ledger = county.again()
    with pytest.raises(ProcessOutdated, match=r"流程第 1 版办理，本程序只办理第 2 版.*anlan ledger verify"):
        county.do(number, "note", Role.TOWN_CLERK, note="补充")
    with county.store.read() as reading:
        assert verify(reading).acts == 1


def test_the_table_of_certificates_comes_to_a_database_of_the_version_before(tmp_path: Path) -> None:
    assert schema.upgrade(f"sqlite:///{tmp_path / 'new.db'}").found is None
