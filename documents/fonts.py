"""Fonts 字体 for printed papers: found on the machine at run time, none of them is ours to hand on.

Official papers are set in three typefaces (GB/T 9704-2012); where a machine lacks them the nearest one stands in, and
the check-up says so.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import typst

from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What the standard asks for, under the names that fonts bear, best first.
_TITLE = ("方正小标宋_GBK", "FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "方正小标宋简体", "STZhongsong", "华文中宋")
_BODY = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "华文仿宋", "FZFangSong-Z02")
#: What stands in: serifs first, then anything that has the characters.
_SERIFS = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "思源宋体", "SimSun", "宋体", "STSong",
    "AR PL UMing CN", "AR PL SungtiL GB",
)  # fmt: skip
_OTHERS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体", "Microsoft YaHei", "PingFang SC",
    "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
)  # fmt: skip
_CODES = ("Liberation Mono", "DejaVu Sans Mono", "Courier New", "Noto Sans Mono", "Menlo")


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The typefaces used, best first; `lacking` names what the standard asks for and the machine has not."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    codes: tuple[str, ...]
    lacking: tuple[str, ...]


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Return the fonts of this machine, looked for once."""
    return typst.Fonts(include_embedded_fonts=False)


def typefaces(families: Iterable[str] | None = None) -> Typefaces:
    """Return what papers are set in on this machine, or out of the families given.

    Raises `RulebookError` when no family has Chinese characters.
    """
    there = set(fonts().families() if families is None else families)
    body = tuple(name for name in (*_BODY, *_SERIFS, *_OTHERS) if name in there)[:2]
    if not body:
        raise RulebookError(
            "本机没有中文字体，不能生成 PDF。请安装仿宋或者思源宋体（Debian：apt install fonts-noto-cjk）后重试；"
            "网页文书仍可直接打印。",
        )
    title = tuple(name for name in (*_TITLE, *_SERIFS, *_OTHERS) if name in there)[:2]
    codes = tuple(name for name in _CODES if name in there)[:1]
    official = (("小标宋（标题）", _TITLE), ("仿宋（正文）", _BODY))
    lacking = tuple(label for label, wanted in official if not there.intersection(wanted))
    return Typefaces(title or body, body, codes, lacking)


@lru_cache(maxsize=4)
def fingerprint(faces: Typefaces) -> str:
    """Return the SHA-256 over the font files of these typefaces: other files may set the same words otherwise."""
    families = {*faces.title, *faces.body, *faces.codes}
    files = {info.path for info in fonts().fonts() if info.family in families and info.path is not None}
    digests = sorted({_digest(Path(path)) for path in files})
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
