"""The files for several hosts: every command, setting and image in them exists, is pinned and goes with the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.command_list import COMMANDS
from deployments.parts import PARTS, half_settings
from settings import Settings

_FOLDER = Path(__file__).resolve().parents[2] / "deployments" / "hosts"
_SERVED = {command.name for command in COMMANDS if command.group == "serve"}
_PINNED = re.compile(r"[a-z/]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?|postgres:\d+\.\d+-[a-z]+")


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((_FOLDER / "compose.yaml").read_text("utf-8"))


def _containers() -> Iterator[dict[str, Any]]:
    for document in yaml.safe_load_all((_FOLDER / "kubernetes.yaml").read_text("utf-8")):
        if "template" in document["spec"]:
            yield from document["spec"]["template"]["spec"]["containers"]


def test_compose_starts_every_part_and_nothing_that_does_not_exist(compose: dict[str, Any]) -> None:
    commands = [service["command"] for service in compose["services"].values() if service["image"].startswith("anlan:")]

    assert {words[0] for words in commands} == {"serve"}
    assert {words[1] for words in commands} == {*PARTS, "schema"} == _SERVED


def test_every_image_is_pinned_and_named_without_a_registry(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += [container["image"] for container in _containers()]
    images += re.findall(r"^FROM (\S+)", (_FOLDER / "Containerfile").read_text("utf-8"), re.MULTILINE)

    assert [image for image in images if not _PINNED.fullmatch(image)] == []


def test_whatever_listens_says_how_it_is(compose: dict[str, Any]) -> None:
    listening = {name for name in compose["services"] if name.startswith(("console", "engine1", "engine2"))}

    assert {name for name, service in compose["services"].items() if "healthcheck" in service} == {
        *listening, "postgres", "redis", "proxy",
    }  # fmt: skip


def test_whatever_is_waited_for_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]

    for service in services.values():
        for name, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] != "service_healthy" or "healthcheck" in services[name]


def test_the_example_of_settings_is_whole_once_its_secrets_are_chosen(tmp_path: Path) -> None:
    lines = (_FOLDER / "anlan.env.example").read_text("utf-8").splitlines()
    told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    fields = {name.removeprefix("ANLAN_").lower(): value for name, value in told.items()}
    fields["trusted_proxies"] = tuple(yaml.safe_load(fields["trusted_proxies"]))

    settings = Settings(data_folder=tmp_path, **fields)

    assert [words for part in PARTS for words in half_settings(part, settings)] == []


def test_kubernetes_starts_what_the_chart_does_not() -> None:
    assert {container["args"][1] for container in _containers()} == {"schema", "console", "worker", "clock"}


def test_the_chart_is_told_what_several_servers_must_share() -> None:
    values = yaml.safe_load((_FOLDER / "values.yaml").read_text("utf-8"))
    told = {entry["name"]: entry["value"] for entry in values["global"]["prefect"]["env"]}

    assert told["PREFECT_SERVER_EVENTS_CAUSAL_ORDERING"] == "prefect_redis.ordering"
    assert values["backgroundServices"]["runAsSeparateDeployment"]
    assert values["backgroundServices"]["replicaCount"] == 1
    assert values["global"]["prefect"]["image"]["prefectTag"].startswith("3.8.8-")


def test_the_service_of_systemd_starts_the_part_that_it_is_named_after() -> None:
    unit = (_FOLDER / "anlan-part@.service").read_text("utf-8")

    assert re.search(r"^ExecStart=\S+/anlan serve %i$", unit, re.MULTILINE)
    assert "StartLimitIntervalSec=0" in unit.split("[Service]", maxsplit=1)[0]
    assert "Restart=always" in unit
