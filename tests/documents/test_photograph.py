"""Photographs: what is kept of them, and what is refused as none."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from documents.photograph import clean_copy, media_type_of
from rules.errors import ContentInvalid


def _picture(form: str, size: tuple[int, int] = (40, 20), **saved: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form, **saved)
    return written.getvalue()


def _claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes whose head claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photograph_is_known_by_its_content_and_copied_as_jpeg(form: str, media_type: str) -> None:
    assert media_type_of(_picture(form)) == media_type
    with Image.open(io.BytesIO(clean_copy(_picture(form)))) as copied:
        assert (copied.format, copied.size) == ("JPEG", (40, 20))


def test_the_copy_stands_upright_and_says_nothing_of_place_or_telephone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the telephone on its side
    exif[0x010F] = "telephone"
    exif.get_ifd(0x8825)[1] = "N"
    original = _picture("JPEG", exif=exif.tobytes())
    assert b"telephone" in original

    copied = clean_copy(original)

    with Image.open(io.BytesIO(copied)) as image:
        assert image.size == (20, 40)
        assert dict(image.getexif()) == {}
    assert b"telephone" not in copied


def test_a_large_one_is_made_smaller() -> None:
    with Image.open(io.BytesIO(clean_copy(_picture("JPEG", (3200, 800))))) as copied:
        assert copied.size == (1600, 400)


# Pillow warns of the second and refuses the third by itself.
@pytest.mark.parametrize("side", [6_500, 10_000, 60_000])
@pytest.mark.parametrize("reading", [media_type_of, clean_copy])
def test_one_that_claims_too_many_pixels_is_refused_before_it_is_unpacked(reading: object, side: int) -> None:
    with pytest.raises(ContentInvalid, match="百万像素"):
        reading(_claiming(side, side))


@pytest.mark.parametrize(
    "odd", [b"", b"GIF89a", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_photograph_is_refused(odd: bytes) -> None:
    with pytest.raises(ContentInvalid, match="照片"):
        media_type_of(odd)
    with pytest.raises(ContentInvalid, match="照片"):
        clean_copy(odd)


def test_one_that_is_cut_off_is_refused_with_what_to_do() -> None:
    with pytest.raises(ContentInvalid, match="重新拍照"):
        clean_copy(_picture("JPEG", (800, 600))[:-400])
