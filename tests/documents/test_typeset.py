"""Papers as PDF/A and Word: every word in them, nothing read as a command, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from documents.fonts import Typefaces, fonts, typefaces
from documents.paper_blocks import Blocks, Break, Cell, Code, Heading, Pair, Paragraph, Photo, Table
from documents.typeset import typeset
from documents.word import as_word
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, RulebookError
from tests.typefaces import needs_chinese

AT = pendulum.datetime(2026, 3, 2, 9, 30, tz=SHANGHAI)
#: Fonts that every machine with Debian's browser has; characters they lack are boxes, which these tests do not read.
PLAIN = Typefaces(tuple(fonts().families()[:1]), tuple(fonts().families()[:1]), (), ())
PAPER = Blocks(
    "YH-2026-0001 Order",
    (
        Paragraph(("demonstration",), "mark"),
        Heading(1, "Order"),
        Paragraph(("No. 1",), "number"),
        Paragraph(("to whom",), "to"),
        Paragraph(("#panic() *bold* $x$ \\u{41} @ref <tag> // comment",)),
        Heading(2, "Second"),
        Table(((Cell("head", is_head=True), Cell("head2", is_head=True)), (Cell("#let x = 1"), Cell("b\nc"))), heads=1),
        Table(((Cell("over", span=3),), (Cell("1"), Cell("2"), Cell("3")))),
        Paragraph(("left", "right"), "sign"),
        Paragraph(("signature",), "sign"),
        Paragraph(("source",), "source"),
    ),
)
needs_fonts = pytest.mark.skipif(not fonts().families(), reason="this machine has no font at all")


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _width(document: Any) -> int:
    return round(document.sections[0].page_width.mm)


def _photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(made, "JPEG")
    return made.getvalue()


@needs_fonts
def test_a_pdf_says_every_word_and_reads_none_as_a_command() -> None:
    text = _text(typeset(PAPER, at=AT, faces=PLAIN))

    for words in ("demonstration", "#panic() *bold* $x$", "@ref <tag> // comment", "#let x = 1", "over", "signature"):
        assert words in text


@needs_fonts
def test_a_pdf_is_archival_bears_its_instant_and_is_the_same_each_time() -> None:
    pdf = typeset(PAPER, at=AT, faces=PLAIN)

    assert pdf == typeset(PAPER, at=AT, faces=PLAIN)
    assert pdf != typeset(PAPER, at=AT.add(days=1), faces=PLAIN)
    assert b"pdfaid:part" in pdf
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "YH-2026-0001 Order"  # type: ignore[union-attr]


@needs_fonts
def test_a_photograph_is_shown_where_it_is_given_and_named_where_not() -> None:
    paper = Blocks("x", (Photo("ab12", "before"),))

    shown, named = typeset(paper, at=AT, photos={"ab12": _photo()}, faces=PLAIN), typeset(paper, at=AT, faces=PLAIN)

    assert [len(PdfReader(io.BytesIO(pdf)).pages[0].images) for pdf in (shown, named)] == [1, 0]
    assert "ab12" in _text(named)


@needs_fonts
def test_a_picture_that_is_none_is_an_error_with_what_to_do() -> None:
    with pytest.raises(RulebookError, match="请改用网页打印"):
        typeset(Blocks("x", (Photo("ab12", "before"),)), at=AT, photos={"ab12": b"no picture"}, faces=PLAIN)


@needs_chinese
def test_chinese_is_set_in_the_fonts_of_the_machine() -> None:
    paper = Blocks("指令书", (Heading(1, "责令限期整改指令书"), Paragraph(("护罩缺失，限期整改。",))))

    assert "护罩缺失，限期整改。" in _text(typeset(paper, at=AT)).replace("\n", "")


@needs_fonts
def test_a_character_that_no_font_has_makes_a_plain_pdf_rather_than_none() -> None:
    pdf = typeset(Blocks("x", (Paragraph(("a \U0010fffd b",)),)), at=AT, faces=PLAIN)

    assert b"pdfaid:part" not in pdf
    assert "a" in _text(pdf)


def test_without_a_chinese_font_it_is_said_what_to_install() -> None:
    with pytest.raises(RulebookError, match="请安装"):
        typefaces(["DejaVu Sans"])


def test_official_fonts_come_first_and_what_is_lacking_is_named() -> None:
    whole = typefaces(["SimSun", "FangSong", "STZhongsong", "DejaVu Sans Mono"])
    poor = typefaces(["Noto Serif CJK SC"])

    assert (whole.title[0], whole.body[0], whole.codes, whole.lacking) == (
        "STZhongsong", "FangSong", ("DejaVu Sans Mono",), (),
    )  # fmt: skip
    assert (poor.title, poor.body) == (("Noto Serif CJK SC",), ("Noto Serif CJK SC",))
    assert len(poor.lacking) == 2


@needs_fonts
@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_no_text_makes_a_paper_that_cannot_be_set(texts: list[str]) -> None:
    blocks = (*(Paragraph((text,)) for text in texts), Table((tuple(Cell(text) for text in texts),) if texts else ()))

    assert typeset(Blocks("x", blocks), at=AT, faces=PLAIN).startswith(b"%PDF")


def test_a_word_paper_says_every_word_in_order_and_is_the_same_each_time() -> None:
    made = as_word(PAPER, at=AT)
    document = docx.Document(io.BytesIO(made))

    assert made == as_word(PAPER, at=AT)
    assert [line.text for line in document.paragraphs] == [
        "demonstration", "Order", "No. 1", "to whom", "#panic() *bold* $x$ \\u{41} @ref <tag> // comment", "Second",
        "left    right", "signature", "source",
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["head", "head2"], ["#let x = 1", "b\nc"],
    ]  # fmt: skip
    assert _width(document) == 210


def test_a_word_paper_across_the_page_with_a_photograph() -> None:
    paper = Blocks("x", (Photo("ab12", "before"), Photo("cd34", "gone")), is_wide=True)
    document = docx.Document(io.BytesIO(as_word(paper, at=AT, photos={"ab12": _photo()})))

    assert _width(document) == 297
    assert len(document.inline_shapes) == 1
    assert "cd34" in document.paragraphs[-1].text


def test_a_countys_own_sheet_keeps_its_head_and_the_paper_stands_at_its_place() -> None:
    sheet, saved = docx.Document(), io.BytesIO()
    sheet.add_paragraph("county head")
    sheet.add_paragraph("{{正文}}")
    sheet.add_paragraph("county foot")
    sheet.save(saved)

    document = docx.Document(io.BytesIO(as_word(PAPER, at=AT, template=saved.getvalue())))
    lines = [line.text for line in document.paragraphs]

    assert (lines[0], lines[1], lines[-1]) == ("county head", "demonstration", "county foot")
    assert len(document.tables) == 2
    body = list(document.element.body.iterchildren())
    assert body.index(document.tables[1]._element) < body.index(document.paragraphs[-1]._element)


def test_a_sheet_that_is_no_word_document_is_refused_saying_what_to_do() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("x.txt", "x")

    for wrong in (b"text", archive.getvalue()):
        with pytest.raises(ContentInvalid, match="请用 Word 另存为"):
            as_word(PAPER, at=AT, template=wrong)


@needs_fonts
def test_codes_pairs_and_page_ends_are_set_and_a_missing_photo_is_named() -> None:
    paper = Blocks(
        "placard",
        (Code("https://a.example/p/x", "scan"), Break(), Pair(Photo("a" * 64, "before"), Photo("b" * 64, "after"))),
    )
    pdf = typeset(paper, at=AT, faces=PLAIN, photos={"a" * 64: _photo()})

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert "b" * 64 in _text(pdf).replace("\n", "")
    assert "scan" in _text(pdf)
    assert len(docx.Document(io.BytesIO(as_word(paper, at=AT, photos={"a" * 64: _photo()}))).inline_shapes) == 2
