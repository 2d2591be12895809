"""The trial message 测试通知: whoever asks is sent one real message through one channel, to the address on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models.contacts import login_of
from rules.errors import DeliveryError
from tasks.trial import send_trial

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="trial", flow_run_name=by_minute("trial"), persist_result=False)
def try_channel(channel: str, ticket: str = "") -> State[None]:
    """测试通知：用一个渠道给发起人本人送一条真实的消息，报告渠道怎样答复；须由登录的人员发起。"""
    with under(ticket, "trial") as order:
        order.require_person("测试通知")
        tools = order.tools
        with tools.store.read() as reading:
            login = login_of(reading, order.actor.account_id)
        found = send_trial(tools, channel, login=login)
        order.counts = {found.verdict: 1}
        words = f"{found.channel} {found.number}：{found.words}。{found.remedy}"
        if found.verdict == "refused":
            raise DeliveryError(words)
        order.answer = words
    return Completed(name="Sent", message=order.answer)
