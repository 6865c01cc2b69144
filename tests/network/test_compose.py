"""The container files give the embedded default: one process without rights, on loopback, that is watched."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from network.environment import BASE, VARIABLES, Environment


@pytest.fixture(scope="module")
def portal() -> dict[str, Any]:
    compose = yaml.safe_load((BASE / "docker-compose.yml").read_text(encoding="utf-8"))
    assert list(compose["services"]) == ["portal"]
    service: dict[str, Any] = compose["services"]["portal"]
    return service


DOCKERFILE = (BASE / "Dockerfile").read_text(encoding="utf-8")


def defaults(values: dict[str, str]) -> dict[str, str]:
    """The variables as they are when nobody sets any beside the compose file."""
    return {name: re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", value) for name, value in values.items()}


def test_every_variable_is_a_setting_of_the_portal(portal: dict[str, Any]) -> None:
    assert set(portal["environment"]) <= set(VARIABLES)
    assert set(re.findall(r"\bENTENTE_\w+(?==)", DOCKERFILE)) <= set(VARIABLES)


def test_as_it_stands_it_serves_this_computer(portal: dict[str, Any]) -> None:
    environment = Environment.read(defaults(portal["environment"]))
    assert str(environment.origin) == "http://localhost:8000"
    assert not environment.demo
    assert not environment.behind_proxy


def test_nothing_is_published_beyond_loopback(portal: dict[str, Any]) -> None:
    port = Environment.read(defaults(portal["environment"])).port
    assert portal["ports"] == [f"127.0.0.1:8000:{port}"]
    assert "network_mode" not in portal


def test_it_runs_without_rights(portal: dict[str, Any]) -> None:
    assert portal["read_only"] is True
    assert portal["cap_drop"] == ["ALL"]
    assert portal["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in portal
    assert re.search(r"^USER entente$", DOCKERFILE, re.MULTILINE)


def test_what_it_keeps_lies_on_a_volume(portal: dict[str, Any]) -> None:
    assert portal["volumes"] == [f"data:{portal['environment']['ENTENTE_DATA']}"]


def test_secrets_are_files_and_never_variables(portal: dict[str, Any]) -> None:
    assert portal["environment"]["ENTENTE_SECRET_KEY_FILE"] == f"/run/secrets/{portal['secrets'][0]}"
    for name, value in portal["environment"].items():
        assert name.endswith("_FILE") or not re.search("KEY|SECRET|PASSWORD|TOKEN", name), value


def test_the_image_is_watched_where_the_portal_says_it_lives() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert "http://127.0.0.1:8000/health/live" in DOCKERFILE


def test_base_images_are_named_with_a_version() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"[a-z]+:[0-9][\w.-]*", image) for image in images)


def test_secrets_and_data_never_enter_the_image() -> None:
    lines = (BASE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert not {".secrets", ".entente", ".git", ".venv"} & allowed
