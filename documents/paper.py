"""Papers 文书: drawn up from the record as a page that prints on A4; one template each, an undefined word is an error.

An order is drawn up when it is signed, with its number and everybody who stands behind it; its receipt when it is
served. Who did what is recorded in the ledger, not here.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = Path(__file__).parent / "papers"
_EXERCISE_MARK = "【演练】"
_EXERCISE_NOTE = (
    '<p class="mark" style="text-align: center; text-indent: 0; color: #7a2e00; border: 2pt dashed #7a2e00; '
    'margin: 0 0 12pt">'
    "【演练】本文书出自演练，不是真实事件，不具有任何效力</p>"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as bytes; its name is their SHA-256."""

    sha256: str
    content: bytes


def draw_up(kind: str, name: str, facts: Mapping[str, Any], *, exercise: bool) -> Paper:
    """Return the paper; one of an exercise 演练 says so in its title and above everything else, whatever its template.

    Raises `RulebookError` when there is no template, or one that asks for more than the record.
    """
    try:
        page = _templates().get_template(f"{kind}/{name}.html").render(facts)
    except jinja2.TemplateNotFound as error:
        raise RulebookError(f"文书「{name}」没有模板。请在 documents/papers/{kind} 中补充。") from error
    except jinja2.UndefinedError as error:
        raise RulebookError(f"文书「{name}」的模板用到了台账中没有的内容：{error}。请修改模板。") from error
    content = (_as_exercise(page) if exercise else page).encode()
    return Paper(hashlib.sha256(content).hexdigest(), content)


def _as_exercise(page: str) -> str:
    return page.replace("<title>", f"<title>{_EXERCISE_MARK}", 1).replace("<body>", f"<body>\n{_EXERCISE_NOTE}", 1)


def file_paper(folder: Path, paper: Paper) -> Path:
    """Write a paper under its name, whole or not at all; one that is there already is the same one."""
    return _filed(folder, paper.sha256, "html", paper.content)


def file_pdf(folder: Path, content: bytes) -> str:
    """Write the PDF of a paper under its own fingerprint as `file_paper` does; return the fingerprint."""
    sha256 = hashlib.sha256(content).hexdigest()
    _filed(folder, sha256, "pdf", content)
    return sha256


def paper_path(folder: Path, sha256: str, form: str = "html") -> Path | None:
    """Return where a paper lies, or with "pdf" as form a PDF; None when there is none or the name is no name."""
    if len(sha256) != hashlib.sha256().digest_size * 2 or not sha256.isalnum():
        return None
    target = folder / sha256[:2] / f"{sha256}.{form}"
    return target if target.is_file() else None


def _filed(folder: Path, sha256: str, form: str, content: bytes) -> Path:
    target = folder / sha256[:2] / f"{sha256}.{form}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two runs may draw up the same paper at once: each writes its own draft.
        draft = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        draft.write_bytes(content)
        draft.replace(target)
    return target


def word_template(folder: Path, title: str) -> bytes | None:
    """Return the county's own Word sheet for a paper: one named like its title, or 「通用.docx」; None without any.

    Papers are entitled 「number title」; the sheet is looked for by the title alone.
    """
    name = title.rpartition(" ")[2].replace("/", "")
    found = (path for path in (folder / f"{name}.docx", folder / "通用.docx") if path.is_file())
    return next((path.read_bytes() for path in found), None)


def paper_names(kind: str) -> frozenset[str]:
    """Return the names of all papers of a process."""
    return frozenset(path.stem for path in (_FOLDER / kind).glob("*.html"))


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
