"""Tables that go out 模板与导出: an empty one to fill in, or a ledger in its official form; both can come back.

Title, notes, frozen heading, choices to pick from, landscape A4 with the heading on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from documents.columns import GUIDE_SHEET, Column, ColumnKind
from documents.limits import DEFAULT_LIMITS
from documents.sheet_writing import display_width, new_workbook, styles, write_cell, write_day, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from documents.columns import TableSpec
    from documents.sheet_writing import Styles

_TITLE_ROW, _NOTES_ROW, _HEADING_ROW, _FIRST_ROW = 0, 1, 2, 3
_TITLE_HEIGHT, _NOTES_HEIGHT, _HEADING_HEIGHT = 30, 32, 28
_A4 = 9
_REQUIRED_MARK = "（必填）"
_TEMPLATE_NOTE = "红色标题的列必须填写；日期写作 2026-11-23；不要合并单元格，不要用公式。各列怎么填见「填写说明」。"
# Excel's own limit for a list of choices that stands in the validation itself.
_LONGEST_INLINE_LIST = 255
_CHOICES_SHEET = "选项"
_LONG_TEXT = 500
_WIDTHS = {
    ColumnKind.TEXT: 18,
    ColumnKind.CODE: 14,
    ColumnKind.CODES: 22,
    ColumnKind.DAY: 13,
    ColumnKind.PAST_DAY: 13,
    ColumnKind.WHOLE: 10,
    ColumnKind.CHOICE: 14,
    ColumnKind.MOBILE: 15,
    ColumnKind.CREDIT_CODE: 23,
    ColumnKind.EMAIL: 24,
}
_LONG_TEXT_WIDTH = 42
_HINTS = {
    ColumnKind.TEXT: "文字，不超过 {longest} 字",
    ColumnKind.CODE: "字母、数字和连字符，最多 40 位",
    ColumnKind.CODES: "一个或几个编码，用顿号隔开",
    ColumnKind.DAY: "日期，例：2026-11-23",
    ColumnKind.PAST_DAY: "日期，例：2026-11-23，不晚于今天",
    ColumnKind.WHOLE: "整数，例：12",
    ColumnKind.CHOICE: "从下拉列表中选择",
    ColumnKind.MOBILE: "11 位手机号",
    ColumnKind.CREDIT_CODE: "18 位，含校验位",
    ColumnKind.EMAIL: "邮箱地址",
}
_GUIDE_HEADINGS = ("列名", "是否必填", "怎么填", "可填的内容")
_GUIDE_WIDTHS = (20, 10, 44, 44)
_EXAMPLE_WIDTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContent:
    """One sheet to write: `notes` stand below the title, `footer` (signatures) below the last row."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]] = ()
    notes: str = ""
    footer: str = ""


def write_template(spec: TableSpec, path: Path, examples: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write an empty table to fill in, and a sheet 「填写说明」 that explains every column with the examples."""
    with new_workbook(path) as book:
        look = styles(book)
        sheet = book.add_worksheet(spec.title)
        content = SheetContent(name=spec.title, title=spec.title, columns=spec.columns, notes=_TEMPLATE_NOTE)
        _head(sheet, content, look, mark=_REQUIRED_MARK)
        for index, column in enumerate(spec.columns):
            sheet.set_column(index, index, _width(column), _style(column, look))
        _guide(book, spec, examples, look)
        _offer_choices(book, sheet, spec.columns)


def write_workbook(path: Path, sheets: Sequence[SheetContent]) -> None:
    """Write ledgers in their official form, one sheet each; rows may be a generator, one row is held at a time.

    Values are what `read_table` gives: slugs are written as their labels, days as days, all else as text.
    """
    with new_workbook(path) as book:
        look = styles(book)
        for content in sheets:
            sheet = book.add_worksheet(content.name)
            _head(sheet, content, look, mark="")
            for index, column in enumerate(content.columns):
                sheet.set_column(index, index, _width(column))
            row = _FIRST_ROW
            for row, values in zip(count(_FIRST_ROW), content.rows, strict=False):
                for index, column in enumerate(content.columns):
                    _value(sheet, (row, index), column, values.get(column.key), look)
            if content.footer:
                write_text(sheet, (row + 2, 0), content.footer)
            _offer_choices(book, sheet, content.columns)


def _head(sheet: Worksheet, content: SheetContent, look: Styles, *, mark: str) -> None:
    last = max(len(content.columns) - 1, 1)
    sheet.set_row(_TITLE_ROW, _TITLE_HEIGHT)
    sheet.merge_range(_TITLE_ROW, 0, _TITLE_ROW, last, "", look.title)
    write_text(sheet, (_TITLE_ROW, 0), content.title, look.title)
    sheet.set_row(_NOTES_ROW, _NOTES_HEIGHT)
    sheet.merge_range(_NOTES_ROW, 0, _NOTES_ROW, last, "", look.note)
    write_text(sheet, (_NOTES_ROW, 0), content.notes, look.note)
    sheet.set_row(_HEADING_ROW, _HEADING_HEIGHT)
    for index, column in enumerate(content.columns):
        title = f"{column.title}{mark}" if column.required else column.title
        write_text(sheet, (_HEADING_ROW, index), title, look.required if column.required else look.heading)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.repeat_rows(_TITLE_ROW, _HEADING_ROW)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _value(sheet: Worksheet, place: tuple[int, int], column: Column, value: Any, look: Styles) -> None:
    match column.kind:
        case ColumnKind.DAY | ColumnKind.PAST_DAY if value is not None:
            write_day(sheet, place, value, look.day)
        case ColumnKind.WHOLE:
            write_cell(sheet, place, value, look.text)
        case _:
            write_text(sheet, place, _shown_value(column, value), look.text)


def _shown_value(column: Column, value: Any) -> str | None:
    if value is None:
        return None
    if column.kind is ColumnKind.CODES and not isinstance(value, str):
        return "、".join(value)
    labels = {choice.slug: choice.label for choice in column.choices}
    return labels.get(value, str(value)) if column.choices else str(value)


def _offer_choices(book: Workbook, sheet: Worksheet, columns: Sequence[Column]) -> None:
    last = _FIRST_ROW + DEFAULT_LIMITS.rows - 1
    for index, column in enumerate(columns):
        labels = [choice.label for choice in column.choices]
        if not labels:
            continue
        inline = len(",".join(labels)) <= _LONGEST_INLINE_LIST and not any("," in label for label in labels)
        source = labels if inline else _listed(book, labels)
        offer = {"validate": "list", "source": source, "error_title": column.title, "error_message": "请从列表中选择。"}
        sheet.data_validation(_FIRST_ROW, index, last, index, offer)


def _listed(book: Workbook, labels: Sequence[str]) -> str:
    name = f"{_CHOICES_SHEET}{len(book.worksheets())}"
    sheet = book.add_worksheet(name)
    for row, label in enumerate(labels):
        write_text(sheet, (row, 0), label)
    sheet.very_hidden()
    return f"='{name}'!$A$1:$A${len(labels)}"


def _guide(book: Workbook, spec: TableSpec, examples: Sequence[Mapping[str, Any]], look: Styles) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    headings = chain(_GUIDE_HEADINGS, (f"示例 {number}" for number in range(1, len(examples) + 1)))
    for index, heading in enumerate(headings):
        write_text(sheet, (0, index), heading, look.heading)
        width = _GUIDE_WIDTHS[index] if index < len(_GUIDE_WIDTHS) else _EXAMPLE_WIDTH
        sheet.set_column(index, index, width)
    for row, column in enumerate(spec.columns, start=1):
        hint = _HINTS[column.kind].format(longest=column.longest)
        cells = (
            column.title,
            "必填" if column.required else "选填",
            f"{hint}。{column.note}",
            "、".join(choice.label for choice in column.choices),
            *(_shown_value(column, example.get(column.key)) or "" for example in examples),
        )
        for index, cell in enumerate(cells):
            write_text(sheet, (row, index), cell, look.required if column.required and not index else look.text)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _width(column: Column) -> int:
    usual = _LONG_TEXT_WIDTH if column.longest > _LONG_TEXT else _WIDTHS[column.kind]
    return max(usual, display_width(column.title + _REQUIRED_MARK * column.required) + 2)


def _style(column: Column, look: Styles) -> Any:
    return look.day if column.kind in {ColumnKind.DAY, ColumnKind.PAST_DAY} else look.text
