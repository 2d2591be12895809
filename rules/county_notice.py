"""The county's yearly notice 年度通知 as data: every row with its quote, who answers for it and what came of it.

Reads strictly and says which row is wrong; decides nothing and knows nothing of cases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import RulebookError, UnknownRecord
from rules.strict_toml import Table, open_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_FOLDER = Path(__file__).parent / "notices"
_CHAPTER = re.compile(r"^[一二三四五六七八九十]+、")
_PARAGRAPH = re.compile(r"^（[一二三四五六七八九十]+）")
_ITEM = re.compile(r"^(\d)\.")
_PREAMBLE, _SIGNED = "序言", "落款"
_NUMBERED = "B{:03d}"


class RowClass(StrEnum):
    """What the program makes of a row of the notice."""

    ENFORCED = "enforced"
    MEASURED = "measured"
    RECORDED = "recorded"
    DECLARATORY = "declaratory"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """Return the word shown beside the row."""
        return _CLASS_LABELS[self]

    @property
    def is_running(self) -> bool:
        """Tell whether a duty runs for the row, so that a test must prove it."""
        return self in {RowClass.ENFORCED, RowClass.MEASURED, RowClass.RECORDED}


_CLASS_LABELS = {
    RowClass.ENFORCED: "有期限的应办",
    RowClass.MEASURED: "指标",
    RowClass.RECORDED: "登记",
    RowClass.DECLARATORY: "原则",
    RowClass.PLANNED: "待建",
}


@dataclass(frozen=True, slots=True)
class RowDuty:
    """The running duty of a row: `holder` owes `act` under a clause, and who is told when it is not done.

    `inadequate` names evidence that does not fulfil it: a field of the act that is left out, `evidence` for files, or
    `field=value` for a value that is not enough.
    """

    act: str
    clause_id: str
    holder: Role
    inadequate: str
    told: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `paragraph` is where the quote stands, `responsible` are words, `posts` are those of the program.

    `why` is the reason of a principle, or what is missing for what is planned; empty for what runs, of which `note`
    says what does not run yet. Which quotas carry it out is written with the quotas (`rules.quotas`), not here.
    """

    id: str
    paragraph: str
    quote: str
    responsible: tuple[str, ...]
    posts: tuple[Role, ...]
    frequency: str
    evidence: str
    row_class: RowClass
    why: str
    note: str
    process: str
    clauses: tuple[str, ...]
    indicators: tuple[str, ...]
    register: str
    duty: RowDuty | None

    @property
    def section(self) -> str:
        """Return the paragraph without the number of an item in it, such as （七） for （七）5."""
        return self.paragraph.rstrip("0123456789")


@dataclass(frozen=True, slots=True)
class CountyNotice:
    """The notice of one year; `clauses_of` is the instrument in `statutes/` that holds its clauses."""

    year: int
    title: str
    number: str
    issued_on: date
    source: str
    clauses_of: str
    text: str
    rows: tuple[Row, ...]

    def row(self, row_id: str) -> Row:
        """Return a row by its number. Raises `UnknownRecord`."""
        found = next((row for row in self.rows if row.id == row_id), None)
        if found is None:
            last = self.rows[-1].id if self.rows else "—"
            raise UnknownRecord(f"{self.number}没有编号为「{row_id}」的条目，编号到 {last}。请核对编号。")
        return found


def notice_of(year: int, *, folder: Path | None = None) -> CountyNotice:
    """Return the notice of a year. Raises `UnknownRecord` naming the years there are, `RulebookError` for a wrong file.

    `folder` is where the notices lie, by default the program's own.
    """
    found = next((notice for notice in notices(folder=folder) if notice.year == year), None)
    if found is None:
        years = "、".join(str(notice.year) for notice in notices(folder=folder))
        raise UnknownRecord(f"没有{year}年的通知，现有：{years}。请在 rules/notices 中补充，或者换一个年份。")
    return found


def notices(*, folder: Path | None = None) -> tuple[CountyNotice, ...]:
    """Return the notices of all years, the oldest first. Raises `RulebookError` naming the file and the row."""
    return _all_in(folder or _FOLDER)


@cache
def _all_in(folder: Path) -> tuple[CountyNotice, ...]:
    found = sorted((read_notice(path) for path in folder.glob("*.toml")), key=lambda notice: notice.year)
    doubled = {notice.year for notice in found if sum(other.year == notice.year for other in found) > 1}
    if doubled:
        raise RulebookError(f"rules/notices 中{min(doubled)}年的通知不止一份。请只保留一份后运行 anlan doctor。")
    return tuple(found)


def read_notice(path: Path) -> CountyNotice:
    """Read a notice and the text beside it, which has the same name. Raises `RulebookError` naming file and row."""
    text = _text_beside(path)
    places = paragraphs(text)
    with open_table(path) as file:
        with file.table("notice") as table:
            head = CountyNotice(
                year=table.whole("year"),
                title=table.text("title"),
                number=table.text("number"),
                issued_on=table.day("issued_on"),
                source=table.text("source"),
                clauses_of=table.text("clauses_of"),
                text=text,
                rows=(),
            )
        rows = tuple(_row(table, places) for table in file.tables("row", "id"))
        _refuse_gaps(file, rows)
    return CountyNotice(head.year, head.title, head.number, head.issued_on, head.source, head.clauses_of, text, rows)


def paragraphs(text: str) -> Mapping[str, str]:
    """Return the text of a notice by paragraph: 序言, （一）, （七）5 and so on to 落款; headings belong to none."""
    found: dict[str, list[str]] = {_PREAMBLE: []}
    paragraph = here = _PREAMBLE
    for line in (line.strip() for line in text.splitlines()):
        if _CHAPTER.match(line):
            continue
        begun, item = _PARAGRAPH.match(line), _ITEM.match(line)
        if begun:
            paragraph = here = begun[0]
        elif item and paragraph != _PREAMBLE:
            here = f"{paragraph}{item[1]}"
        elif paragraph != _PREAMBLE and line.endswith("人民政府"):
            here = _SIGNED
        found.setdefault(here, []).append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _text_beside(path: Path) -> str:
    try:
        return path.with_suffix(".txt").read_text("utf-8")
    except FileNotFoundError as error:
        name = path.with_suffix(".txt").name
        message = f"缺少通知原文 {name}。请把通知全文放在 {path.name} 旁边后运行 anlan doctor。"
        raise RulebookError(message, file=name) from error


def _row(table: Table, places: Mapping[str, str]) -> Row:
    paragraph, quote, row_class = table.text("paragraph"), table.text("quote"), table.choice("class", RowClass)
    if paragraph not in places:
        raise table.wrong(f"的 paragraph「{paragraph}」不在通知原文中")
    if quote not in places[paragraph]:
        raise table.wrong(f"的引文「{quote}」不在原文{paragraph}中，应与原文逐字一致")
    row = Row(
        id=table.text("id"),
        paragraph=paragraph,
        quote=quote,
        responsible=table.texts("responsible"),
        posts=_posts(table, "posts"),
        frequency=table.text("frequency"),
        evidence=table.text("evidence"),
        row_class=row_class,
        why=table.text_or_none("why") or "",
        note=table.text_or_none("note") or "",
        process=table.text_or_none("process") or "",
        clauses=table.texts("clauses"),
        indicators=table.texts("indicators"),
        register=table.text_or_none("register") or "",
        duty=_duty(table) if table.has("duty") else None,
    )
    _refuse_half(table, row)
    return row


def _duty(table: Table) -> RowDuty:
    with table.table("duty") as duty:
        return RowDuty(
            act=duty.text("act"),
            clause_id=duty.text("clause"),
            holder=duty.choice("holder", Role),
            inadequate=duty.text("inadequate"),
            told=_posts(duty, "told"),
        )


def _posts(table: Table, key: str) -> tuple[Role, ...]:
    known = {role.value for role in Role}
    unknown = [name for name in table.texts(key) if name not in known]
    if unknown:
        raise table.wrong(f"的 {key} 有不认识的岗位 {'、'.join(unknown)}")
    return tuple(Role(name) for name in table.texts(key))


def _refuse_half(table: Table, row: Row) -> None:
    """Refuse a row that claims more than it shows, or leaves unsaid why nothing runs."""
    if not row.responsible:
        raise table.wrong("的 responsible 应写明责任单位")
    if not row.row_class.is_running:
        if not row.why or row.duty is not None:
            raise table.wrong("没有运行的应办：应写明理由 why，且不得有 duty")
        return
    if row.why or row.duty is None or not row.process or not row.duty.told:
        raise table.wrong("有运行的应办：应有 process、duty 和被告知的岗位 told，不写 why")
    if row.row_class is RowClass.MEASURED and not row.indicators:
        raise table.wrong("归为指标的，应写明 indicators")
    if row.row_class is RowClass.RECORDED and not row.register:
        raise table.wrong("归为登记的，应写明 register")


def _refuse_gaps(file: Table, rows: tuple[Row, ...]) -> None:
    """Refuse rows that are doubled or out of order; a number that is no longer used may be missing."""
    numbers = [row.id for row in rows]
    wrong = [name for name in numbers if not re.fullmatch(r"B\d{3}", name)]
    if wrong or numbers != sorted(set(numbers)):
        raise file.wrong(f"的条目编号应如 {_NUMBERED.format(1)}，由小到大，不得重复")
