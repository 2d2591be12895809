"""The carrier 承运: every message goes out through Apprise, by plugins of ours that read what the platform answered.

Apprise's own plugins for WeCom, DingTalk and Feishu look at the transport's status alone and report a refused message
as sent. Ours are handed a posting that judges the body; Apprise is told whether it succeeded, the evidence stays with
us. No address and no key ever enters one of Apprise's addresses, so that none can be logged, split or decoded twice.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from notifications.channel import Delivery, unclear

if TYPE_CHECKING:
    from collections.abc import Callable

# They write whole addresses into their logs; what there is to know stands in the delivery.
_TALKATIVE = ("apprise", "urllib3")
_FAILED_INSIDE = "渠道程序出错，是否送达不明"


def carry(schema: str, text: str, posting: Callable[[str], Delivery]) -> Delivery:
    """Hand one text over under the schema of its plugin and return what the posting found."""
    import apprise  # noqa: PLC0415 - an eighth of a second, and most installations only preview

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asset = apprise.AppriseAsset(
        app_id="Anlan", app_desc="安澜", app_url="", http_redirects=False, secure_logging=True, async_mode=False
    )
    plugin = _plugin(schema)(posting, asset=asset)
    sender: Any = apprise.Apprise(asset=asset)
    sender.add(plugin)
    accepted = sender.notify(body=text, body_format=apprise.NotifyFormat.TEXT)
    found: Delivery = plugin.delivery
    # It never says that more was achieved than Apprise was told.
    return found if found.accepted == bool(accepted) else unclear(_FAILED_INSIDE)


@lru_cache(maxsize=16)
def _plugin(schema: str) -> Any:
    """Return the class of the checked plugin with that schema."""
    from apprise.plugins.base import NotifyBase  # noqa: PLC0415 - see above

    base: Any = NotifyBase

    class Checked(base):
        """One text to one receiver; the platform's answer decides, and no limit of Apprise's changes the text."""

        service_name = f"Anlan {schema}"
        service_url = "https://github.com/caronc/apprise/wiki/Development_Contribution"
        secure_protocol = schema
        request_rate_per_sec = 0
        body_maxlen = 1_000_000
        title_maxlen = 0

        def __init__(self, posting: Callable[[str], Delivery], **kwargs: Any) -> None:
            base.__init__(self, **kwargs)
            self._posting = posting
            self.delivery = unclear(_FAILED_INSIDE)

        def send(self, body: str, title: str = "", **_: Any) -> bool:
            """Post the text as it is."""
            del title
            self.delivery = self._posting(body)
            return self.delivery.accepted

        def url(self, *_: Any, **__: Any) -> str:
            """Return the schema: there is nothing else to tell."""
            return f"{schema}://"

    return Checked
