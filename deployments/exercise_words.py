"""Words for an exercise 推演用语: each act of its ledger as a line for whoever watches, with what is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.language import say, translate
from rules.actor import Role
from rules.agenda import RUNG
from rules.errors import RulebookError
from rules.exercise.judging import Verdict, responses
from rules.incident import INCIDENT
from rules.incident.law import law_of
from rules.journal import ExerciseStep
from tasks.directing import ANSWERING
from tasks.reviewing import course_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendulum import DateTime

    from rules.exercise.judging import Response
    from rules.exercise.scenario import Expectation, Scenario
    from rules.rulebook import Rulebook
    from tasks.reviewing import Line


class Narrator:
    """Tells the lines of an exercise, each once, in the order of its clock."""

    def __init__(self, scenario: Scenario, rulebook: Rulebook) -> None:
        self._scenario, self._rulebook = scenario, rulebook
        self._told: set[tuple[str, int]] = set()

    def news(self, lines: tuple[Line, ...]) -> Iterator[str]:
        """Yield the words for what has not been told yet."""
        for line in lines:
            if (line.number, line.seq) not in self._told:
                self._told.add((line.number, line.seq))
                yield from self._words(line, lines)

    def _words(self, line: Line, lines: tuple[Line, ...]) -> Iterator[str]:
        if line.kind == RUNG:
            yield self._rung(line)
        elif not line.step:
            yield self._act(line, lines)
        elif line.step == ExerciseStep.INJECT:
            yield from self._inject(line)
        else:
            yield from self._step(line, lines)

    # --- injects -----------------------------------------------------------------------------

    def _inject(self, line: Line) -> Iterator[str]:
        inject = self._scenario.injects[int(line.about) - 1]
        told = say(f"通知 {line.content['reached']} 人", f"told {line.content['reached']}")
        yield ""
        yield _at(line.at, say("情景", "INJECT"), f"{inject.no} → {posts(inject.to)}（{told}）")
        yield _more(inject.says)
        yield _more(say(f"应在 {inject.answer_within} 分钟内回复收到", f"answer within {inject.answer_within} min"))
        for one in inject.expected:
            yield _more(say("应", "expected: ") + expectation_words(one, self._rulebook, line.at))

    def _step(self, line: Line, lines: tuple[Line, ...]) -> Iterator[str]:
        match line.step:
            case ExerciseStep.ANSWER:
                yield _at(line.at, say("收到", "answer"), self._answer(line, lines))
            case ExerciseStep.TRIED:
                yield _at(line.at, say("未成", "refused"), self._tried(line))
            case ExerciseStep.PACE:
                speed = line.about
                yield _at(line.at, say("时钟", "clock"), say("暂停", "held") if speed == "0" else f"{speed}×")
            case ExerciseStep.TURN_REAL:
                yield _at(
                    line.at, say("转实战", "REAL"), say("演练立即停止，转为实战", "The exercise stops: it is real")
                )
            case ExerciseStep.ABORT | ExerciseStep.END:
                yield _at(line.at, say("结束", "end"), "")
            case _:
                yield _at(line.at, say("开始", "begin"), self._scenario.title)

    def _tried(self, line: Line) -> str:
        reason = translate(str(line.content.get("reason", "")))
        no, _, role = line.about.partition(ANSWERING)
        if role:
            return say(f"{Role(role).label}回复情景 {no}：{reason}", f"{role} answering inject {no}: {reason}")
        one, colon = expectation_of(self._scenario, line.about), say("：", ": ")
        return f"{translate(one.by.label)} {act_words(one, self._rulebook)}{colon}{reason}"

    def _answer(self, line: Line, lines: tuple[Line, ...]) -> str:
        released_at = course_of(lines).released[int(line.about)]
        minutes = (line.at - released_at).in_minutes()
        took = say(f"情景 {line.about}，{minutes} 分钟", f"inject {line.about}, {minutes} min")
        return f"{translate(Role(line.content['post']).label)} {line.who}（{took}）"

    # --- acts and rungs ----------------------------------------------------------------------

    def _act(self, line: Line, lines: tuple[Line, ...]) -> str:
        what = INCIDENT.label_of(line.kind) + (f" {hop_label(self._rulebook, line.about)}" if line.about else "")
        met = next((each for each in responses(self._scenario, course_of(lines)) if _is(each, line)), None)
        judged = f"（{response_words(met)}）" if met else ""
        return _at(line.at, say("办理", "act"), f"{translate(line.role.label)} {line.who} {translate(what)}{judged}")

    def _rung(self, line: Line) -> str:
        assert line.duty is not None, "a rung is about a duty"
        duty = INCIDENT.label_of(line.duty.act) if line.duty.act in INCIDENT.forms else line.duty.act
        about = hop_label(self._rulebook, line.duty.about or "")
        colon = say("：", ": ")
        late = say("逾期", "LATE") if line.content["kind"] == "overdue" else say("催办", "rung")
        return _at(line.at, late, f"{translate(duty)} {about}{colon}{translate(line.label)} → {posts(line.told)}")


def _is(response: Response, line: Line) -> bool:
    return response.done is not None and (response.done.number, response.done.seq) == (line.number, line.seq)


def expectation_of(scenario: Scenario, key: str) -> Expectation:
    """Return an expectation by its key."""
    return next(one for one in scenario.expectations if one.key == key)


def expectation_words(one: Expectation, rulebook: Rulebook, at: DateTime) -> str:
    """Return who must do what within how many minutes under which clause."""
    try:
        cited = rulebook.clause(one.clause_id, at.date()).citation
    except RulebookError:
        cited = one.clause_id
    who, what = translate(one.by.label), act_words(one, rulebook)
    return say(
        f"由{who}在 {one.within_minutes} 分钟内办「{what}」（{cited}）",
        f"{who} within {one.within_minutes} min: {what} ({cited})",
    )


def act_words(one: Expectation, rulebook: Rulebook) -> str:
    """Return what is to be done, with the hop where it is about one."""
    return translate(INCIDENT.label_of(one.act)) + (f" {hop_label(rulebook, one.about)}" if one.about else "")


def hop_label(rulebook: Rulebook, hop_id: str) -> str:
    """Return a hop in words; what is no hop is returned as it is."""
    return next((hop.label for hop in law_of(rulebook).hops if hop.id == hop_id), hop_id)


def response_words(response: Response) -> str:
    """Return how long it took against how long it may take."""
    took, within = response.minutes, response.expected.within_minutes
    if response.verdict is Verdict.LATE:
        return say(f"用 {took} 分钟，限 {within} 分钟，迟 {took - within} 分钟", f"{took} of {within} min: LATE")
    return say(f"用 {took} 分钟，限 {within} 分钟", f"{took} of {within} min")


def posts(roles: Iterable[Role]) -> str:
    """Return the names of posts in a row."""
    return say("、", ", ").join(translate(role.label) for role in roles)


def _at(at: DateTime, kind: str, words: str) -> str:
    return f"{at.format('HH:mm')} 【{kind}】{words}".rstrip()


def _more(words: str) -> str:
    return f"      {words}"
