"""The code at the door: what a camera reads from it is the address, and it is drawn for any size."""

from __future__ import annotations

import re

import pytest
import segno

from documents.qr_code import draw_qr, qr_file

_ADDRESS = "https://anlan.example/drills/YL-2026-0001/sign-in"


def test_the_code_holds_the_address_and_scales() -> None:
    drawn = draw_qr(_ADDRESS)

    assert drawn.startswith("<svg")
    assert "viewBox" in drawn
    assert not re.search(r'<svg[^>]* width="', drawn)
    again = segno.make_qr(_ADDRESS, error="q").svg_inline(scale=8, border=4, omitsize=True)
    assert drawn == again
    assert draw_qr(_ADDRESS + "/") != drawn


def test_nothing_of_an_address_is_written_into_the_page_itself() -> None:
    assert "<script" not in draw_qr('https://anlan.example/"><script>alert(1)</script>')


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_a_code_as_a_file_is_the_same_each_time(form: str, start: bytes) -> None:
    assert qr_file(_ADDRESS, form).startswith(start)
    assert qr_file(_ADDRESS, form) == qr_file(_ADDRESS, form)
