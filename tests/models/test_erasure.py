"""Names and words go for good, the chain stays, and the journal says what was erased, by whom and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher

from models import directory, dossier, erasure, listing, outbox
from models.access import Access
from models.listing import Search
from rules.actor import Reach, Role, Scope
from rules.errors import KeyReused, SignInRefused, UnknownRecord, WrongPost

_CANARY, _PHONE, _MAIL = "张金丝雀", "13800001111", "canary@example.com"
_WHOLE = Scope(Reach.SUBTREE, "/dai/")


@pytest.fixture
def named(county: Any) -> Any:
    """Return a county with a case whose words name somebody, and somebody with a telephone and an address."""

    def register(writing: Any) -> str:
        person = directory.add_person(writing, "dai", name=_CANARY, phone=_PHONE, email=_MAIL)
        directory.appoint(writing, "dai", person_id=person, post_code="unit_fixer", at=county.now)
        return person

    county.persons["canary"] = county.store.write(register)
    county.found(description=f"{_CANARY}未戴安全帽，电话{_PHONE}")
    return county


def erase_words(county: Any, *, number: str = "YH-2026-0001", seq: int = 1, **options: Any) -> tuple[str, ...]:
    facts = {"reason": "本人申请", "actor": county.actor(Role.AUDITOR), "key": "e1", **options}
    return erasure.erase_words(county.ledger, number=number, seq=seq, now=county.now, **facts)


def erase_person(county: Any, person: str, **options: Any) -> Any:
    facts = {"reason": "本人申请", "actor": county.actor(Role.AUDITOR), "key": "e1", **options}
    return erasure.erase_person(county.ledger, person_id=person, now=county.now, **facts)


def everything(county: Any, back_door: Callable[[str], Any]) -> str:
    """Return every value of every table as text."""
    door = back_door(county.store.url)
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if door.dialect == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return "\n".join(str(door.rows(f"SELECT * FROM {name}")) for (name,) in door.rows(tables))  # noqa: S608


# --- words ---------------------------------------------------------------------------------------


def test_erased_words_are_nowhere_any_more_and_everything_still_holds(
    named: Any, back_door: Callable[[str], Any]
) -> None:
    named.persons.pop("canary")
    before = everything(named, back_door)
    assert before.count(f"{_CANARY}未戴") == 1
    erase_words(named)
    after = everything(named, back_door)
    assert f"{_CANARY}未戴" not in after
    assert "未戴安全帽" not in after
    report = named.verified()
    assert (report.findings, report.erased) == ([], 1)


def test_lists_and_pages_say_that_the_words_were_erased(named: Any) -> None:
    erase_words(named)
    with named.store.read() as reading:
        (item,) = listing.cases(reading, _WHOLE, "hazard", Search())
        page = dossier.open_dossier(reading, "dai", "YH-2026-0001", _WHOLE)
    assert item.description == "（文字已删除）"
    assert page.acts[0].erased
    assert dict(page.acts[0].values) == {"隐患类别": "机电设备"}
    with named.store.read() as reading:
        assert listing.cases(reading, _WHOLE, "hazard", Search(words="安全帽")) == []


def test_the_journal_says_what_was_erased_by_whom_and_why(named: Any) -> None:
    erase_words(named)
    ((body, texts),) = named.rows(
        "SELECT body, texts FROM acts JOIN cases ON cases.id = acts.case_id"
        " JOIN words ON words.case_id = acts.case_id AND words.seq = acts.seq WHERE cases.kind = 'journal'"
    )
    entry = json.loads(body)
    assert (entry["case"], entry["kind"], entry["content"]) == ("XT-2026-0001", "erase", {"what": "YH-2026-0001#1"})
    assert entry["by"]["person"] == named.persons["auditor"]
    assert json.loads(texts) == {"reason": "本人申请"}
    assert named.rows("SELECT erased_by FROM words WHERE texts IS NULL") == [("XT-2026-0001#1",)]


def test_the_papers_that_may_repeat_the_words_are_named(named: Any) -> None:
    assert erase_words(named) == ()
    number = named.ordered()
    effect, _receipt = [key for (key,) in named.rows("SELECT key FROM effects WHERE kind = 'paper'")]
    ((case_id,),) = named.rows("SELECT id FROM cases WHERE number = 'YH-2026-0002'")
    outbox.perform_effect(named.store, case_id=case_id, key=effect, run_id="r", now=named.now, paper_sha256="ab" * 32)
    assert erase_words(named, number=number, key="e2") == ("ab" * 32,)


def test_the_same_erasure_submitted_again_is_no_second_one(named: Any) -> None:
    erase_words(named)
    erase_words(named)
    assert named.rows("SELECT version FROM cases WHERE kind = 'journal'") == [(1,)]
    with pytest.raises(KeyReused):
        erase_words(named, reason="别的理由")


def test_words_that_are_gone_or_never_were_are_not_erased_and_nothing_is_written(named: Any) -> None:
    erase_words(named)
    for options in ({"key": "e2"}, {"key": "e2", "seq": 9}, {"key": "e2", "number": "YH-2026-9999"}):
        with pytest.raises(UnknownRecord):
            erase_words(named, **options)
    assert named.rows("SELECT version FROM cases WHERE kind = 'journal'") == [(1,)]


def test_only_those_who_keep_the_journal_erase(named: Any) -> None:
    for role in (Role.UNIT_HEAD, Role.TOWN_CLERK, Role.DEPT_HEAD, Role.COUNTY_LEADER):
        with pytest.raises(WrongPost):
            erase_words(named, actor=named.actor(role))
        with pytest.raises(WrongPost):
            erase_person(named, named.persons["canary"], actor=named.actor(role))
    assert named.rows("SELECT count(*) FROM words WHERE texts IS NULL") == [(0,)]
    assert named.rows("SELECT count(*) FROM persons WHERE erased_at IS NOT NULL") == [(0,)]


def test_a_clock_that_was_set_back_does_not_make_an_erasure_look_forged(named: Any) -> None:
    erase_words(named)
    named.do("YH-2026-0001", "note", Role.TOWN_CLERK, note="补充")
    named.now = named.now.subtract(hours=1)
    erase_words(named, seq=2, key="e2")
    assert named.faults() == set()


# --- persons -------------------------------------------------------------------------------------


def test_an_erased_person_is_nowhere_any_more_and_their_acts_stay(named: Any, back_door: Callable[[str], Any]) -> None:
    erase_words(named)
    receipt = erase_person(named, named.persons["canary"], key="e2")
    assert receipt.number == "XT-2026-0001"
    left = everything(named, back_door)
    assert not [secret for secret in (_CANARY, _PHONE, _MAIL) if secret in left]
    assert named.faults() == set()


def test_an_act_of_an_erased_person_shows_that_the_name_was_erased(named: Any) -> None:
    named.do("YH-2026-0001", "note", Role.TOWN_CLERK, note="路过")
    erase_person(named, named.persons["town_clerk"])
    with named.store.read() as reading:
        page = dossier.open_dossier(reading, "dai", "YH-2026-0001", _WHOLE)
    assert [act.who for act in page.acts] == ["部门监管员1", "（已删除）"]


def test_an_erased_person_is_signed_out_and_cannot_sign_in(named: Any) -> None:
    access = Access(named.store, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    person = named.persons["dept_officer"]
    named.store.write(
        lambda writing: access.add_account(
            writing, person_id=person, login="zhang-canary", password_hash=None, now=named.now
        )
    )
    access.set_password("zhang-canary", "红星铁矿三号皮带机尾轮", named.now)
    token = access.sign_in("zhang-canary", "红星铁矿三号皮带机尾轮", named.now).token
    erase_person(named, person)
    assert access.principal(token, named.now) is None
    with pytest.raises(SignInRefused):
        access.sign_in("zhang-canary", "红星铁矿三号皮带机尾轮", named.now)
    assert named.rows("SELECT count(*) FROM accounts WHERE login = 'zhang-canary'") == [(0,)]


def test_the_same_person_is_erased_once(named: Any) -> None:
    person = named.persons["canary"]
    first = erase_person(named, person)
    assert erase_person(named, person) == first
    for wanted in (person, "nobody"):
        with pytest.raises(UnknownRecord):
            erase_person(named, wanted, key="e2")
    assert named.rows("SELECT version FROM cases WHERE kind = 'journal'") == [(1,)]
