"""Settings are read once, checked, and refused with a sentence that names the variable."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from network.addresses import SettingError
from network.environment import BASE, Environment
from network.secret import given_key, own_key


def test_without_any_variable_the_portal_is_for_this_computer_only() -> None:
    environment = Environment.read({})
    assert str(environment.origin) == "http://localhost:8000"
    assert (environment.host, environment.port) == ("127.0.0.1", 8000)
    assert environment.data == BASE / ".entente"
    assert not environment.demo


@pytest.mark.parametrize(
    ("origin", "socket", "port"),
    [
        ("http://localhost:9000", "ws://localhost:9000", 9000),
        ("http://[::1]:9000", "ws://[::1]:9000", 9000),
        ("https://portal.example.org", "wss://portal.example.org", 8000),
        ("https://portal.example.org:8443/", "wss://portal.example.org:8443", 8000),
    ],
)
def test_the_socket_and_the_port_follow_the_origin(origin: str, socket: str, port: int) -> None:
    environment = Environment.read({"ENTENTE_ORIGIN": origin})
    assert environment.origin.websocket == socket
    assert environment.port == port


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENTENTE_ORIGIN", "portal.example.org"),
        ("ENTENTE_ORIGIN", "http://portal.example.org"),
        ("ENTENTE_ORIGIN", "https://*.example.org"),
        ("ENTENTE_ORIGIN", "https://portal.example.org/path"),
        ("ENTENTE_ORIGIN", "https://someone@portal.example.org"),
        ("ENTENTE_ORIGIN", "https://portal.example.org:port"),
        ("ENTENTE_PORT", "0"),
        ("ENTENTE_PORT", "65536"),
        ("ENTENTE_PORT", "eighty"),
        ("ENTENTE_DEMO", "perhaps"),
        ("ENTENTE_LOG_LEVEL", "LOUD"),
        ("ENTENTE_ORIGN", "https://portal.example.org"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Environment.read({name: value})


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    key = own_key(path)
    assert len(key) > 80
    assert own_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_starts_at_the_same_time_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(own_key, [tmp_path / "secret_key"] * 8))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_file_that_the_operator_names_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="ENTENTE_SECRET_KEY_FILE"):
        given_key(tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short\n")
    with pytest.raises(SettingError, match="shorter than 40"):
        given_key(tmp_path / "key")
