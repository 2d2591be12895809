"""Rendering 排版: templates in one language each, with everything escaped and an undefined word an error."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from console.language import Language, read_words, urgency
from rules.runnable import FLOW_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
NOTICE_STATES = {
    "queued": "待发送",
    "claimed": "发送中",
    "again": "待重试",
    "sent": "渠道已接收",
    "failed": "未送达",
    "unclear": "是否送达不明",
    "cancelled": "已取消",
}
OUTCOMES = {"accepted": "渠道已接收", "refused": "渠道未接收", "unknown": "是否送达不明"}
CHANNELS = {
    "preview": "预览",
    "email": "邮件",
    "webhook": "推送",
    "wecom_bot": "企业微信群",
    "wecom_app": "企业微信",
    "dingtalk_bot": "钉钉群",
    "feishu_bot": "飞书群",
    "sms": "短信",
}
RUN_STATES = {
    "running": "正在运行",
    "Completed": "完成",
    "Closed": "办结",
    "Void": "已作废",
    "Refused": "未获准许",
    "Failed": "失败",
    "Crashed": "中断",
    "Cancelled": "已取消",
}
_CHINESE_MARKS = {"colon": "：", "semicolon": "；", "opening": "（", "closing": "）", "comma": "、"}
_LATIN_MARKS = {"colon": ": ", "semicolon": "; ", "opening": " (", "closing": ")", "comma": ", "}
_RESTING = {"Waiting": "等待办理", "Overdue": "等待办理，已逾期"}


class Templates:
    """The templates of the console in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        given: dict[str, Any] = {
            "t": language.say,
            "told": language.told,
            "day": language.day,
            "moment": language.moment,
            "until": language.until,
            "countdown": language.countdown,
            "urgency": urgency,
            "language": language,
            **(_CHINESE_MARKS if language.is_chinese else _LATIN_MARKS),
            "asset": asset,
            "notice_states": NOTICE_STATES,
            "outcomes": OUTCOMES,
            "channel_names": CHANNELS,
            "flow_labels": FLOW_LABELS,
            "run_words": run_words,
        }
        self._environment.globals.update(given)

    def render(self, name: str, **facts: Any) -> str:
        """Return a page."""
        return self._environment.get_template(name).render(facts)


@lru_cache(maxsize=1)
def templates_by_language() -> Mapping[str, Templates]:
    """Return the templates in both languages, compiled once in a process."""
    words = read_words()
    return {code: Templates(Language(code, words)) for code in ("zh", "en")}


def run_words(state: str) -> str:
    """Return the state of a run in words; a story that rests says for what in its message."""
    resting = next((words for prefix, words in _RESTING.items() if state.startswith(prefix)), "已结束")
    return RUN_STATES.get(state, resting)


@lru_cache(maxsize=16)
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"
