"""A paper's page read as blocks: the same words in the same order, whatever people wrote into it."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import paper
from documents.paper_blocks import (
    Blocks,
    Break,
    Cell,
    Code,
    Heading,
    Pair,
    Paragraph,
    Photo,
    Table,
    blocks_of,
    in_order,
)
from rules.errors import RulebookError

_FOLDER = Path(paper.__file__).parent / "papers"
_TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


def _page(body: str, head: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><title>一 题</title>{head}</head><body>{body}</body></html>'.encode()
    )


def test_a_page_is_read_block_by_block() -> None:
    page = _page(
        '<p class="mark">演示</p>\n<h1>指令书</h1><p>甲\n<code>ab</code></p>'
        "<table><thead><tr><th>项</th><th>值</th></tr></thead><tbody><tr><td>一<br>二</td><td>三</td></tr>"
        '<tr><td colspan="2">无</td></tr></tbody></table><img src="photo:ff" alt="整改前">'
        '<img src="code:https://a.example/p/x" alt="扫码"><hr>'
        '<div class="pair"><img src="photo:aa" alt="前">\n<img src="photo:bb" alt="后"></div>'
        '<p class="sign"><span>送达人</span><span>日期</span></p>'
    )

    assert blocks_of(page) == Blocks(
        "一 题",
        (
            Paragraph(("演示",), "mark"),
            Heading(1, "指令书"),
            Paragraph(("甲 ab",)),
            Table(
                (
                    (Cell("项", is_head=True), Cell("值", is_head=True)),
                    (Cell("一\n二"), Cell("三")),
                    (Cell("无", span=2),),
                ),
                heads=1,
            ),
            Photo("ff", "整改前"),
            Code("https://a.example/p/x", "扫码"),
            Break(),
            Pair(Photo("aa", "前"), Photo("bb", "后")),
            Paragraph(("送达人", "日期"), "sign"),
        ),
    )


def test_style_and_empty_paragraphs_say_nothing() -> None:
    assert blocks_of(_page("<p> \n </p><table></table>", "<style>p { color: red }</style>")).blocks == ()


def test_a_page_across_and_in_english_stays_so() -> None:
    page = _page("<p>x</p>", "<style>@page { size: A4 landscape }</style>").replace(b"zh-CN", b"en")

    assert (blocks_of(page).is_wide, blocks_of(page).language) == (True, "en")


@pytest.mark.parametrize("body", ["<iframe></iframe>", "<svg></svg>", '<img src="https://else.where/x.png">'])
def test_what_no_other_form_can_show_is_refused_saying_what_to_do(body: str) -> None:
    with pytest.raises(RulebookError, match="请"):
        blocks_of(_page(body))


@pytest.mark.parametrize("path", sorted(_FOLDER.rglob("*.html")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_template_has_only_what_can_be_typeset(path: Path) -> None:
    blocks_of(path.read_bytes())


@given(st.lists(_TEXT, min_size=1, max_size=5))
def test_whatever_people_write_is_read_back_word_for_word(texts: list[str]) -> None:
    page = _page("".join(f"<p>{escape(text)}</p><table><tr><td>{escape(text)}</td></tr></table>" for text in texts))

    assert in_order(blocks_of(page)).split("\n") == [text for text in texts for _ in range(2)]
