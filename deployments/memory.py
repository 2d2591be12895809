"""The memory of a process that runs for months: what it has loaded by the time it begins its work stays for good."""

from __future__ import annotations

import gc


def keep_what_is_loaded() -> None:
    """Let the collector of cycles leave alone whatever is loaded by now: libraries, law, templates, routes.

    It would look through all of it again and again, and everybody waits meanwhile: a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()
