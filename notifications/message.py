"""What a notice says 文字: which case, what to do, by when, and a link; nothing else ever leaves the machine.

The wording of each notice is a file of its own below `templates/`; an undefined word in it is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from rules.errors import RulebookError
from rules.process import TOLD
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from pendulum import DateTime

_FOLDER = Path(__file__).parent / "templates"
_ASKED = "asked-"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice is about: opaque numbers and words of the law, no names, no places, no free text.

    `act` is the Chinese name of what is asked for or was done, empty where nothing is; `label` that of the process, by
    default as the process itself says it. `due_at` its stricter end in Asia/Shanghai.
    `answer_by` is when an answer should have come, None where none is asked for; `answer_link` lets this one person
    give it, `act_link` do what is asked for; both empty where the channel is not theirs alone.
    `confidential`: outside this machine nothing is said but number and link. `calls_out`: a group sees who is meant.
    `in_place_of`: the Chinese name of the post that nobody could be reached in, so that this one is told.
    """

    kind: str
    name: str
    case_number: str
    notice_number: str
    link: str
    act: str = ""
    label: str = ""
    due_at: DateTime | None = None
    answer_by: DateTime | None = None
    answer_link: str = ""
    act_link: str = ""
    repeated: bool = False
    demonstration: bool = False
    without_engine: bool = False
    confidential: bool = False
    calls_out: bool = False
    in_place_of: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A title of one line and a body of a few; plain text.

    `topic` is process and wording, by which a gateway's registered template is found. `whole`: where it is too long for
    one post it goes out in numbered parts; any other is shortened to one part that ends with the link. `answer_link` is
    the reader's own, by which they alone can answer or act. `exercise` is the mark with which title and body begin in
    an exercise, empty for messages in earnest.
    """

    title: str
    body: str
    topic: str = ""
    case_number: str = ""
    link: str = ""
    confidential: bool = False
    calls_out: bool = False
    whole: bool = False
    answer_link: str = ""
    exercise: str = ""


def compose(notice: Notice, language: str = "zh") -> Message:
    """Return the message. Raises `RulebookError` when nobody has worded that notice."""
    process = PROCESSES[notice.kind]
    template = _template(process.column, notice.name, language)
    act = notice.act or process.told_of(notice.name)
    sentence = template.render(act=act, label=notice.label or process.label).strip()
    marked = marks(language, repeated=notice.repeated, demonstration=notice.demonstration)
    words = _WORDS[language]
    lines = [
        sentence,
        words["due"].format(due=_by(notice.due_at, language)) if notice.due_at else "",
        _asked_to_answer(notice, language),
        words["act_by_link"].format(link=notice.act_link) if notice.act_link else "",
        words["link"].format(link=notice.link),
        words["number"].format(number=notice.notice_number),
        words["in_place_of"].format(post=notice.in_place_of) if notice.in_place_of else "",
        words["without_engine"] if notice.without_engine else "",
    ]
    return Message(
        f"{marked}{notice.case_number} {sentence}",
        "\n".join(line for line in lines if line),
        topic=f"{process.column}/{wording_of(notice.name)}",
        case_number=notice.case_number,
        link=notice.link,
        confidential=notice.confidential,
        calls_out=notice.calls_out,
        answer_link=notice.answer_link or notice.act_link,
    )


def marks(language: str, *, repeated: bool, demonstration: bool) -> str:
    """Return what stands before a title: that nothing here is real, that the reader may have seen it already."""
    said = _MARKS[language]
    return (said["demonstration"] if demonstration else "") + (said["repeated"] if repeated else "")


def reduced(message: Message, number: str) -> Message:
    """Return what may be said of a confidential message outside this machine: the case, the link, the notice's number.

    Not even its sentence: dead and injured are told on our own pages, to those who may see them.
    """
    marked = "".join(mark for mark in _EVERY_MARK if mark in message.title)
    subject = message.case_number or number
    body = "\n".join(line for line in (message.link, message.answer_link, number) if line)
    return replace(message, title=f"{marked}{subject}", body=body, topic="confidential", whole=False)


def as_exercise(message: Message, language: str) -> Message:
    """Return a message as it leaves an exercise 演练: title and body say first that nothing of it is real."""
    mark = EXERCISE_MARKS[language]
    if message.exercise:
        return message
    body = f"{_EXERCISE[language]}\n{message.body}".strip()
    return replace(message, title=f"{mark}{message.title}", body=body, exercise=mark)


def without_repeat_mark(title: str) -> str:
    """Return the title as it was on the first attempt, so that a repeat is divided at the same places."""
    for mark in REPEAT_MARKS:
        title = title.replace(mark, "", 1)
    return title


def wordings(kind: str) -> frozenset[str]:
    """Return the names of all notices of a process that somebody has worded, in every language."""
    folder = _FOLDER / PROCESSES[kind].column
    return frozenset(path.name.removesuffix(".zh.txt") for path in folder.glob("*.zh.txt"))


def wording_of(name: str) -> str:
    """Return the file's name for a notice: all that ask for an act share one wording, all that tell of one another."""
    return next((prefix.removesuffix("-") for prefix in (_ASKED, TOLD) if name.startswith(prefix)), name)


@lru_cache(maxsize=256)
def _template(kind: str, name: str, language: str) -> jinja2.Template:
    try:
        return _templates().get_template(f"{kind}/{wording_of(name)}.{language}.txt")
    except jinja2.TemplateNotFound as error:
        message = f"通知「{name}」没有{language}文字。请在 notifications/templates/{kind} 中补充。"
        raise RulebookError(message) from error


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, and the values are ours
    )


def _asked_to_answer(notice: Notice, language: str) -> str:
    """Return the line that asks for an answer: by the link that is this person's own, or else after signing in."""
    if notice.answer_by is None:
        return ""
    words = _WORDS[language]["answer_by_link" if notice.answer_link else "answer"]
    return words.format(due=_by(notice.answer_by, language), link=notice.answer_link)


def _by(due_at: DateTime, language: str) -> str:
    """Return the last day or instant in time: a term that ends at midnight ends with the day before."""
    if (due_at.hour, due_at.minute, due_at.second) == (0, 0, 0):
        last = due_at.subtract(days=1)
        return last.format("YYYY年M月D日 24:00") if language == "zh" else last.format("D MMM YYYY, 24:00")
    return due_at.format("YYYY年M月D日 HH:mm") if language == "zh" else due_at.format("D MMM YYYY, HH:mm")


_MARKS = {
    "zh": {"exercise": "【演练】", "demonstration": "【演示】", "repeated": "【重发】"},
    "en": {"exercise": "[EXERCISE] ", "demonstration": "[DEMO] ", "repeated": "[REPEAT] "},
}
EXERCISE_MARKS = {language: marks["exercise"] for language, marks in _MARKS.items()}
_EXERCISE = {
    "zh": "【演练】本消息属于演练，不是真实险情，不要据此处置或者转发",
    "en": "[EXERCISE] This is an exercise, no real event; do not act on it or pass it on",
}
REPEAT_MARKS = tuple(marks["repeated"] for marks in _MARKS.values())
_EVERY_MARK = tuple(mark for marks in _MARKS.values() for mark in marks.values())
_WORDS = {
    "zh": {
        "due": "期限：{due}",
        "answer": "请于{due}前回复收到：登录后在待办中回复",
        "answer_by_link": "请于{due}前回复收到：{link}",
        "act_by_link": "直接办理：{link}",
        "link": "查看：{link}",
        "number": "通知编号：{number}",
        "in_place_of": "「{post}」目前无人，转告您",
        "without_engine": "调度引擎未运行，由时钟直接发送",
    },
    "en": {
        "due": "Due: {due}",
        "answer": "Answer by {due}: sign in and answer from your to-do",
        "answer_by_link": "Answer by {due}: {link}",
        "act_by_link": "Do it now: {link}",
        "link": "Open: {link}",
        "number": "Notice no.: {number}",
        "in_place_of": "Passed on to you: nobody is there as “{post}”",
        "without_engine": "Sent by the clock; the engine is not running",
    },
}
