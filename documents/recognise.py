"""What a file really is 识别: judged by its first bytes, never by its name; refuses in words what is no table."""

from __future__ import annotations

import re

from documents.grid import Kind
from rules.errors import ImportRefused

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SAVE_AS = "请用 Excel 或 WPS 打开，另存为「Excel 工作簿（.xlsx）」后重新上传。"
_STRANGERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", "空的压缩包"),
    (b"PK\x07\x08", "分卷压缩包"),
    (b"%PDF", "PDF 文档"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x09\x00\x04\x00", "Excel 2.0 旧格式表格"),
    (b"\x09\x02\x06\x00", "Excel 3.0 旧格式表格"),
    (b"\x09\x04\x06\x00", "Excel 4.0 旧格式表格"),
)
# What other programs write and name .xls: a web page, a web archive, or the XML of Excel 2003.
_WEB_PAGE = re.compile(rb"<(?:!doctype html|html|head|meta|body|table|style|div)\b", re.IGNORECASE)
_EXCEL_2003 = re.compile(rb"<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 4096


def recognise(data: bytes) -> Kind:
    """Return what the bytes are.

    Raises `ImportRefused` naming the real format when it is none of xlsx, xls, CSV and JSON lines.
    """
    if not data.strip(b"\x00 \t\r\n" + _BYTE_ORDER_MARK):
        raise ImportRefused("文件是空的，没有任何内容。请确认选对了文件后重新上传。")
    if data.startswith(ZIP_START):
        return Kind.XLSX
    if data.startswith(OLE_START):
        return Kind.XLS
    start = data[:_LOOKED_AT].removeprefix(_BYTE_ORDER_MARK).lstrip()
    for signature, what in _STRANGERS:
        if data.startswith(signature):
            raise ImportRefused(f"文件实际是{what}，不是表格。{_SAVE_AS}")
    return _text_kind(start)


def _text_kind(start: bytes) -> Kind:
    if _EXCEL_2003.search(start):
        raise ImportRefused(f"文件实际是 Excel 2003 XML 表格，系统不读取这种格式。{_SAVE_AS}")
    if start.startswith(b"MIME-Version:"):
        raise ImportRefused(f"文件实际是网页存档（mht），只是扩展名像表格。{_SAVE_AS}")
    if start.startswith(b"<"):
        what = "网页（HTML）" if _WEB_PAGE.search(start) else "XML 文件"
        raise ImportRefused(f"文件实际是{what}，只是扩展名像表格。{_SAVE_AS}")
    if start.startswith(b"["):
        raise ImportRefused("文件是一个 JSON 数组。请改为每行一个对象（JSON Lines）后重新上传。")
    return Kind.JSONL if start.startswith(b"{") else Kind.CSV
