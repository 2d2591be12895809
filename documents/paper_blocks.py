"""A paper as blocks 文书版块: what a paper's page says, free of how it looks, to be set as PDF or handed on as Word.

The page is the paper; whatever else is made of it says the same words in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from rules.errors import RulebookError

_SILENT = frozenset({"style", "script", "head", "title"})
_TEXTS = frozenset({"p", "li", "dt", "dd"})
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
_THROUGH = frozenset({
    "html", "body", "meta", "link", "div", "section", "header", "main", "ul", "ol", "dl", "thead", "tbody", "span",
    "code", "strong", "b", "em", "small",
})  # fmt: skip
_VOID = frozenset({"meta", "link", "br", "img"})
_PHOTO, _CODE = "photo:", "code:"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the title of the paper."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `look` is its class in the page: mark, number, to, sign, people, source, facts, or empty.

    `parts` are pieces that stand apart on the line, most paragraphs have one. A line break is a newline.
    """

    parts: tuple[str, ...]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, over `span` columns."""

    text: str
    is_head: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first `heads` rows are repeated on each page."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0

    @property
    def columns(self) -> int:
        """Return how many columns the widest row has."""
        return max((sum(cell.span for cell in row) for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph by its fingerprint, with what it shows."""

    sha256: str
    caption: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be scanned that leads to an address, with what stands below it."""

    address: str
    caption: str


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a page."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photographs side by side."""

    left: Photo
    right: Photo


Block = Heading | Paragraph | Table | Photo | Code | Break | Pair


@dataclass(frozen=True, slots=True)
class Blocks:
    """What a paper says, in the language of its page; `is_wide` where it is written across the page."""

    title: str
    blocks: tuple[Block, ...]
    is_wide: bool = False
    language: str = "zh"


def blocks_of(page: bytes) -> Blocks:
    """Return what a paper's page says. Raises `RulebookError` for a page with elements that no other form can show."""
    text = page.decode()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Blocks(reader.title, tuple(reader.blocks), "A4 landscape" in text, reader.language)


@dataclass
class _Written:
    """A paragraph, heading or cell that is being read."""

    tag: str
    look: str = ""
    span: int = 1
    parts: list[str] = field(default_factory=lambda: [""])

    def add(self, text: str) -> None:
        self.parts[-1] += text

    @property
    def pieces(self) -> tuple[str, ...]:
        """Return the pieces without the spaces that the template's own lines made."""
        lines = (("\n".join(" ".join(line.split()) for line in part.split("\n"))).strip() for part in self.parts)
        return tuple(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.language = "zh"
        self.blocks: list[Block] = []
        self._silent: list[str] = []
        self._open: _Written | None = None
        self._rows: list[tuple[Cell, ...]] = []
        self._row: list[Cell] = []
        self._heads = 0
        self._in_head = False
        self._pair: list[Photo] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._pair = [] if (tag, said.get("class")) == ("div", "pair") else self._pair
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _TEXTS | {"th", "td"} | _HEADINGS.keys():
            self._close()
            self._open = _Written(tag, said.get("class", ""), int(said.get("colspan", "1")))
        elif tag == "html":
            self.language = said.get("lang", "zh").partition("-")[0]
        elif tag == "br":
            self._add("\n")
        elif tag == "span" and self._open is not None and self._open.look in {"facts", "sign"}:
            self._open.parts.append("")
        elif tag == "table":
            self._close()
            self._rows, self._heads = [], 0
        elif tag == "tr":
            self._row = []
        elif tag in {"img", "hr"}:
            self._close()
            self._put(Break() if tag == "hr" else _shown(said))
        elif tag not in _THROUGH:
            raise RulebookError(f"文书模板中有不能排版的内容 <{tag}>。请改用段落、标题或者表格。")
        self._in_head = self._in_head or tag == "thead"

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()
        elif tag in _TEXTS | {"th", "td"} | _HEADINGS.keys():
            self._close()
        elif tag == "tr":
            self._rows.append(tuple(self._row))
            self._heads += self._in_head
        elif tag == "thead":
            self._in_head = False
        elif tag == "div" and self._pair is not None:
            (left, right), self._pair = self._pair, None
            self.blocks.append(Pair(left, right))
        elif tag == "table":
            rows = tuple(row for row in self._rows if row)
            if rows:
                self.blocks.append(Table(rows, self._heads))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # Line ends of the template are spaces; a break is written as such.
            self._add(" ".join(data.split("\n")) if self._open else "")
        elif self._silent[-1] == "title":
            self.title += data.strip()

    def _add(self, text: str) -> None:
        if self._open is not None:
            self._open.add(text)

    def _put(self, block: Photo | Code | Break) -> None:
        if self._pair is not None and isinstance(block, Photo):
            self._pair.append(block)
        else:
            self.blocks.append(block)

    def _close(self) -> None:
        written, self._open = self._open, None
        if written is None:
            return
        if written.tag in {"th", "td"}:
            self._row.append(Cell("\n".join(written.pieces), written.tag == "th", written.span))
        elif written.tag in _HEADINGS and written.pieces:
            self.blocks.append(Heading(_HEADINGS[written.tag], " ".join(written.pieces)))
        elif written.pieces:
            self.blocks.append(Paragraph(written.pieces, written.look))


def _shown(said: dict[str, str]) -> Photo | Code:
    source, caption = said.get("src", ""), said.get("alt", "")
    if source.startswith(_PHOTO):
        return Photo(source.removeprefix(_PHOTO), caption)
    if source.startswith(_CODE):
        return Code(source.removeprefix(_CODE), caption)
    raise RulebookError("文书模板中的图片只能是事项的照片（photo: 加指纹）或者二维码（code: 加地址）。请修改模板。")


def in_order(blocks: Blocks) -> str:
    """Return every word of a paper, line by line: to compare two forms of it."""
    lines: list[str] = []
    for block in blocks.blocks:
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows for cell in row]
        elif isinstance(block, Paragraph):
            lines += block.parts
        elif isinstance(block, Heading):
            lines.append(block.text)
        elif isinstance(block, Pair):
            lines += [block.left.caption, block.right.caption]
        elif not isinstance(block, Break):
            lines.append(block.caption)
    return "\n".join(lines)


def photos_in(blocks: Blocks) -> frozenset[str]:
    """Return the fingerprints of the photographs that a paper shows."""
    pairs = [photo for block in blocks.blocks if isinstance(block, Pair) for photo in (block.left, block.right)]
    return frozenset(photo.sha256 for photo in (*pairs, *blocks.blocks) if isinstance(photo, Photo))
