"""Stopping leaves nothing behind, starting again founds nothing again, and nobody starts twice on one folder."""

from __future__ import annotations

import signal

import pytest

from tests.installation.conftest import FirstStart
from tests.installation.installed import Installation, free_port, is_free

pytestmark = pytest.mark.whole

_INTERRUPTED = 130


def test_ctrl_c_ends_every_process_and_frees_the_ports(first_start: FirstStart) -> None:
    assert first_start.said.endswith("正在停止…\n已全部停止。\n")
    assert first_start.exit_code == _INTERRUPTED
    assert first_start.left_over == []
    assert first_start.taken_ports == []


def test_a_request_to_end_does_the_same(stopped: Installation) -> None:
    stopped.start()
    assert len(stopped.pids()) == 5
    assert stopped.interrupt(signal.SIGTERM) == _INTERRUPTED
    assert stopped.said.endswith("已全部停止。\n")
    assert stopped.pids() == []
    assert is_free(stopped.console_port)
    assert is_free(stopped.engine_port)


def test_the_second_start_finds_what_the_first_has_left(first_start: FirstStart, running: Installation) -> None:
    assert "数据库已建立" not in running.said
    assert "演示县已建立" not in running.said
    assert "上报隐患" not in running.said
    walked = running.rows("SELECT count(*) FROM acts JOIN cases ON cases.id = acts.case_id WHERE acts.kind = 'found'")
    assert walked == [(1,)]
    assert running.cases >= first_start.cases
    assert running.ledger_holds()


def test_a_second_start_on_a_folder_in_use_is_refused_and_disturbs_nothing(running: Installation) -> None:
    before = running.pids()
    other_ports = {"ANLAN_CONSOLE_PORT": str(free_port()), "ANLAN_ENGINE_PORT": str(free_port())}
    answer = running.anlan("up", **other_ports)
    assert running.process is not None
    assert answer.code == 1
    assert f"正由另一个安澜进程（{running.process.pid}）使用" in answer.err
    assert "请先在那里按 Ctrl-C 停止，或者用 --data 换一个数据文件夹" in answer.err
    assert "Traceback" not in answer.err
    assert running.pids() == before
    assert running.is_answering
