"""The peer that did best, SpiffWorkflow 3.2, as its users keep it: a case is one JSON text, its tasks a small table.

Beside ours it writes no chain, no duties, no notices. It is no dependency: whoever wants to measure beside it installs
`SpiffWorkflow==3.2.0` into the environment; without it the figure of 2026-11-27 is shown.
"""

from __future__ import annotations

import contextlib
import importlib
import io
from itertools import count
from typing import TYPE_CHECKING, Any

from benchmarks.floor import bare
from models.clock import ticks

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="anlan">
  <bpmn:process id="hazard" isExecutable="true">
    <bpmn:startEvent id="found"/>
    <bpmn:userTask id="grade"/>
    <bpmn:exclusiveGateway id="again"/>
    <bpmn:userTask id="rectify"/>
    <bpmn:userTask id="verify"/>
    <bpmn:exclusiveGateway id="judged" default="refused"/>
    <bpmn:userTask id="signoff"/>
    <bpmn:endEvent id="over"/>
    <bpmn:sequenceFlow id="f1" sourceRef="found" targetRef="grade"/>
    <bpmn:sequenceFlow id="f2" sourceRef="grade" targetRef="again"/>
    <bpmn:sequenceFlow id="f3" sourceRef="again" targetRef="rectify"/>
    <bpmn:sequenceFlow id="f4" sourceRef="rectify" targetRef="verify"/>
    <bpmn:sequenceFlow id="f5" sourceRef="verify" targetRef="judged"/>
    <bpmn:sequenceFlow id="passed" sourceRef="judged" targetRef="signoff">
      <bpmn:conditionExpression>verdict == 'accept'</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="refused" sourceRef="judged" targetRef="again"/>
    <bpmn:sequenceFlow id="f6" sourceRef="signoff" targetRef="over"/>
  </bpmn:process>
</bpmn:definitions>
"""
_COURSE = (("grade", ""), ("rectify", ""), ("verify", "reject"), ("rectify", ""), ("verify", "accept"), ("signoff", ""))
_SAID = {"actor": "u017", "note": "checked on the spot, photographs attached", "score": 2}
_TABLES = (
    "CREATE TABLE instance (id TEXT PRIMARY KEY, n INTEGER, body TEXT)",
    (
        "CREATE TABLE task (case_id TEXT, n INTEGER, step TEXT, status TEXT, opened REAL, closed REAL, "
        "PRIMARY KEY (case_id, n))"
    ),
)


def is_there() -> bool:
    """Tell whether the peer is installed."""
    with contextlib.suppress(ImportError):
        importlib.import_module("SpiffWorkflow")
        return True
    return False


class Spiff:
    """One person who does one case after the other; each act ends with the look for the next task."""

    def __init__(self, address: str) -> None:
        parser = _of("SpiffWorkflow.bpmn.parser", "BpmnParser")()
        parser.add_bpmn_xml(importlib.import_module("lxml.etree").parse(io.BytesIO(_PROCESS.encode())))
        serializer = _of("SpiffWorkflow.bpmn.serializer", "BpmnWorkflowSerializer")
        self._spec, self._texts = parser.get_spec("hazard"), serializer(serializer.configure())
        self._workflow = _of("SpiffWorkflow.bpmn.workflow", "BpmnWorkflow")
        self._ready = _of("SpiffWorkflow.util.task", "TaskState").READY
        self._is_postgres = address.startswith("postgresql")
        self._connection = bare(address)
        for words in _TABLES:
            self._run(words)
        self._acts = self._go_on()

    def act(self) -> None:
        """Do the next act."""
        next(self._acts)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _go_on(self) -> Iterator[None]:
        for number in count():
            case = f"case-{number}"
            self._open(case)
            yield
            for place, (step, verdict) in enumerate(_COURSE):
                self._do(case, place, step, verdict)
                yield

    def _open(self, case: str) -> None:
        workflow = self._workflow(self._spec)
        workflow.data["case"] = case
        workflow.do_engine_steps()
        body = self._texts.serialize_json(workflow)
        with self._together():
            self._run("INSERT INTO instance VALUES (?, 0, ?)", case, body)
            self._run("INSERT INTO task VALUES (?, 0, 'grade', 'open', ?, NULL)", case, ticks())
        self._look(case, 0)

    def _do(self, case: str, place: int, step: str, verdict: str) -> None:
        lock = " FOR UPDATE" if self._is_postgres else ""
        with self._together():
            ((body,),) = self._run(f"SELECT body FROM instance WHERE id = ?{lock}", case)  # noqa: S608 - ours
            workflow = self._texts.deserialize_json(body)
            (task,) = workflow.get_tasks(state=self._ready, manual=True)
            assert task.task_spec.name == step
            task.data.update(_SAID, verdict=verdict)
            task.run()
            workflow.do_engine_steps()
            following = [one.task_spec.name for one in workflow.get_tasks(state=self._ready, manual=True)]
            self._run("UPDATE instance SET body = ?, n = ? WHERE id = ? AND n = ?",
                      self._texts.serialize_json(workflow), place + 1, case, place)  # fmt: skip
            self._run("UPDATE task SET status = 'done', closed = ? WHERE case_id = ? AND n = ?",
                      ticks(), case, place)  # fmt: skip
            self._run("INSERT INTO task VALUES (?, ?, ?, ?, ?, NULL)", case, place + 1,
                      *((following[0], "open") if following else ("closed", "end")), ticks())  # fmt: skip
        self._look(case, place + 1)

    def _look(self, case: str, place: int) -> None:
        assert self._run("SELECT step FROM task WHERE case_id = ? AND n = ?", case, place)

    def _run(self, words: str, *values: Any) -> list[Any]:
        cursor = self._connection.execute(words.replace("?", "%s") if self._is_postgres else words, values)
        return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def _together(self) -> Iterator[None]:
        if self._is_postgres:
            with self._connection.transaction():
                yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        yield
        self._connection.execute("COMMIT")


def _of(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)
