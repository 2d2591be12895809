"""What a process works with: the ledger, the channels, the folders; opened once, from the settings, on first use."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from models import clock, installation, schema
from models.bot import StoredRates
from models.ledger import Ledger
from models.movable_clock import MovableClock
from models.secret_file import signing_key
from models.store import open_store
from notifications.bot import BotChannel, BotKey
from notifications.channel import Channels, PreviewChannel
from notifications.dingtalk_bot import DingtalkBot
from notifications.exchange import Network
from notifications.feishu_bot import FeishuBot
from notifications.judgement import Codes
from notifications.mail import MailChannel, MailServer
from notifications.rate import Limiter, Rate
from notifications.sms import Gateway, SmsChannel, Template
from notifications.webhook import WebhookChannel
from notifications.wecom_app import WecomApp, WecomAppChannel
from notifications.wecom_bot import WecomBot
from rules.errors import SetupError, StorageError
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from pendulum import DateTime

    from models.installation import Installation
    from models.store import Store
    from notifications.bot import Platform
    from notifications.channel import Channel
    from notifications.rate import RateStore
    from settings import Settings

_NOT_FOUNDED = "数据库尚未建立。请先运行 make up（演示）或者 anlan init（正式使用）。"


@dataclass(frozen=True, slots=True)
class Resources:
    """The tools of one process. `now` reads the clock; tests hand in another."""

    settings: Settings
    store: Store
    ledger: Ledger
    installation: Installation
    channels: Channels
    papers: Path
    now: Callable[[], DateTime] = field(default=clock.now)

    @property
    def answer_key(self) -> bytes:
        """Return the key that signs the links by which notices are answered. Raises `SetupError`."""
        return signing_key(self.settings.folder("keys"), "answers", self.settings.answer_key.get_secret_value())

    @property
    def rulebook(self) -> Rulebook:
        """Return the county's rulebook."""
        return self.ledger.rulebook


def open_resources(settings: Settings, *, now: Callable[[], DateTime] = clock.now) -> Resources:
    """Open everything that a process works with; the sandbox of an exercise has its own clock and marks what it sends.

    Raises `SetupError` when the database has not been founded.
    """
    _refuse_nothing(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    try:
        with store.read() as reading:
            facts = installation.describe(reading)
    except StorageError:
        store.close()
        if schema.inspect(settings.database).tables == 0:
            raise SetupError(_NOT_FOUNDED) from None
        raise
    if facts is None:
        store.close()
        raise SetupError(_NOT_FOUNDED)
    if facts.exercise:
        now = MovableClock(store, now)
    channels = _channels(settings, StoredRates(store), now, exercise=settings.language if facts.exercise else "")
    rulebook = Rulebook.load(facts.rules)
    ledger = Ledger(store, rulebook, county_id=facts.county_id, channels=channels.names)
    return Resources(settings, store, ledger, facts, channels, settings.folder("papers"), now)


def _refuse_nothing(database: str) -> None:
    """Raise `SetupError` where there is no database file, rather than make an empty one."""
    path = database.removeprefix("sqlite:///")
    if path != database and not Path(path).exists():
        raise SetupError(_NOT_FOUNDED)


_open: list[Resources] = []
_lock = Lock()


def resources() -> Resources:
    """Return this process's resources, opened from the settings when nobody has put any in place."""
    with _lock:
        if not _open:
            import settings  # noqa: PLC0415 - the environment is read when it is needed, not at import

            _open.append(open_resources(settings.load()))
        return _open[-1]


@contextlib.contextmanager
def using(tools: Resources) -> Generator[Resources]:
    """Put resources in place for a while: the worker its own, a test its own."""
    with _lock:
        _open.append(tools)
    try:
        yield tools
    finally:
        with _lock:
            _open.remove(tools)


def _channels(settings: Settings, rates: RateStore, now: Callable[[], DateTime], *, exercise: str) -> Channels:
    most = settings.messages_a_minute
    limiter = Limiter(rates, Rate(most, burst=max(1, most // 4)), now)
    network = _network(settings, settings.outside_hosts)

    def bots(platform: Platform, keys: str) -> BotChannel:
        return BotChannel(platform, _bot_keys(settings, keys), network=network, limiter=limiter, now=now)

    known: Mapping[str, Callable[[], Channel]] = {
        "preview": lambda: PreviewChannel(settings.folder("outbox")),
        "email": lambda: MailChannel(_mail_server(settings), now=now),
        "webhook": lambda: WebhookChannel(_network(settings, settings.webhook_hosts)),
        "wecom_bot": lambda: bots(WecomBot(settings.wecom_address.rstrip("/")), "wecom_bots"),
        "dingtalk_bot": lambda: bots(DingtalkBot(settings.dingtalk_address.rstrip("/")), "dingtalk_bots"),
        "feishu_bot": lambda: bots(FeishuBot(settings.feishu_address.rstrip("/")), "feishu_bots"),
        "wecom_app": lambda: WecomAppChannel(_wecom_app(settings), network=network, limiter=limiter, now=now),
        "sms": lambda: SmsChannel(_gateway(settings), network=network, limiter=limiter),
    }
    unknown = [name for name in settings.channels if name not in known]
    if unknown:
        raise SetupError(f"没有名为 {'、'.join(unknown)} 的通知渠道，可用：{'、'.join(known)}。请修改 ANLAN_CHANNELS。")
    return Channels({name: known[name]() for name in settings.channels}, exercise=exercise)


def _network(settings: Settings, hosts: tuple[str, ...]) -> Network:
    return Network(
        frozenset(hosts),
        loopback=settings.outside_loopback,
        plain_hosts=frozenset(settings.outside_plain_hosts),
        timeout_seconds=settings.outside_timeout_seconds,
        proxy=settings.outside_proxy,
        authorities=settings.outside_authorities,
    )


def _bot_keys(settings: Settings, name: str) -> dict[str, BotKey]:
    keys = settings.revealed(name)
    if not keys or not all(key.split() for key in keys.values()):
        raise SetupError(f"启用了群机器人渠道，但 {name} 中没有群或者有群没有密钥。请在 anlan.toml 中补充后重新启动。")
    return {group: BotKey(*key.split(maxsplit=1)) for group, key in keys.items()}


def _wecom_app(settings: Settings) -> WecomApp:
    secret = settings.wecom_secret.get_secret_value()
    if not settings.wecom_corporation or not settings.wecom_agent or not secret:
        raise SetupError(
            "启用了企业微信应用消息，但未设置 ANLAN_WECOM_CORPORATION、ANLAN_WECOM_AGENT 和 ANLAN_WECOM_SECRET。"
            "请补充后重新启动。"
        )
    return WecomApp(settings.wecom_corporation, settings.wecom_agent, secret, settings.wecom_address.rstrip("/"))


def _gateway(settings: Settings) -> Gateway:
    if not settings.sms_address:
        raise SetupError("启用了短信渠道，但未设置 ANLAN_SMS_ADDRESS。请补充后重新启动。")
    return Gateway(
        address=settings.sms_address,
        signature=settings.sms_signature,
        templates={name: Template(*told) for name, told in settings.sms_templates.items()},
        request=settings.sms_request,
        headers=settings.revealed("sms_headers"),
        codes=Codes.from_texts(
            settings.sms_code_at, settings.sms_accepted_codes, settings.sms_busy_codes, settings.sms_reference_at
        ),
        seen_once_seconds=settings.sms_seen_once_seconds,
    )


def _mail_server(settings: Settings) -> MailServer:
    if not settings.mail_host or not settings.mail_sender:
        raise SetupError("启用了邮件渠道，但未设置 ANLAN_MAIL_HOST 和 ANLAN_MAIL_SENDER。请补充后重新启动。")
    return MailServer(
        host=settings.mail_host,
        port=settings.mail_port,
        sender=settings.mail_sender,
        user=settings.mail_user,
        password=settings.mail_password.get_secret_value(),
        encrypted=settings.mail_encrypted,
        authorities=settings.mail_authorities,
    )
