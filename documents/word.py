"""Word 文书: a paper as .docx on the county's own sheet, for officials who finish and stamp papers in Word.

The sheet is a template that a county may replace: its margins, header, footer and the styles named here are kept; where
it has a paragraph 「{{正文}}」 the paper begins there. What is handed out is a copy for work; the page stays the paper.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.paper_blocks import Break, Code, Heading, Pair, Paragraph, Photo, Table
from documents.qr_code import qr_file
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as Grid
    from docx.text.paragraph import Paragraph as Line
    from pendulum import DateTime

    from documents.paper_blocks import Block, Blocks

_BODY, _TITLE = "仿宋", "方正小标宋简体"
_STYLES = ("文书标题", "文书正文", "文书署名", "文书说明", "文书表格")
_PLACE = "{{正文}}"
_FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_ALIGNED = {
    "number": WD_ALIGN_PARAGRAPH.RIGHT,
    "sign": WD_ALIGN_PARAGRAPH.RIGHT,
    "mark": WD_ALIGN_PARAGRAPH.CENTER,
    "board": WD_ALIGN_PARAGRAPH.CENTER,
    "middle": WD_ALIGN_PARAGRAPH.CENTER,
}
_FLUSH = frozenset({"to", "people", "number", "sign", "mark", "source", "facts", "board", "middle"})


def as_word(
    paper: Blocks, *, at: DateTime, photos: Mapping[str, bytes] | None = None, template: bytes | None = None
) -> bytes:
    """Return a paper as .docx, the same bytes for the same paper, instant and template.

    Raises `ContentInvalid` when the county's template is no Word document.
    """
    document = _opened(template, is_wide=paper.is_wide)
    writer = _Writer(document, photos or {}, is_wide=paper.is_wide)
    for block in paper.blocks:
        writer.write(block)
    writer.finish()
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = paper.title, "安澜", ""
    properties.created = properties.modified = at.in_timezone("UTC").naive()
    properties.revision = 1
    written = io.BytesIO()
    document.save(written)
    return _without_the_hour(written.getvalue())


def is_word(content: bytes) -> bool:
    """Tell whether a file is a Word document that a paper can be written on."""
    try:
        docx.Document(io.BytesIO(content))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        return False
    return True


def _opened(template: bytes | None, *, is_wide: bool) -> Document:
    if template is None:
        document = docx.Document()
        _lay_out(document, is_wide=is_wide)
    else:
        try:
            document = docx.Document(io.BytesIO(template))
        except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
            raise ContentInvalid("文书模板不是 Word 文档（.docx）。请用 Word 另存为 .docx 后重新放入。") from error
    for name in _STYLES:
        if name not in [style.name for style in document.styles]:
            _add_style(document, name, is_wide=is_wide)
    return document


def _lay_out(document: Document, *, is_wide: bool) -> None:
    """Lay the page out as official papers are: A4, and margins after GB/T 9704-2012."""
    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if is_wide else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    margins = (18, 18, 15, 15) if is_wide else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, margins)


def _add_style(document: Document, name: str, *, is_wide: bool) -> None:
    style: ParagraphStyle = document.styles.add_style(name, 1)
    font = _TITLE if name == "文书标题" else _BODY
    size = {"文书标题": 22, "文书说明": 10, "文书表格": 11}.get(name, 11 if is_wide else 16)
    style.font.name, style.font.size = font, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing = Pt({"文书标题": 36, "文书说明": 15, "文书表格": 16}.get(name, 16 if is_wide else 28))


class _Writer:
    """Writes block after block, at the template's own place where it names one."""

    def __init__(self, document: Document, photos: Mapping[str, bytes], *, is_wide: bool) -> None:
        self._document, self._photos, self._is_wide = document, photos, is_wide
        self._place = next((line for line in document.paragraphs if line.text.strip() == _PLACE), None)

    def write(self, block: Block) -> None:
        match block:
            case Heading(level, text):
                line = self._line("文书标题" if level == 1 else "文书正文")
                line.add_run(text).bold = level > 1
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER if level == 1 else WD_ALIGN_PARAGRAPH.LEFT
            case Paragraph():
                self._write_paragraph(block)
            case Table():
                self._write_table(block)
            case Photo(sha256, caption) if sha256 in self._photos:
                line = self._line("文书说明")
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                line.add_run().add_picture(io.BytesIO(self._photos[sha256]), height=Mm(75))
                line.add_run(f"\n{caption}")
            case Code(address, caption):
                line = self._line("文书说明")
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                line.add_run().add_picture(io.BytesIO(qr_file(address, "png")), height=Mm(100))
                line.add_run(f"\n{caption}")
            case Pair(left, right):
                self._write_pair(left, right)
            case Break():
                self._line("文书正文").add_run().add_break(WD_BREAK.PAGE)
            case Photo(sha256, caption):
                self._line("文书说明").add_run(f"{caption}（照片指纹 {sha256}）")

    def finish(self) -> None:
        """Take the mark of the place away."""
        if self._place is not None:
            self._place._element.getparent().remove(self._place._element)  # noqa: SLF001 - the library has no other way

    def _line(self, style: str) -> Line:
        if self._place is not None:
            return self._place.insert_paragraph_before(style=style)
        return self._document.add_paragraph(style=style)

    def _write_paragraph(self, block: Paragraph) -> None:
        style = {"sign": "文书署名", "source": "文书说明", "board": "文书标题"}.get(block.look, "文书正文")
        line = self._line(style)
        line.add_run("    ".join(block.parts))
        line.alignment = _ALIGNED.get(block.look, WD_ALIGN_PARAGRAPH.LEFT)
        if block.look not in _FLUSH and not self._is_wide:
            line.paragraph_format.first_line_indent = Pt(32)

    def _write_pair(self, *sides: Photo) -> None:
        table = self._document.add_table(rows=1, cols=2)
        for cell, side in zip(table.rows[0].cells, sides, strict=True):
            line = cell.paragraphs[0]
            line.style, line.alignment = "文书说明", WD_ALIGN_PARAGRAPH.CENTER
            if side.sha256 in self._photos:
                line.add_run().add_picture(io.BytesIO(self._photos[side.sha256]), width=Mm(70))
                line.add_run(f"\n{side.caption}")
            else:
                line.add_run(f"{side.caption}（照片指纹 {side.sha256}）")
        self._place_table(table)

    def _write_table(self, block: Table) -> None:
        table = self._document.add_table(rows=0, cols=block.columns, style="Table Grid")
        for row in block.rows:
            cells, at = table.add_row().cells, 0
            for cell in row:
                first, last = cells[at], cells[min(at + cell.span, block.columns) - 1]
                merged = first.merge(last) if cell.span > 1 else first
                merged.paragraphs[0].style = "文书表格"
                merged.paragraphs[0].add_run(cell.text)
                at += cell.span
        self._place_table(table)

    def _place_table(self, table: Grid) -> None:
        if self._place is not None:
            self._place._element.addprevious(table._element)  # noqa: SLF001 - the library has no other way


def _without_the_hour(made: bytes) -> bytes:
    """Return the archive with the same date on every member, in the same order: the same paper is the same bytes."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, _FIRST_ZIP_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(member))
    return again.getvalue()
