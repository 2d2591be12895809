"""Photographs 照片: a copy made from the pixels alone, small, upright, without place, camera or anything appended.

Only the copy is ever served; the original is sealed by its hash.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError

from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from collections.abc import Generator

_MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 1600
_QUALITY = 82
_PAGE = (420, 594)
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def media_type_of(original: bytes) -> str:
    """Return the media type of a photograph. Raises `ContentInvalid` for what is none."""
    with _opened(original, "只能上传照片（JPEG、PNG、WebP）。请重新拍照或者选择照片。") as image:
        return _FORMATS[image.format or "JPEG"]


def clean_copy(original: bytes) -> bytes:
    """Return the copy as JPEG. Raises `ContentInvalid` for a picture that is too large or cannot be read."""
    with _opened(original, "照片无法读取，可能已经损坏。请重新拍照或者选择照片。") as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # A new picture from the pixels: whatever else the file carried stays behind.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    copied = io.BytesIO()
    bare.save(copied, "JPEG", quality=_QUALITY, optimize=True)
    return copied.getvalue()


def blank_page(mark: str) -> bytes:
    """Return a blank page as JPEG that stands for a paper in the demonstration; each mark makes another."""
    drawn = io.BytesIO()
    Image.new("RGB", _PAGE, "white").save(drawn, "JPEG", comment=mark.encode())
    return drawn.getvalue()


@contextlib.contextmanager
def _opened(original: bytes, unreadable: str) -> Generator[Image.Image]:
    """Open a picture that claims no more pixels than a telephone takes."""
    most = f"照片过大，最多 {_MOST_PIXELS // 1_000_000} 百万像素。请用手机直接拍摄后上传。"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(original), formats=tuple(_FORMATS)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise ContentInvalid(most)
                yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ContentInvalid(most) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ContentInvalid(unreadable) from error
