"""Photos 照片 of a form: cleaned, sealed at once, and carried on when the form has to be corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from console.session import same
from rules.errors import ContentInvalid, SafetyError

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

    from console.visit import Visit

_MOST = 9
_SEPARATOR = ","


def take(visit: Visit, account_id: str = "") -> tuple[str, ...]:
    """Return the names of the sealed photos of a form: those kept from an earlier attempt and those just sent.

    `account_id` names who sends them where nobody has signed in.
    Raises `ContentInvalid` for what is no photo, `StorageError` when the disk is full.
    """
    found = dict.fromkeys(_kept(visit))
    for upload in visit.uploads:
        found[_seal(visit, upload, account_id or visit.actor.account_id)] = None
    if len(found) > _MOST:
        raise ContentInvalid("照片最多 9 张。请减少张数后重新提交。")
    return tuple(found)


def carried(visit: Visit, photos: tuple[str, ...]) -> tuple[str, str]:
    """Return what a form carries so that photos need not be sent again: their names, and a signature over them."""
    names = _SEPARATOR.join(photos)
    return names, visit.sealed("photos", names)


def _kept(visit: Visit) -> tuple[str, ...]:
    names = visit.sent("kept")
    if not names or not same(visit.sent("sealed"), visit.sealed("photos", names)):
        return ()
    return tuple(names.split(_SEPARATOR))


def _seal(visit: Visit, upload: UploadFile, account_id: str) -> str:
    from documents.photograph import clean_copy, media_type_of  # noqa: PLC0415 - Pillow, only where a photo is sent

    original = upload.file.read()
    try:
        media_type, copy = media_type_of(original), clean_copy(original)
    except SafetyError:
        raise
    except Exception as error:  # Whatever a decoder trips over is the picture's fault, never the person's.
        raise ContentInvalid("照片无法读取，可能已经损坏或者过大。请重新拍照或者选择照片。") from error
    return visit.desk.evidence.seal(original, copy, media_type=media_type, account_id=account_id, now=visit.now)


def as_json(names: tuple[str, ...]) -> str:
    """Return the names as one text, for a signature over a whole form."""
    return json.dumps(names)
