"""A code to be scanned 二维码: an address as a drawing that stands in a page and prints sharply at any size."""

from __future__ import annotations

import io

import segno

_QUIET_ZONE = 4


def draw_qr(address: str) -> str:
    """Return the code of an address as SVG to be put into a page; it survives a smudge on a quarter of it."""
    code = segno.make_qr(address, error="q")
    drawn: str = code.svg_inline(scale=8, border=_QUIET_ZONE, omitsize=True)
    return drawn


def qr_file(address: str, form: str) -> bytes:
    """Return the code of an address as a file of its own: `form` is svg or png."""
    written = io.BytesIO()
    segno.make_qr(address, error="q").save(written, kind=form, scale=8, border=_QUIET_ZONE)
    return written.getvalue()
