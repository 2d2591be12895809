"""Typesetting 排版: a paper as PDF/A-2b for print and archive, the same bytes whenever it is set again on one machine.

Everything the paper says is handed over as data, so that nothing anybody wrote is read as a command. The page stays
the paper: its fingerprint stands in the ledger, and the PDF is made of it. The template counts as part of the
typesetter: `made_by` names both.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typst

from documents.fonts import fonts, typefaces
from documents.paper_blocks import Break, Code, Heading, Pair, Paragraph, Photo, Table
from documents.qr_code import qr_file
from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from documents.fonts import Typefaces
    from documents.paper_blocks import Block, Blocks, Cell

_TEMPLATE = Path(__file__).parent / "typesetting" / "paper.typ"
_ARCHIVAL = "a-2b"
#: What sets papers here; another version may set the same words otherwise.
TYPESETTER = f"typst {typst.__version__}"


def made_by() -> str:
    """Return what sets papers here: the typesetter's version and the template's fingerprint."""
    return f"{TYPESETTER} {hashlib.sha256(_TEMPLATE.read_bytes()).hexdigest()[:12]}"


def typeset(
    paper: Blocks, *, at: DateTime, photos: Mapping[str, bytes] | None = None, faces: Typefaces | None = None
) -> bytes:
    """Return a paper as PDF/A-2b; `at` is the instant that the document bears, `photos` are JPEG by fingerprint.

    `faces` are by default those of the machine. A photograph that is not given is a line that names it. A paper with a
    character that no font here has is plain PDF and shows a box. Raises `RulebookError` where no Chinese font is
    installed.
    """
    faces = faces or typefaces()
    given = photos or {}
    sheet = {
        "title": paper.title,
        "wide": paper.is_wide,
        "lang": paper.language,
        "headline": faces.title,
        "body": (*faces.body, *faces.codes),
        "blocks": [_data_of(block, given) for block in paper.blocks],
    }
    with TemporaryDirectory() as made_in:
        folder = Path(made_in)
        copyfile(_TEMPLATE, folder / _TEMPLATE.name)
        for sha256, content in given.items():
            (folder / f"{sha256}.jpg").write_bytes(content)
        for block in paper.blocks:
            if isinstance(block, Code):
                (folder / _drawing(block)).write_bytes(qr_file(block.address, "svg"))
        told = json.dumps(sheet, ensure_ascii=False)
        try:
            return _compiled(folder, told, at, _ARCHIVAL)
        except typst.TypstError:
            # A character that no font of the machine has: an archival file must not show a box, a working one may.
            pass
        try:
            return _compiled(folder, told, at, None)
        except typst.TypstError as error:
            raise RulebookError(f"文书「{paper.title}」排不成 PDF：{error}。请改用网页打印，并告知管理员。") from error


def _compiled(folder: Path, sheet: str, at: DateTime, standard: str | None) -> bytes:
    made: Any = typst.compile(
        folder / _TEMPLATE.name,
        root=folder,
        sys_inputs={"sheet": sheet},
        font_paths=fonts(),
        timestamp=int(at.timestamp()),
        **({"pdf_standards": standard} if standard else {}),
    )
    return bytes(made)


def _data_of(block: Block, photos: Mapping[str, bytes]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", **asdict(block)}
        case Paragraph():
            return {"kind": "paragraph", **asdict(block)}
        case Table():
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            return {"kind": "table", "rows": rows, "heads": block.heads, "columns": block.columns}
        case Break():
            return {"kind": "break"}
        case Pair(left, right):
            return {"kind": "pair", "sides": [_picture(side, photos) for side in (left, right)]}
        case Photo() | Code():
            return _picture(block, photos)


def _picture(block: Photo | Code, photos: Mapping[str, bytes]) -> dict[str, Any]:
    if isinstance(block, Code):
        return {"kind": "code", "file": _drawing(block), "caption": block.caption}
    if block.sha256 in photos:
        return {"kind": "photo", "file": f"{block.sha256}.jpg", "caption": block.caption}
    return {"kind": "paragraph", "parts": [f"{block.caption}（照片指纹 {block.sha256}）"], "look": "to"}


def _drawing(code: Code) -> str:
    return f"{hashlib.sha256(code.address.encode()).hexdigest()}.svg"


def _cell(cell: Cell) -> dict[str, Any]:
    return {"text": cell.text, "head": cell.is_head, "span": cell.span}
