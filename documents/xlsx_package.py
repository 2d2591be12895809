"""The zip around an xlsx workbook 压缩包: checked before anything is parsed, then rebuilt from what was checked.

What was checked is what is read: the parser never sees the uploaded zip, so lying sizes, doubled names and
members that nobody asked for cannot reach it. Knows no cell.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from xml.etree.ElementTree import Element

    from documents.limits import Limits

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_DAMAGED = f"文件已损坏或不完整，无法打开。{_SAVE_AS}"
_ODD_MEMBER = re.compile(r"(^|/)\.\.(/|$)|^/|\x00")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCRYPTED_MEMBER = 0x1
_CHUNK = 1024 * 1024
_WORKBOOK = "xl/workbook.xml"
_CONTENT_TYPES = "[Content_Types].xml"
# What else is a zip and is uploaded by mistake, by a member that gives it away.
_OTHER_PACKAGES = {
    "xl/workbook.bin": "Excel 二进制工作簿（.xlsb）",
    "word/document.xml": "Word 文档",
    "ppt/presentation.xml": "PowerPoint 演示文稿",
    "mimetype": "OpenDocument 文档",
}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet's name and the member that holds it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Package:
    """The XML members of a workbook that passed every check."""

    parts: Mapping[str, bytes]

    def rebuild(self) -> bytes:
        """Return a plain zip that holds exactly the checked members."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        return target.getvalue()

    @property
    def epoch_1904(self) -> bool:
        """Tell whether days count from 1904, as old Macintosh workbooks do."""
        properties = _first(self._tree(_WORKBOOK), "workbookPr")
        return properties is not None and properties.get("date1904", "") in {"1", "true", "on"}

    def sheets(self) -> tuple[SheetPart, ...]:
        """Return the worksheets in order; charts and dialogs are none. Raises `ImportRefused` on doubled names."""
        targets = self._worksheet_targets()
        found = [
            SheetPart(sheet.get("name", ""), targets[identity], sheet.get("state", "visible") != "visible")
            for sheet in self._tree(_WORKBOOK).iter()
            if _local(sheet.tag) == "sheet" and (identity := _relation_id(sheet)) in targets
        ]
        if not found or len({sheet.name for sheet in found}) != len(found):
            raise ImportRefused(_DAMAGED)
        return tuple(found)

    def _worksheet_targets(self) -> dict[str, str]:
        relations = self._tree("xl/_rels/workbook.xml.rels")
        targets: dict[str, str] = {}
        for relation in relations:
            if relation.get("Type", "").endswith("/worksheet"):
                target = relation.get("Target", "")
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                targets[relation.get("Id", "")] = self._existing(part)
        return targets

    def _existing(self, part: str) -> str:
        if part not in self.parts:
            raise ImportRefused(_DAMAGED)
        return part

    def _tree(self, part: str) -> Element:
        try:
            return fromstring(self.parts[self._existing(part)], forbid_dtd=True)
        except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
            raise ImportRefused(_DAMAGED) from error


def unpack(data: bytes, limits: Limits) -> Package:
    """Return the workbook's XML members. Raises `ImportRefused` on anything that is no harmless xlsx workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_bombs(members, limits)
            _refuse_strangers({_plain(member) for member in members})
            parts = {_plain(member): _content(archive, member) for member in members if _is_wanted(member)}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise ImportRefused(_DAMAGED) from error
    _refuse_markup(parts)
    return Package(parts)


def _refuse_bombs(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        message = f"文件内部有 {len(members)} 个部件，最多 {limits.members} 个，不像正常的表格。{_SAVE_AS}"
        raise ImportRefused(message)
    if len({_plain(member) for member in members}) != len(members):
        raise ImportRefused(_DAMAGED)
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        most = limits.unpacked_bytes // _CHUNK
        message = f"文件解压后有 {unpacked // _CHUNK} MB，最多 {most} MB。请删除多余的行列和图片，或分成几个文件上传。"
        raise ImportRefused(message)
    for member in members:
        _refuse_member(member, limits)


def _refuse_member(member: zipfile.ZipInfo, limits: Limits) -> None:
    if member.flag_bits & _ENCRYPTED_MEMBER:
        raise ImportRefused("压缩包设有密码，系统无法读取。请取消密码后重新上传。")
    if _ODD_MEMBER.search(_plain(member)):
        raise ImportRefused(_DAMAGED)
    packed = max(member.compress_size, 1)
    if member.file_size > max(limits.ratio_free_bytes, packed * limits.compression_ratio):
        ratio = member.file_size // packed
        message = f"文件的压缩比达到 {ratio} 倍，最多 {limits.compression_ratio} 倍，不像正常的表格。{_SAVE_AS}"
        raise ImportRefused(message)


def _refuse_strangers(names: Iterable[str]) -> None:
    lower = {name.lower() for name in names}
    for giveaway, what in _OTHER_PACKAGES.items():
        if giveaway in lower:
            raise ImportRefused(f"文件实际是 {what}，不是 .xlsx 表格。{_SAVE_AS}")
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lower):
        raise ImportRefused(f"文件带有宏，为安全起见不予读取。{_SAVE_AS}")
    if any(name.startswith("xl/externallinks/") for name in lower):
        message = "文件链接到其他工作簿（外部链接）。请在「数据 → 编辑链接」中断开链接，保存后重新上传。"
        raise ImportRefused(message)
    if _WORKBOOK not in lower:
        raise ImportRefused(f"文件是压缩包，里面不是 Excel 表格。{_SAVE_AS}")


def _refuse_markup(parts: Mapping[str, bytes]) -> None:
    for content in parts.values():
        # Every office program writes UTF-8; another encoding would hide markup from the checks below.
        if b"\x00" in content[:64]:
            raise ImportRefused(_DAMAGED)
        if _DOCTYPE.search(content):
            raise ImportRefused(f"文件内含 XML 实体定义，可能是恶意构造的，已拒绝读取。{_SAVE_AS}")
    if b"macroenabled" in parts.get(_CONTENT_TYPES, b"").lower():
        raise ImportRefused(f"文件是启用宏的工作簿，为安全起见不予读取。{_SAVE_AS}")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    pieces: list[bytes] = []
    # Never yields more than the declared size, whose sum was checked; a wrong size fails the checksum.
    with archive.open(member) as source:
        while piece := source.read(_CHUNK):
            pieces.append(piece)
    return b"".join(pieces)


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith((".xml", ".rels"))


def _plain(member: zipfile.ZipInfo) -> str:
    # Some Chinese programs write the separator of Windows.
    return member.filename.replace("\\", "/")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _first(tree: Element, local: str) -> Element | None:
    return next((element for element in tree.iter() if _local(element.tag) == local), None)


def _relation_id(sheet: Element) -> str:
    return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
