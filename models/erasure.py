"""Erasure 删除个人信息: the words and names go, the chain stays; what was erased, by whom and why is in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, null, select, update

from models.account import Account, Session
from models.act import Words
from models.case_state import lock_by_number
from models.clock import micros
from models.effect import EffectRow
from models.imprints import ImprintRow
from models.organisation import Contact, Person
from models.receipt import Deed
from models.roster_changes import touch
from models.statements import Statement, table
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.ledger import Ledger
    from models.receipt import Receipt
    from models.store import Writing
    from rules.actor import Actor

_words, _persons, _contacts, _accounts, _sessions, _effects, _imprints = (
    table(model) for model in (Words, Person, Contact, Account, Session, EffectRow, ImprintRow)
)
_ERASE_WORDS = Statement(
    update(_words)
    .where(_words.c.case_id == bindparam("in_case"), _words.c.seq == bindparam("of_seq"), _words.c.texts.is_not(None))
    .values(texts=null(), salt=null(), erased_at=bindparam("at"), erased_by=bindparam("journal"))
)
_ERASE_PERSON = Statement(
    update(_persons)
    .where(_persons.c.id == bindparam("person"), _persons.c.erased_at.is_(None))
    .values(name=null(), phone=null(), erased_at=bindparam("at"))
)
_ERASE_CONTACTS = Statement(delete(_contacts).where(_contacts.c.person_id == bindparam("person_id")))
_CLOSE_ACCOUNT = Statement(
    update(_accounts)
    .where(_accounts.c.person_id == bindparam("person"))
    .values(login=_accounts.c.id, password=null(), disabled=True)
)
_ACCOUNT_IDS = Statement(select(_accounts.c.id).where(_accounts.c.person_id == bindparam("person_id")))
_END_SESSIONS = Statement(delete(_sessions).where(_sessions.c.account_id == bindparam("account_id")))
_PAPERS = Statement(
    select(_effects.c.paper_sha256, _imprints.c.pdf_sha256)
    .select_from(_effects.outerjoin(_imprints, _imprints.c.page_sha256 == _effects.c.paper_sha256))
    .where(_effects.c.case_id == bindparam("case_id"), _effects.c.paper_sha256.is_not(None))
)


def erase_words(
    ledger: Ledger, *, number: str, seq: int, reason: str, actor: Actor, key: str, now: DateTime
) -> tuple[str, ...]:
    """Erase the words of one act; return the papers that may repeat them, for their files to be removed, PDFs too.

    The same erasure again, under its key, is no second one. Raises `UnknownRecord` when the act has no words or they
    are gone already, `WrongPost` for other posts than those that keep the journal.
    """

    def work(writing: Writing) -> tuple[str, ...]:
        header = lock_by_number(writing, ledger.county_id, number)
        is_repeat = ledger.answer_in(writing, key) is not None
        receipt = _journal(ledger, writing, what=f"{number}#{seq}", reason=reason, actor=actor, key=key, now=now)
        at = micros(datetime.fromisoformat(receipt.recorded_at))
        erased = writing.run(
            _ERASE_WORDS, in_case=header.id, of_seq=seq, at=at, journal=f"{receipt.number}#{receipt.seq}"
        )
        if not erased and not is_repeat:
            raise UnknownRecord(f"{number} 第 {seq} 号行为没有文字，或者已经删除。请核对序号。")
        return tuple(name for row in writing.all(_PAPERS, case_id=header.id) for name in row if name is not None)

    return ledger.store.write(work)


def erase_person(ledger: Ledger, *, person_id: str, reason: str, actor: Actor, key: str, now: DateTime) -> Receipt:
    """Erase a person's name, telephone and addresses, and close their account; their acts stay, under their id.

    The same erasure again, under its key, is no second one. Raises `UnknownRecord` for nobody, or somebody erased
    before.
    """

    def work(writing: Writing) -> Receipt:
        is_repeat = ledger.answer_in(writing, key) is not None
        receipt = _journal(ledger, writing, what=person_id, reason=reason, actor=actor, key=key, now=now)
        if is_repeat:
            return receipt
        if not writing.run(_ERASE_PERSON, person=person_id, at=micros(now)):
            raise UnknownRecord("没有此人，或者其信息已经删除。请核对。")
        writing.run(_ERASE_CONTACTS, person_id=person_id)
        for (account_id,) in writing.all(_ACCOUNT_IDS, person_id=person_id):
            writing.run(_END_SESSIONS, account_id=account_id)
        writing.run(_CLOSE_ACCOUNT, person=person_id)
        touch(writing, person_id)
        return receipt

    return ledger.store.write(work)


def _journal(
    ledger: Ledger, writing: Writing, *, what: str, reason: str, actor: Actor, key: str, now: DateTime
) -> Receipt:
    deed = Deed(kind="erase", actor=actor, key=key, values={"what": what, "reason": reason})
    return ledger.journal_in(writing, deed, now)
